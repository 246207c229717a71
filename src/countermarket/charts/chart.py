"""What a chart is, and how it is written: SVG and PNG, its numbers as CSV, its words as text."""

import html
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from countermarket.charts.frame import framed
from countermarket.charts.style import NARROW, WIDE, house_style
from countermarket.charts.typeface import FALLBACK, font_faces
from countermarket.reading.wording import fit_for_xml
from countermarket.results.folders import replacing
from countermarket.results.sheets import sheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Cell = str | float | int | None


class Chart(NamedTuple):
    """A chart: what it says, the numbers behind it, and how it is drawn at any width (inches)."""

    name: str
    title: str
    subtitle: str
    source: str
    alt: str
    header: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    draw: Callable[[float], "Figure"]
    note: str = ""


class Drawn(NamedTuple):
    """A chart with its pictures as SVG text ready to stand in a page: wide, and narrow for telephones."""

    chart: Chart
    wide: str
    narrow: str


def save_chart(chart: Chart, folder: Path) -> list[Path]:
    """Write the files of one chart into the folder: SVG, PNG, CSV, text. Each is complete or absent."""
    with house_style():
        figure = framed(chart.draw(WIDE), chart.title, chart.subtitle, _below(chart))
        files = {"svg": with_typeface(_svg(figure, chart)), "png": _png(figure, chart)}
    files |= {"csv": csv_text(chart).encode(), "txt": words_text(chart).encode()}
    folder.mkdir(parents=True, exist_ok=True)
    return [_write_whole(folder / f"{chart.name}.{ending}", content) for ending, content in files.items()]


def _below(chart: Chart) -> str:
    """What stands under a picture that travels alone."""
    return " ".join(part for part in (chart.note, f"Source: {chart.source}") if part)


def drawn(chart: Chart) -> Drawn:
    """The chart as elements of a page, at both widths."""
    with house_style():
        wide, narrow = (_svg(chart.draw(width), chart) for width in (WIDE, NARROW))
    return Drawn(chart, inline_svg(wide, chart, "wide"), inline_svg(narrow, chart, "narrow"))


def csv_text(chart: Chart) -> str:
    """The chart's numbers, as they are plotted; an undefined value is an empty cell."""
    return sheet(chart.header, ([_cell(value) for value in row] for row in chart.rows))


def _cell(value: Cell) -> Cell:
    if isinstance(value, float):
        return "" if value != value else float(f"{value:.6g}")
    return value


def words_text(chart: Chart) -> str:
    """Title, subtitle, text alternative, note and source: what must stand beside the picture."""
    lines = [chart.title, chart.subtitle, "", f"Text alternative: {chart.alt}", ""]
    return "\n".join(
        [*lines, *([f"Note: {chart.note}", ""] if chart.note else []), f"Source: {chart.source}", ""]
    )


def inline_svg(content: bytes, chart: Chart, width: str) -> str:
    """The SVG as an element of a page: no header, no fixed size, ids of its own, named for screen readers."""
    text = content.decode()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    prefix = f"{chart.name}-{width}-"
    text = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}\1"', text)
    text = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{prefix}", text)
    opening = text[: text.index(">") + 1]
    return (_svg_tag(opening, chart.alt, prefix, width) + text[len(opening) :]).strip()


def _svg_tag(opening: str, alt: str, prefix: str, width: str) -> str:
    box = re.search(r'viewBox="([^"]+)"', opening)
    view = box.group(1) if box else "0 0 720 405"
    return (
        f'<svg class="{width}" role="img" aria-labelledby="{prefix}title" focusable="false" viewBox="{view}" '
        'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<title id="{prefix}title">{html.escape(fit_for_xml(alt))}</title>'
    )


def picture(chart: Chart) -> bytes:
    """The chart as PNG for a page that has its words beside it."""
    with house_style():
        return _png(chart.draw(WIDE), chart)


def _svg(figure: "Figure", chart: Chart) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Title": chart.title, "Description": chart.alt})
    figure.set_layout_engine("none")  # laid out by now; a second pass for the PNG would move nothing
    # matplotlib escapes what stands for markup, and leaves letters that no XML may hold.
    text = fit_for_xml(out.getvalue().decode()).encode()
    # A hundredth of a point is finer than any screen, and halves the file.
    text = re.sub(rb"(\d\.\d\d)\d+", rb"\1", text)
    # Only a letter that neither of our fonts has is left to the reader's machine.
    return text.replace(f"'{FALLBACK}'".encode(), f"'{FALLBACK}', sans-serif".encode())


def with_typeface(svg: bytes) -> bytes:
    """The SVG with the glyphs of its texts inside, so that it looks the same wherever it travels alone."""
    texts: dict[bool, str] = {True: "", False: ""}
    for style, text in re.findall(r"<text ([^>]*)>([^<]*)</text>", svg.decode()):
        texts[bool(re.search(r"font(-weight)?: (700|bold)", style))] += html.unescape(text)
    rules = font_faces(regular=texts[False], bold=texts[True])
    opening = b'<style type="text/css">'
    return svg.replace(opening, opening + rules.encode(), 1)


def _png(figure: "Figure", chart: Chart) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=144, metadata={"Title": chart.title, "Description": chart.alt})
    return out.getvalue()


def _write_whole(path: Path, content: bytes) -> Path:
    with replacing(path) as partial:
        partial.write_bytes(content)
    return path
