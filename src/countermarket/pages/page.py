"""A page: one HTML file with its style, charts and numbers inside, nothing fetched."""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

from markupsafe import Markup

from countermarket.charts.chart import Chart, Drawn, csv_text
from countermarket.charts.typeface import font_faces
from countermarket.reading.files import packaged
from countermarket.reading.wording import fit_for_xml

TABLE_ROWS = 60
"""The most rows of a chart's table shown in the page; longer ones are offered as a file."""


class Figure(NamedTuple):
    """A chart in the page."""

    chart: Chart
    wide: Markup
    narrow: Markup
    data: str
    """Its CSV as a data address."""
    show_table: bool


def figure(one: Drawn) -> Figure:
    """A drawn chart as `templates/figure.html` wants it."""
    encoded = base64.b64encode(csv_text(one.chart).encode()).decode()
    # Both pictures are drawn by us: matplotlib escapes the text that it puts into SVG.
    return Figure(
        one.chart,
        Markup(one.wide),
        Markup(one.narrow),
        f"data:text/csv;charset=utf-8;base64,{encoded}",
        len(one.chart.rows) <= TABLE_ROWS,
    )


def printed(chart: Chart) -> Figure:
    """A chart as paper wants it: one picture, no table and no file beside it."""
    from countermarket.charts.chart import picture

    coded = base64.b64encode(picture(chart)).decode()
    shown = Markup('<img class="wide" alt="{}" src="data:image/png;base64,{}">').format(chart.alt, coded)
    return Figure(chart, shown, Markup(""), "", False)


def page(template: str, **values: Any) -> str:
    """The whole page; every text from outside is escaped by the template."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("countermarket.pages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    css = packaged("pages", "templates", "page.css").read_text(encoding="utf-8")
    text = fit_for_xml(environment.get_template(template).render(css=Markup(css), **values))
    # The page's own rule serves its charts too; which letters it needs is known once the page is written.
    return text.replace("<style>", f"<style>\n{font_faces(text, text)}", 1)
