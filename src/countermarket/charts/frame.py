"""A picture that travels alone: the finding above it, and below it what it is of, where it comes from and when."""

from typing import TYPE_CHECKING

from countermarket.charts.style import DARK, LINE_SPACING, TEXT_SIZE, plain_text, wrapped

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLE_SIZE, SMALL = 1.3 * TEXT_SIZE, 0.8 * TEXT_SIZE
LETTERS_AN_INCH = 165.0
"""Letters of one point that an inch holds, on average."""
EDGE = 0.12
"""Inches left free around the words."""
GREY_TEXT = "#54595F"


def framed(figure: "Figure", title: str, subtitle: str, source: str) -> "Figure":
    """The laid-out figure with room for its words above and below, written in."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    width, height = (float(size) for size in figure.get_size_inches())
    heads = [(_lines(title, width, TITLE_SIZE), TITLE_SIZE, "bold", DARK)]
    heads.append((_lines(subtitle, width, SMALL), SMALL, "normal", GREY_TEXT))
    foot = _lines(source, width, SMALL)
    above = sum(_tall(text, size) for text, size, _, _ in heads) + 3 * EDGE
    below = _tall(foot, SMALL) + 2 * EDGE
    _moved(figure, height, above, below)
    whole = above + height + below
    figure.set_size_inches(width, whole)
    top = whole - EDGE
    for text, size, weight, colour in heads:
        _write(figure, text, EDGE / width, top / whole, size, weight, colour)
        top -= _tall(text, size) + EDGE / 2
    _write(figure, foot, EDGE / width, (below - EDGE) / whole, SMALL, "normal", GREY_TEXT)
    return figure


def _lines(text: str, width: float, size: float) -> str:
    """A text in lines that a width of so many inches holds."""
    return wrapped(text, int((width - 2 * EDGE) * LETTERS_AN_INCH / size))


def _tall(text: str, size: float) -> float:
    """Inches that a text takes."""
    return (text.count("\n") + 1) * size * LINE_SPACING / 72


def _moved(figure: "Figure", height: float, above: float, below: float) -> None:
    """Everything drawn keeps its size, with room above and below."""
    whole = above + height + below
    for axes in figure.axes:
        box = axes.get_position()
        axes.set_position((box.x0, (below + box.y0 * height) / whole, box.width, box.height * height / whole))
    for legend in figure.legends:
        legend.set_bbox_to_anchor((0.0, below / whole, 1.0, height / whole), transform=figure.transFigure)


def _write(figure: "Figure", text: str, x: float, y: float, size: float, weight: str, colour: str) -> None:
    figure.text(
        x, y, plain_text(text), size=size, weight=weight, color=colour, va="top", ha="left", linespacing=LINE_SPACING
    )
