"""Charts and pages bring their typeface along: what a machine has installed changes nothing."""

import ast
import base64
import html
import io
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from clone import ROOT
from fontTools.ttLib import TTFont
from invented_study import Effect, write_study

from countermarket.analysis.comparison import compare
from countermarket.brief.content import write_brief
from countermarket.charts import all_charts, draw_all, typeface
from countermarket.charts.chart import save_chart
from countermarket.charts.material import material
from countermarket.charts.typeface import BOLD, FALLBACK, FAMILY, REGULAR, characters, faces, font_faces
from countermarket.results.studies import read_study

PACKAGE = ROOT / "src" / "countermarket"
SCENARIOS = PACKAGE.parent.parent / "scenarios"
GREEK, TIFINAGH = "Ω", "ⵣ"

DRAW = """
import sys
from pathlib import Path
from matplotlib import font_manager, get_data_path

from test_typeface import draw_two

usual = ("Arial", "Helvetica", "Liberation Sans", "Source Sans Pro", "DejaVu Sans", "sans-serif")
serif = str(Path(get_data_path(), "fonts", "ttf", "DejaVuSerif.ttf"))
others = [font_manager.FontEntry(fname=serif, name=name, weight=400, size="scalable") for name in usual]
font_manager.fontManager.ttflist = others if sys.argv[3] == "others" else []
font_manager.fontManager.afmlist = []
draw_two(Path(sys.argv[1]), Path(sys.argv[2]))
"""
"""Draws as on a machine that has no fonts at all, not even matplotlib's, or another one under every usual name."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    effects = {"a": Effect("Türkiye & Côte d'Ivoire", 0.12, -0.2), "b": Effect("Sanctions only", 0.02)}
    return write_study(tmp_path_factory.mktemp("typeface") / "study", effects, 3, 12, ("cocaine",))


@pytest.fixture(scope="module")
def pictures(folder: Path) -> dict[str, bytes]:
    """The pictures of a study by file name."""
    return {path.name: path.read_bytes() for path in draw_all(folder) if path.suffix in (".svg", ".png")}


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return write_brief(folder).read_text(encoding="utf-8")


def draw_two(folder: Path, to: Path) -> None:
    """Draw the first two charts of a study: they have plain and bold text."""
    study = read_study(folder)
    for chart in all_charts(material(study, compare(study)))[:2]:
        save_chart(chart, to)


@pytest.mark.parametrize("installed", ["nothing", "others"])
def test_installed_fonts_change_no_byte(
    folder: Path, pictures: dict[str, bytes], tmp_path: Path, installed: str
) -> None:
    empty, figures, setting = tmp_path / "empty", tmp_path / "figures", tmp_path / "fonts.conf"
    empty.mkdir()
    setting.write_text(f"<fontconfig><dir>{empty}</dir></fontconfig>")
    homes = ("HOME", "MPLCONFIGDIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
    there = dict.fromkeys(homes, str(empty)) | {"FONTCONFIG_FILE": str(setting)}
    there["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    command = [sys.executable, "-W", "error", "-c", DRAW, str(folder), str(figures), installed]
    done = subprocess.run(command, env=os.environ | there, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    drawn_there = {path.name: path.read_bytes() for path in figures.iterdir() if path.name in pictures}
    assert len(drawn_there) == 4
    assert [name for name, content in drawn_there.items() if content != pictures[name]] == []


def embedded(css: str) -> dict[tuple[str, int], TTFont]:
    """The fonts that a text carries, by family and weight."""
    rule = r"@font-face\{font-family:([\w-]+);font-weight:(\d+);src:url\(data:font/woff;base64,([\w+/=]+)\)\}"
    return {
        (family, int(weight)): TTFont(io.BytesIO(base64.b64decode(data)))
        for family, weight, data in re.findall(rule, css)
    }


def test_a_picture_carries_the_glyphs_it_shows(pictures: dict[str, bytes]) -> None:
    for name, content in pictures.items():
        if name.endswith(".svg"):
            text = content.decode()
            fonts = embedded(text)
            assert (FAMILY, REGULAR) in fonts, name
            assert ((FAMILY, BOLD) in fonts) == ("font-weight: 700" in text or "font: 700" in text), name
            shown = set(html.unescape("".join(re.findall(r"<text [^>]*>([^<]*)</text>", text))))
            held = set().union(*(map(chr, font.getBestCmap()) for font in fonts.values()))
            assert shown <= held, name


def test_a_page_carries_the_typeface_once_for_all_its_charts(page: str) -> None:
    fonts = embedded(page)
    assert set(fonts) == {(FAMILY, REGULAR), (FAMILY, BOLD)}
    assert page.count("@font-face") == 2
    assert {"ü", "ô", "\u2013"} <= set(map(chr, fonts[FAMILY, BOLD].getBestCmap()))


def test_what_the_first_font_lacks_comes_from_the_second_and_the_rest_from_nowhere() -> None:
    lacking = "\u2800"  # a sign of Braille
    assert lacking not in characters(faces()[0])
    fonts = embedded(font_faces(f"A\u2060{GREEK}{lacking}{TIFINAGH}\U000f0000"))
    assert set(fonts[FAMILY, REGULAR].getBestCmap()) == {ord("A"), ord(GREEK)}
    assert set(fonts[FALLBACK, REGULAR].getBestCmap()) == {ord(lacking), ord(TIFINAGH)}


def test_subsets_are_the_same_each_time_named_as_ours_and_keep_their_licence() -> None:
    rules = font_faces("abc", "d")
    typeface._subset.cache_clear()
    assert font_faces("abc", "d") == rules
    for (family, _), font in embedded(rules).items():
        assert {font["name"].getDebugName(place) for place in (1, 4, 6)} == {family}
        assert "Reserved Font Name" in font["name"].getDebugName(0)
        assert "Open Font License" in font["name"].getDebugName(13)


def test_figures_of_a_column_are_equally_wide() -> None:
    for face in faces():
        with TTFont(face.path) as font:
            assert len({font["hmtx"][font.getBestCmap()[ord(figure)]][0] for figure in "0123456789"}) == 1


def families(text: str) -> set[str]:
    """Every family that a page, a picture or a style sheet asks for."""
    shorthand = r"font: (?:\d+ )?[\d.]+(?:px|rem)\S* ([^;}\"]+)"
    listed = re.findall(r"font-family: ?([^;}\"]+)", text) + re.findall(shorthand, text)
    return {name.strip(" '\"") for names in listed for name in names.split(",")}


def test_no_font_of_a_machine_is_named(page: str, pictures: dict[str, bytes]) -> None:
    css = (PACKAGE / "pages" / "templates" / "page.css").read_text(encoding="utf-8")
    for text in (page, css, *(content.decode() for name, content in pictures.items() if name.endswith(".svg"))):
        assert families(text) == {FAMILY, FALLBACK, "sans-serif"}
    usual = re.compile(r"\b(arial|helvetica|liberation|nimbus|verdana|segoe|roboto|noto sans|system-ui)\b", re.I)
    for path in (*(PACKAGE / "charts").glob("*.py"), *(PACKAGE / "pages" / "templates").iterdir()):
        said = " ".join(strings(path)) if path.suffix == ".py" else path.read_text(encoding="utf-8")
        assert not usual.search(said), path.name


def strings(path: Path) -> Iterator[str]:
    """Every text in a Python file that is not a docstring: what may be shown or asked for."""
    parsed = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(parsed) if isinstance(node, ast.Expr)}
    for node in ast.walk(parsed):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def test_every_character_that_we_show_is_in_the_font() -> None:
    tables = [path for suffix in ("csv", "yaml", "html") for path in PACKAGE.rglob(f"*.{suffix}")]
    texts = [path.read_text(encoding="utf-8") for path in (*tables, *SCENARIOS.rglob("*.yaml"))]
    shown = set().union(*texts, *(text for path in PACKAGE.rglob("*.py") for text in strings(path)))
    assert {"ü", "\u2212", "\u2013"} <= shown
    for face in (face for face in faces() if face.family == FAMILY):
        missing = {letter for letter in shown - characters(face) if unicodedata.category(letter)[0] != "C"}
        assert not missing, face.path.name
