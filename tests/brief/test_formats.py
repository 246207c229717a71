"""Documents and slides hold native tables, and pictures with an alternative in the file itself."""

import io
import re
import zipfile
import zlib
from pathlib import Path

import pytest
from invented_study import Effect, write_study

from countermarket.brief.blocks import Block, Table
from countermarket.brief.content import Wanted, write_briefs
from countermarket.brief.office import ROWS_A_SLIDE, Office, Picture, document, slides
from countermarket.brief.paper import pdf
from countermarket.reading.errors import InputError

ALT = "A dot & a line: 12% < 15%"


def picture() -> bytes:
    """The smallest PNG there is."""
    from matplotlib.figure import Figure

    held = io.BytesIO()
    Figure(figsize=(1, 1)).savefig(held, format="png")
    return held.getvalue()


@pytest.fixture(scope="module")
def held() -> Office:
    rows = tuple((f"row {n}", str(n)) for n in range(ROWS_A_SLIDE + 1))
    table = Table("Numbers", ("What", "How"), rows)
    block = Block("answer", "The answer", ("A \x00 sentence.",), ("A point.",), (table,))
    chart = Picture("A finding", "of all", ALT, "Source: us", picture())
    return Office("A question?", "An answer.", (block,), (chart,), "us")


def text_of(made: bytes, part: str) -> str:
    """The XML of the parts of a file whose names begin so."""
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        return "".join(parts.read(name).decode() for name in sorted(parts.namelist()) if name.startswith(part))


def test_a_document_has_headings_tables_and_alternatives(held: Office) -> None:
    pytest.importorskip("docx", reason="python-docx is not installed")
    text = text_of(document(held), "word/document.xml")
    assert 'descr="A dot &amp; a line: 12% &lt; 15%"' in text
    assert text.count("<w:tbl>") == 1
    assert "w:tblHeader" in text
    assert "A ? sentence." in text


def test_slides_have_one_message_each_and_tables_go_on(held: Office) -> None:
    pytest.importorskip("pptx", reason="python-pptx is not installed")
    made = slides(held)
    text = text_of(made, "ppt/slides/slide")
    assert 'descr="A dot &amp; a line: 12% &lt; 15%"' in text
    assert text.count("<a:tbl>") == 2
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert sum(name.startswith("ppt/slides/slide") for name in parts.namelist()) == 5


def test_a_page_becomes_tagged_pdf() -> None:
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as problem:
        pytest.skip(f"weasyprint is not installed, or not whole: {problem}")
    made = pdf("<html lang=en><title>T</title><h1>T</h1><table><tr><th>a</table></html>")
    assert made.startswith(b"%PDF-1.7")
    packed = re.findall(rb"stream\n(x.*?)\nendstream", made, re.DOTALL)
    held_in = [zlib.decompressobj().decompress(part) for part in packed]
    assert any(b"/StructTreeRoot" in part for part in held_in)


def test_formats_go_to_a_folder_and_unknown_ones_are_refused(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", {"a": Effect("A", 0.1)}, 2, 24, ("cocaine",))
    short = Wanted("minister")
    assert write_briefs(folder, wanted=short) == [folder / "brief.html"]
    with pytest.raises(InputError, match="none of html, pdf, docx, pptx"):
        write_briefs(folder, wanted=short._replace(formats=("odt",)))
    with pytest.raises(InputError, match="several formats need one"):
        write_briefs(folder, tmp_path / "x.html", wanted=short._replace(formats=("html", "docx")))


@pytest.mark.parametrize(("library", "make"), [("docx", document), ("pptx", slides), ("weasyprint", lambda _: pdf(""))])
def test_a_format_whose_library_is_missing_says_what_to_install(
    held: Office, library: str, make: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, library, None)
    with pytest.raises(InputError, match=r"pip install 'countermarket\[brief\]'"):
        make(held)  # type: ignore[operator]
