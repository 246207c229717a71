"""The brief for an office: a text document, and slides with one message each; pictures with their alternatives."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from countermarket.brief.blocks import Block, Table
from countermarket.reading.errors import InputError
from countermarket.reading.wording import fit_for_xml

BLUE = "12436D"
ROWS_A_SLIDE, BULLETS_A_SLIDE = 11, 7
EXTRA = "needs {} beside the program: pip install 'countermarket[brief]'"


class Picture(NamedTuple):
    """A chart as a picture, and its words."""

    title: str
    subtitle: str
    alt: str
    source: str
    png: bytes


class Office(NamedTuple):
    """What either file is made of."""

    title: str
    answer: str
    blocks: tuple[Block, ...]
    pictures: tuple[Picture, ...]
    source: str


def missing(library: str, ending: str) -> InputError:
    """What to install for a format."""
    return InputError("--format", None, ending, EXTRA.format(library))


def document(held: Office) -> bytes:
    """The brief as DOCX: headings, paragraphs, native tables, pictures with alternatives."""
    try:
        import docx
    except ImportError:
        raise missing("python-docx", "docx") from None
    made = docx.Document()
    _set_up(made, held)
    made.add_heading(_fit(held.title), level=0)
    made.add_paragraph(_fit(held.answer), style="Intense Quote")
    for block in held.blocks:
        made.add_heading(_fit(block.heading), level=1)
        for text in block.paragraphs:
            made.add_paragraph(_fit(text))
        for text in block.bullets:
            made.add_paragraph(_fit(text), style="List Bullet")
        for table in block.tables:
            _table_in(made, table)
    for picture in held.pictures:
        _picture_in(made, picture)
    made.add_paragraph(_fit(held.source))
    return _saved(made)


def _set_up(made: Any, held: Office) -> None:
    """A4, a plain typeface, the language, and the title that readers of the screen hear."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(18)
    page.top_margin = page.bottom_margin = Mm(16)
    style = made.styles["Normal"]
    style.font.name, style.font.size = "Arial", Pt(10)
    language = style.element.get_or_add_rPr().makeelement(qn("w:lang"), {qn("w:val"): "en-GB"})
    style.element.get_or_add_rPr().append(language)
    made.core_properties.title, made.core_properties.language = _fit(held.title), "en-GB"
    made.core_properties.author = "countermarket"


