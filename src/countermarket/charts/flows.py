"""Where goods and people travel: legs on a map, and which carry more or less than in the reference."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from countermarket.analysis.carried import carries
from countermarket.analysis.intervals import probability_above
from countermarket.charts.chart import Chart
from countermarket.charts.material import Arm, Floats, Material, edges_of, source_line, window_in_words
from countermarket.charts.style import (
    BLUE,
    GREY,
    LAND,
    LINE_SPACING,
    ORANGE,
    heading,
    is_narrow,
    key,
    panels,
    plain_text,
    wrapped,
)
from countermarket.charts.words import change, finding, market_label
from countermarket.reading.files import packaged
from countermarket.results.rows import matching
from countermarket.world.places import LegPlace

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

THICKEST = 7.0
"""Line width in points of the leg that carries most in its market."""
NORTH, SOUTH = 72.0, -50.0
WEST, EAST = -128.0, 180.0
"""Edges of the map, unless a place of the study's world lies beyond them."""
MARGIN = 4.0


class Place(NamedTuple):
    """A jurisdiction on the map."""

    name: str
    longitude: float
    latitude: float


class Flow(NamedTuple):
    """What moves a year from one jurisdiction to another in a market, all modes together."""

    market: str
    origin: str
    destination: str
    before: float
    after: float
    low: float
    high: float
    """80% interval of after minus before, pair by pair."""
    sure: int = 0
    """1 for more, -1 for less, 0 where luck may have done it."""


def flow_map(source: Material) -> Chart | None:
    """Legs on a map for the leading scenario: width by units shipped, colour by change."""
    if not source.arms:
        return None
    arm = source.arms[0]
    places, flows = jurisdiction_places(source), flows_of(source, arm)
    flows = [flow for flow in flows if flow.origin in places and flow.destination in places]
    if not flows:
        return None
    return Chart(
        name="flow_map",
        title=flow_finding(flows, arm),
        subtitle=f"Units shipped a year between jurisdictions, {arm.title} against its paired reference, "
        f"{window_in_words(source)}; widest line of each map: the most in that market; "
        "coloured: 80% interval excludes zero and the pairs carry it over all routes",
        source=f"{source_line(source)} Land outlines: Natural Earth.",
        alt=_alt(flows, source.markets),
        header=(
            "market",
            "origin",
            "destination",
            "reference",
            "scenario",
            "change_low",
            "change_high",
            "carried",
        ),
        rows=[(*flow[:-1], abs(flow.sure)) for flow in flows],
        draw=lambda width: _draw(flows, places, source.markets, width),
        note="Lines join central points, not routes; each bends right of its direction of travel.",
    )


def flows_of(source: Material, arm: Arm) -> list[Flow]:
    """Yearly flows between pairs of jurisdictions over the window, modes and layers added up."""
    legs = {name: LegPlace(*place) for name, place in source.study.manifest["world"]["legs"].items()}
    pairs = arm.runs.pairs
    rows = matching(pairs.keys, measure="units_shipped")
    rows = rows[(pairs.keys["leg"][rows] != "") & source.window.holds(pairs.keys["month"][rows])]
    years = max(1, len(np.unique(pairs.keys["month"][rows])))
    groups: dict[tuple[str, str, str], list[int]] = {}
    for row in rows.tolist():
        place = legs.get(str(pairs.keys["leg"][row]))
        if place is not None:
            groups.setdefault((place.market, place.origin, place.destination), []).append(row)
    return [
        _flow(name, pairs.baseline[:, of] / years, pairs.scenario[:, of] / years, len(groups))
        for name, of in groups.items()
    ]


def _flow(name: tuple[str, str, str], before: Floats, after: Floats, routes: int) -> Flow:
    """A route in both arms, one of so many on the page."""
    start, end = np.nansum(before, axis=1), np.nansum(after, axis=1)
    low, _, high = edges_of(end - start)
    carried = carries(probability_above(end, start), len(end), routes)
    sure = int(carried) * (int(low > 0) - int(high < 0))
    return Flow(*name, float(start.mean()), float(end.mean()), float(low), float(high), sure)


def jurisdiction_places(source: Material) -> dict[str, Place]:
    """Where each jurisdiction of the study is, and what it is called."""
    kept = source.study.manifest["world"]["places"]
    return {
        code: Place(place.get("name", code), place["longitude"], place["latitude"])
        for code, place in kept.items()
    }


def flow_finding(flows: list[Flow], arm: Arm) -> str:
    """How many connections surely carry more and how many less."""
    more, less = sum(flow.sure > 0 for flow in flows), sum(flow.sure < 0 for flow in flows)
    if not more and not less:
        return finding([f"No route clearly changes under {arm.title}", "No route clearly changes"])
    return finding(
        [
            f"{arm.title}: {more} routes carry more, {less} less",
            f"{more} routes carry more, {less} carry less",
        ]
    )


def _alt(flows: list[Flow], markets: tuple[str, ...]) -> str:
    parts = []
    for market in markets:
        held = [flow for flow in flows if flow.market == market]
        more, less = sum(flow.sure > 0 for flow in held), sum(flow.sure < 0 for flow in held)
        parts.append(
            f"{market_label(market)}: {more} up, {less} down, {len(held) - more - less} without clear change"
        )
    return f"World maps by market with lines between jurisdictions. {'; '.join(parts)}."


