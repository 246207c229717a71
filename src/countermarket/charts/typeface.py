"""The typeface of charts and pages, brought along: nothing is asked of the fonts of the machine."""

from __future__ import annotations

import base64
import io
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

FAMILY, FALLBACK = "countermarket", "countermarket-fallback"
"""Names of our own: no installed font answers to them, and the licence keeps the original's name for the whole font."""

REGULAR, BOLD = 400, 700

LICENCE_NAMES = (0, 13, 14)
OWN_NAMES = (1, 4, 6)
"""Names in a font file: copyright, licence and its address, which must travel along; family, full and PostScript."""


class Face(NamedTuple):
    """One weight of a family, and its file."""

    family: str
    weight: int
    path: Path


@cache
def faces() -> tuple[Face, ...]:
    """Source Sans Pro, then what matplotlib ships, for the letters and signs of a user's title that the first lacks."""
    import matplotlib

    first = Path(str(resources.files("font_source_sans_pro") / "files"))
    then = Path(matplotlib.get_data_path(), "fonts", "ttf")
    return (
        Face(FAMILY, REGULAR, first / "SourceSansPro-Regular.ttf"),
        Face(FAMILY, BOLD, first / "SourceSansPro-Bold.ttf"),
        Face(FALLBACK, REGULAR, then / "DejaVuSans.ttf"),
        Face(FALLBACK, BOLD, then / "DejaVuSans-Bold.ttf"),
    )


def register() -> None:
    """Tell matplotlib of the files under our names, so that neither its cache nor installed fonts have a say."""
    from matplotlib.font_manager import FontEntry, fontManager

    if FAMILY not in {entry.name for entry in fontManager.ttflist}:
        fontManager.ttflist += [
            FontEntry(fname=str(face.path), name=face.family, weight=face.weight, size="scalable")
            for face in faces()
        ]


@cache
def characters(face: Face) -> frozenset[str]:
    """Every character that a face can show."""
    from fontTools.ttLib import TTFont

    with TTFont(face.path, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def font_faces(regular: str, bold: str = "") -> str:
    """CSS that brings the typeface to a page or picture, with no more glyphs than its texts need."""
    missing = {REGULAR: _visible(regular), BOLD: _visible(bold)}
    rules = []
    for face in faces():
        if here := missing[face.weight] & characters(face):
            rules.append(_rule(face, "".join(sorted(here))))
        missing[face.weight] -= here
    return "".join(rules)


def _visible(text: str) -> set[str]:
    """The characters of a text without controls and joiners, which have no glyph."""
    return {letter for letter in set(text) if unicodedata.category(letter)[0] != "C"}


def _rule(face: Face, text: str) -> str:
    data = base64.b64encode(_subset(face, text)).decode()
    return (
        f"@font-face{{font-family:{face.family};font-weight:{face.weight};"
        f"src:url(data:font/woff;base64,{data})}}\n"
    )


@lru_cache(64)
def _subset(face: Face, text: str) -> bytes:
    """The part of a font that shows a text, as WOFF: the same bytes each time, for its date is kept."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    out = io.BytesIO()
    with TTFont(face.path, lazy=True, recalcTimestamp=False) as font:
        options = Options(hinting=False, name_IDs=LICENCE_NAMES, drop_tables=["DSIG", "BASE"])
        chosen = Subsetter(options)
        chosen.populate(text=text)
        chosen.subset(font)
        for place in OWN_NAMES:
            font["name"].setName(face.family, place, 3, 1, 0x409)
        font.flavor = "woff"
        font.save(out)
    return out.getvalue()