def _table_in(made: Any, table: Table) -> None:
    """A native table under its caption, its first line repeated on each page."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    made.add_paragraph(_fit(table.caption), style="Caption")
    grid = made.add_table(rows=1, cols=len(table.heads), style="Light List Accent 1")
    for row, cells in enumerate((table.heads, *table.rows)):
        line = grid.rows[0] if row == 0 else grid.add_row()
        for cell, text in zip(line.cells, cells, strict=True):
            cell.text = _fit(text)
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(8)
    first = grid.rows[0]._tr.get_or_add_trPr()
    first.append(first.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))
    made.add_paragraph()


def _picture_in(made: Any, picture: Picture) -> None:
    """A chart with its finding above and its source below; the library lacks alternatives, the file does not."""
    from docx.shared import Mm

    made.add_heading(_fit(picture.title), level=1)
    made.add_paragraph(_fit(picture.subtitle))
    shape = made.add_picture(io.BytesIO(picture.png), width=Mm(172))
    if shape.height > Mm(190):
        shape.width, shape.height = int(shape.width * Mm(190) / shape.height), Mm(190)
    shape._inline.docPr.set("descr", _fit(picture.alt))
    made.add_paragraph(_fit(picture.source), style="Caption")


def slides(held: Office) -> bytes:
    """The brief as PPTX: one message a slide, native tables, pictures with alternatives."""
    try:
        import pptx
    except ImportError:
        raise missing("python-pptx", "pptx") from None
    from pptx.util import Mm

    made = pptx.Presentation()
    made.slide_width, made.slide_height = Mm(338.7), Mm(190.5)
    made.core_properties.title, made.core_properties.language = _fit(held.title), "en-GB"
    _text_slide(made, held.title, [held.answer, held.source])
    for block in held.blocks:
        texts = [*block.paragraphs, *block.bullets]
        for part in _parts(texts, BULLETS_A_SLIDE):
            _text_slide(made, block.heading, part)
        for table in block.tables:
            for rows in _parts(table.rows, ROWS_A_SLIDE):
                _table_slide(made, block.heading, table._replace(rows=tuple(rows)))
    for picture in held.pictures:
        _picture_slide(made, picture)
    return _saved(made)


def _parts(items: Sequence[Any], most: int) -> Iterator[Sequence[Any]]:
    """Items by so many."""
    for start in range(0, len(items), most):
        yield items[start : start + most]


def _titled(made: Any, title: str) -> Any:
    """A slide with its message as its title."""
    from pptx.dml.color import RGBColor
    from pptx.util import Mm, Pt

    slide = made.slides.add_slide(made.slide_layouts[5])
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = Mm(15), Mm(8), Mm(308), Mm(24)
    head.text = _fit(title)
    for paragraph in head.text_frame.paragraphs:
        paragraph.font.size, paragraph.font.bold = Pt(28 if len(title) < 70 else 22), True
        paragraph.font.color.rgb = RGBColor.from_string(BLUE)
        paragraph.alignment = 1
    return slide


def _text_slide(made: Any, title: str, texts: Sequence[str]) -> None:
    """A message and what stands behind it."""
    from pptx.util import Mm, Pt

    frame = _titled(made, title).shapes.add_textbox(Mm(15), Mm(36), Mm(308), Mm(145)).text_frame
    frame.word_wrap = True
    size = 20 if sum(map(len, texts)) < 700 else 15
    for place, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.text = _fit(text)
        paragraph.font.size, paragraph.space_after = Pt(size), Pt(8)


def _table_slide(made: Any, title: str, table: Table) -> None:
    """A message and one native table."""
    from pptx.util import Mm, Pt

    slide = _titled(made, title)
    size = (Mm(308), Mm(10 * (len(table.rows) + 1)))
    frame = slide.shapes.add_table(len(table.rows) + 1, len(table.heads), Mm(15), Mm(44), *size)
    _describe(frame, table.caption)
    for row, cells in enumerate((table.heads, *table.rows)):
        for column, text in enumerate(cells):
            cell = frame.table.cell(row, column)
            cell.text = _fit(text)
            for paragraph in cell.text_frame.paragraphs:
                paragraph.font.size = Pt(11)
    note = slide.shapes.add_textbox(Mm(15), Mm(32), Mm(308), Mm(10)).text_frame
    note.word_wrap = True
    note.text = _fit(table.caption)
    note.paragraphs[0].font.size = Pt(12)


def _picture_slide(made: Any, picture: Picture) -> None:
    """A finding and its chart, as large as the slide holds."""
    from pptx.util import Mm, Pt

    slide = _titled(made, picture.title)
    shape = slide.shapes.add_picture(io.BytesIO(picture.png), Mm(15), Mm(34))
    scale = min(Mm(308) / shape.width, Mm(138) / shape.height)
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    _describe(shape, picture.alt)
    note = slide.shapes.add_textbox(Mm(15), Mm(174), Mm(308), Mm(12)).text_frame
    note.word_wrap = True
    note.text = _fit(picture.source)
    note.paragraphs[0].font.size = Pt(11)


def _describe(shape: Any, alt: str) -> None:
    """The alternative of a picture or table, in the XML since the library has no place for it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", _fit(alt))


def _fit(text: str) -> str:
    """Text that XML may hold, without the joiner that offices show as a box."""
    return fit_for_xml(text).replace("\u2060", "")


def _saved(made: Any) -> bytes:
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()