def _draw(flows: list[Flow], places: dict[str, Place], markets: tuple[str, ...], width: float) -> "Figure":
    there = [market for market in markets if any(flow.market == market for flow in flows)]
    narrow = is_narrow(width)
    columns = 1 if narrow else 2
    each = width / columns
    figure, grid = panels(width, len(there), columns, each * 0.47 + 1.15, extra=0.8 if narrow else 0.45)
    rings = land_rings()
    for axes, market in zip(grid, there, strict=True):
        _blank_map(axes, rings, places)
        held = [flow for flow in flows if flow.market == market]
        _lines(axes, held, places)
        heading(axes, market_label(market))
        caption = plain_text(wrapped(_largest(held, places), 38 if narrow else 52))
        axes.set_xlabel(caption, loc="left", linespacing=LINE_SPACING)
    key(figure, [("More than reference", ORANGE), ("Less", BLUE), ("No clear change", GREY)])
    return figure


def land_rings() -> list[Floats]:
    """Outlines of land: Natural Earth 1:110m (public domain), simplified to a third of a degree."""
    with packaged("charts", "land.csv").open(encoding="utf-8") as lines:
        table = np.loadtxt(lines, delimiter=",", skiprows=1)
    return [table[table[:, 0] == ring, 1:] for ring in np.unique(table[:, 0])]


def edges(places: dict[str, Place]) -> tuple[tuple[float, float], tuple[float, float]]:
    """West and east, south and north of a map that shows every place."""
    east = [place.longitude for place in places.values()]
    north = [place.latitude for place in places.values()]
    return (
        (min(WEST, min(east) - MARGIN), max(EAST, max(east))),
        (min(SOUTH, min(north) - MARGIN), max(NORTH, max(north) + MARGIN)),
    )


def _blank_map(axes: "Axes", rings: list[Floats], places: dict[str, Place]) -> None:
    """Land in pale grey on white, no axes; a degree of latitude a little longer than one of longitude."""
    from matplotlib.collections import PolyCollection

    axes.add_collection(PolyCollection(rings, facecolors=LAND, edgecolors="white", linewidths=0.3, zorder=1))
    across, upward = edges(places)
    axes.set_xlim(*across)
    axes.set_ylim(*upward)
    axes.set_aspect(1.18)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)


def _lines(axes: "Axes", flows: list[Flow], places: dict[str, Place]) -> None:
    """Grey lines below, changed ones above, the ends as small dots."""
    from matplotlib.collections import LineCollection

    most = max((max(flow.before, flow.after) for flow in flows), default=0.0) or 1.0
    drawn = [
        (curve, THICKEST * max(flow.before, flow.after) / most, colour_of(flow))
        for flow in sorted(flows, key=lambda one: one.sure != 0)
        for curve in curves(places[flow.origin], places[flow.destination])
    ]
    axes.add_collection(
        LineCollection(
            [curve for curve, _, _ in drawn],
            linewidths=[max(width, 0.5) for _, width, _ in drawn],
            colors=[colour for _, _, colour in drawn],
            alpha=0.8,
            zorder=2,
            capstyle="butt",
        )
    )
    ends = np.array(
        [places[name][1:] for flow in flows for name in (flow.origin, flow.destination)], dtype=float
    )
    axes.plot(ends[:, 0], ends[:, 1], ".", color="#3D3D3D", markersize=3, zorder=4)


def colour_of(flow: Flow) -> str:
    """Orange where more is carried for sure, blue where less, grey where neither is sure."""
    return ORANGE if flow.sure > 0 else BLUE if flow.sure < 0 else GREY


def curves(origin: Place, destination: Place) -> list[Floats]:
    """A curve bending right of its direction; drawn at both edges if it crosses the date line."""
    start, end = (np.array([place.longitude, place.latitude]) for place in (origin, destination))
    if abs(end[0] - start[0]) <= 180:
        return [_curve(start, end)]
    turn = np.array([360.0 if end[0] < start[0] else -360.0, 0.0])
    return [_curve(start, end + turn), _curve(start - turn, end)]


def _curve(start: Floats, end: Floats) -> Floats:
    """Quadratic Bézier curve with its control point a sixth of the length to the right."""
    step = end - start
    bend = (start + end) / 2 + np.array([step[1], -step[0]]) / 6
    t = np.linspace(0.0, 1.0, 24)[:, None]
    return np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end)


def _largest(flows: list[Flow], places: dict[str, Place]) -> str:
    """The clear changes that weigh most, up and down, in words."""
    sure = [flow for flow in flows if flow.sure]
    up = max(sure, key=lambda flow: flow.after - flow.before, default=None)
    down = min(sure, key=lambda flow: flow.after - flow.before, default=None)
    parts = []
    for word, flow in (("Up most", up), ("Down most", down)):
        if flow is not None and (flow.after > flow.before) == (word == "Up most"):
            # From next to nothing, a percentage says nothing.
            grown = flow.after > 10 * flow.before
            size = "from little" if grown else change(100 * (flow.after / flow.before - 1))
            parts.append(f"{word}: {places[flow.origin].name} to {places[flow.destination].name}, {size}")
    return "; ".join(parts) or "No clear change on any route"
