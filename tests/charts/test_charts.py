"""Charts say what the data say, hold what they draw, and stay readable with many scenarios."""

import csv
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_study import PLACES, Effect, small_world, write_study
from matplotlib.axis import Axis
from matplotlib.text import Text

from countermarket.analysis.carried import carries
from countermarket.analysis.comparison import compare
from countermarket.analysis.intervals import Interval
from countermarket.charts import all_charts, draw_all, words
from countermarket.charts.chart import drawn
from countermarket.charts.countries import countries_finding
from countermarket.charts.flows import Place, curves, edges, jurisdiction_places, land_rings
from countermarket.charts.material import Material, edges_of, material, unit_of
from countermarket.charts.moved import Moved, ends_of
from countermarket.charts.over_time import Fan, over_time_finding
from countermarket.charts.ranking import ranking_finding
from countermarket.charts.style import NARROW, WIDE, house_style
from countermarket.results.studies import read_study, write_manifest

EFFECTS = {
    "alliance": Effect("Alliance <b>$x$ & co", 0.12, -0.2, 0.1, 0.2, "finance"),
    "sanctions_only": Effect("Sanctions only", 0.03, -0.02),
    "nothing": Effect("Nothing much with a very long title that no label could ever hold on one line"),
}
MARKETS = ("cocaine", "human_trafficking", "cyber_fraud")
NAMES = [
    "ranking",
    "cost_over_time",
    "cost_components",
    "cost_and_throughput",
    "beside_cost",
    "displacement",
    "countries",
    "flow_map",
    "alliance_trust",
    "alliance_members",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_study(tmp_path_factory.mktemp("charts") / "study", EFFECTS, markets=MARKETS)


@pytest.fixture(scope="module")
def source(folder: Path) -> Material:
    return read(folder)


def read(folder: Path) -> Material:
    study = read_study(folder)
    return material(study, compare(study))


@pytest.fixture(scope="module")
def files(folder: Path) -> list[Path]:
    return draw_all(folder)


def test_every_chart_has_its_four_files(files: list[Path], folder: Path) -> None:
    assert [path.name for path in files] == [f"{n}.{e}" for n in NAMES for e in ("svg", "png", "csv", "txt")]
    assert {path.parent for path in files} == {folder / "figures"}
    assert sorted(entry.name for entry in (folder / "figures").iterdir()) == sorted(p.name for p in files)


def test_pictures_are_whole_and_fetch_nothing(files: list[Path]) -> None:
    for path in files:
        if path.suffix == ".svg":
            root = ET.fromstring(path.read_text(encoding="utf-8"))
            links = [
                value for node in root.iter() for key, value in node.attrib.items() if key.endswith("href")
            ]
            assert all(link.startswith("#") for link in links)
        if path.suffix == ".png":
            assert path.read_bytes().startswith(b"\x89PNG")


def test_tables_hold_what_is_drawn(files: list[Path], source: Material) -> None:
    tables = {
        path.stem: list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
        for path in files
        if path.suffix == ".csv"
    }
    for row, entry in zip(tables["ranking"], source.document["ranking"], strict=True):
        assert row["scenario"] == entry["scenario"]
        assert float(row["low"]) == pytest.approx(entry["index"]["low"], rel=1e-5)
        assert float(row["low"]) <= float(row["mean"]) <= float(row["high"])
    assert {row["market"] for row in tables["cost_components"]} == set(MARKETS)
    assert {row["scenario"] for row in tables["countries"]} == set(EFFECTS), "the table has all, the chart the first"
    assert {row["jurisdiction"] for row in tables["countries"]} == set(PLACES)
    assert {row["measure"] for row in tables["countries"]} == {"cost_index", "landed_index", "units", "harm"}
    assert len(tables["displacement"]) == len(EFFECTS) * len(MARKETS) * 2
    assert len(tables["cost_over_time"]) == len(EFFECTS) * 20


def test_every_table_says_what_the_pairs_carry(files: list[Path]) -> None:
    """Six pairs carry one question: nothing that any chart asks of several scenarios, but in a study of more pairs."""
    for path in [path for path in files if path.suffix == ".csv"]:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
        columns = [name for name in rows[0] if name.split("_")[-1] == "carried"]
        assert columns, path.name
        assert all(row[name] in ("0", "") for row in rows for name in columns), path.name


def test_twenty_pairs_carry_what_they_agree_on(tmp_path: Path) -> None:
    source = read(write_study(tmp_path / "s", EFFECTS, replicates=20, markets=("cocaine", "heroin")))
    for chart in all_charts(source):
        at = [place for place, name in enumerate(chart.header) if name.endswith("carried")]
        carried = [row for row in chart.rows if any(row[place] == 1 for place in at)]
        assert {row[0] for row in carried} or chart.name in ("alliance_members",), chart.name
        if "scenario" in chart.header and chart.name != "flow_map":
            named = chart.header.index("scenario")
            assert "alliance" in {row[named] for row in carried}, chart.name
            nothing = [row for row in chart.rows if row[named] == "nothing"]
            assert not [row for row in nothing if row in carried], chart.name


def test_words_are_short_and_say_where_the_numbers_come_from(source: Material) -> None:
    for chart in all_charts(source):
        assert len(chart.title.split()) <= words.TITLE_WORDS
        assert not chart.title.endswith((".", ",", " in", " and"))
        assert "study" in chart.source
        assert "Simulated" in chart.source
        assert len(chart.alt) > 60
        assert any(word in chart.subtitle for word in ("interval", "intervals"))


def labels_in_view(axis: Axis) -> list[Text]:
    """Labels of the ticks that are shown: matplotlib keeps some beyond the ends of an axis."""
    low, high = sorted(axis.get_view_interval())
    return [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_text_leaves_the_picture_or_covers_another_name(source: Material, width: float) -> None:
    """Every text lies on the picture, and no two names of panels or rows overlap."""
    for chart in all_charts(source):
        with house_style():
            figure = chart.draw(width)
            figure.draw_without_rendering()
            boxes = {}
            for axes in figure.axes:
                shown = [axes.title, axes._left_title, axes.xaxis.label, axes.yaxis.label, *axes.texts]
                labels = [text for axis in (axes.xaxis, axes.yaxis) for text in labels_in_view(axis)]
                for text in [*shown, *labels]:
                    if text.get_text() and text.get_visible():
                        boxes[text] = text.get_window_extent()
            rows = [text for axes in figure.axes for text in labels_in_view(axes.yaxis)]
        assert all(text.get_rotation() == 0 for text in boxes), chart.name
        edge = figure.bbox
        for text, box in boxes.items():
            assert box.x0 >= edge.x0 - 1, (chart.name, text.get_text())
            assert box.x1 <= edge.x1 + 1, (chart.name, text.get_text())
            assert box.y0 >= edge.y0 - 1, (chart.name, text.get_text())
            assert box.y1 <= edge.y1 + 1, (chart.name, text.get_text())
        titles = [axes._left_title for axes in figure.axes if axes._left_title.get_text()]
        for group in (titles, rows):
            kept = [boxes[text] for text in group if text in boxes]
            overlapping = [(a, b) for i, a in enumerate(kept) for b in kept[i + 1 :] if a.overlaps(b)]
            assert not overlapping, chart.name


def test_a_picture_alone_says_what_it_finds_and_where_it_comes_from(folder: Path, files: list[Path]) -> None:
    for name in NAMES:
        picture = (folder / "figures" / f"{name}.svg").read_text(encoding="utf-8")
        words_of = (folder / "figures" / f"{name}.txt").read_text(encoding="utf-8")
        texts = " ".join(re.findall(r"<text [^>]*>([^<]*)</text>", picture))
        assert words_of.split()[0].split("&")[0] in texts, name
        assert "Source: countermarket simulation" in texts, name


def test_the_change_of_components_adds_up_to_that_of_the_whole(files: list[Path], folder: Path) -> None:
    text = (folder / "figures" / "cost_components.csv").read_text(encoding="utf-8-sig")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["arm"] == "change" and row["market"] == "cocaine"]
    of_first = [row for row in rows if row["scenario"] == rows[0]["scenario"]]
    parts = sum(float(row["mean"]) for row in of_first if row["component"] != "total")
    assert parts == pytest.approx(next(float(row["mean"]) for row in of_first if row["component"] == "total"), abs=1e-3)


def test_one_market_does_not_set_the_scale_of_displacement() -> None:
    few = np.array([[-2.0] * 9 + [-90.0], [-1.0] * 9 + [-3.0], [1.0] * 9 + [80.0]])
    part = Moved(None, few, few / 2, {})  # type: ignore[arg-type]
    low, high = ends_of([part])
    assert low > -60
    assert high < 60
    assert low < -3


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_one_long_title_and_one_market_leave_room_for_the_picture(tmp_path: Path, width: float) -> None:
    """The smallest charts: too small, and matplotlib gives up the layout with a warning, which is an error here."""
    effect = Effect("Alone, with a title that takes four lines or perhaps even more, who knows", 0.1)
    lone = read(write_study(tmp_path / "lone", {"a": effect}, 2, months=24, markets=("cocaine",)))
    for chart in all_charts(lone):
        with house_style():
            figure = chart.draw(width)
            figure.draw_without_rendering()
            names = [text.get_window_extent() for legend in figure.legends for text in legend.get_texts()]
            captions = [axes.xaxis.label.get_window_extent() for axes in figure.axes]
        assert all(box.x1 <= figure.bbox.x1 for box in names), chart.name
        assert all(box.y0 >= 0 for box in captions), chart.name


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", ["cost_components", "beside_cost", "displacement"])
def test_rows_are_named_at_the_left_of_every_line_of_panels(
    source: Material, name: str, width: float
) -> None:
    chart = next(chart for chart in all_charts(source) if chart.name == name)
    with house_style():
        figure = chart.draw(width)
        figure.draw_without_rendering()
    for axes in figure.axes:
        names = [text.get_text() for text in labels_in_view(axes.yaxis)]
        assert all(names) == (axes.get_subplotspec().colspan.start == 0)


def test_ids_in_a_page_are_unique_and_names_escaped(source: Material) -> None:
    pictures = [drawn(chart) for chart in all_charts(source)[:2]]
    page = "".join(one.wide + one.narrow for one in pictures)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "Alliance &lt;b&gt;$x$ &amp; co" in page
    assert "<b>" not in page
    for one in pictures:
        ET.fromstring(one.wide)
        assert "<title" in one.wide


def test_charts_without_their_numbers_are_left_out(tmp_path: Path) -> None:
    lone = read(write_study(tmp_path / "lone", {}, replicates=2, months=12, markets=("cocaine",)))
    assert all_charts(lone) == []
    short = read(write_study(tmp_path / "short", {"a": Effect("A", 0.1)}, 2, months=6, markets=("cocaine",)))
    assert "flow_map" not in [chart.name for chart in all_charts(short)]
    folder = write_study(tmp_path / "all", {"a": Effect("A", 0.1)}, 2, months=12, markets=("cocaine",))
    manifest = json.loads((folder / "manifest.json").read_text())
    for entry in manifest["scenarios"]:
        entry["inside"]["jurisdictions"] = manifest["world"]["jurisdictions"]
    write_manifest(folder, manifest)
    assert "displacement" not in [chart.name for chart in all_charts(read(folder))]


def test_one_replicate_gives_no_interval_and_no_crash(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "one", {"a": Effect("A", 0.1)}, 1, months=24, markets=("cocaine",))
    assert len(draw_all(folder)) % 4 == 0
    assert np.isnan(edges_of(np.array([[1.0], [np.nan]]))).all()


def entry(
    title: str,
    low: float | None,
    mean: float | None,
    high: float | None,
    next_: float | None = 0.95,
    pairs: int = 20,
) -> dict:
    index = {"low": low, "mean": mean, "high": high}
    carried = pairs >= 6
    return {
        "title": title,
        "index": index,
        "probability_better_than_next": next_,
        "pairs": pairs,
        "carried": carried,
    }


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (
            [entry("Alliance", 105, 108, 111), entry("B", 101, 103, 104)],
            "Alliance raises the cost of illicit activity most: 8.0%",
        ),
        (
            [entry("Alliance as proposed", 105, 108, 111), entry("B", 101, 103, 104)],
            "Alliance as proposed raises illicit costs most: 8.0%",
        ),
        (
            [entry("Alliance", 105, 108, 111, 0.6), entry("Club", 101, 107, 109)],
            "Alliance and Club lead, too close to separate",
        ),
        (
            [entry("Alliance", 98, 101, 104), entry("Club", 97, 99, 101)],
            "No scenario clearly raises the cost of illicit activity",
        ),
        ([entry("Alliance", 98, 104, 110), entry("Club", 101, 103, 105)], "Only Club surely raises costs"),
        ([entry("Alliance", 105, 108, 111, pairs=4)], "Alliance does not clearly raise illicit costs"),
        ([entry("Alliance", 98, 101, 104)], "Alliance does not clearly raise illicit costs"),
        ([entry("Alliance", 102, 104.4, 106)], "Alliance raises the cost of illicit activity by 4.4%"),
        ([entry("Alliance", None, None, None)], "Alliance does not clearly raise illicit costs"),
    ],
)
def test_the_title_is_true_whatever_the_ranking_says(entries: list[dict], expected: str) -> None:
    assert ranking_finding(entries) == expected


@given(
    st.lists(
        st.tuples(st.integers(1, 14), st.floats(50, 150), st.floats(0, 30), st.floats(0, 1)),
        min_size=1,
        max_size=5,
    )
)
def test_no_ranking_makes_a_title_too_long(found: list[tuple[int, float, float, float]]) -> None:
    entries = [
        entry(" ".join(["word"] * length), mean - half, mean, mean + half, sure)
        for length, mean, half, sure in sorted(found, key=lambda one: -one[1])
    ]
    title = ranking_finding(entries)
    assert len(title.split()) <= words.TITLE_WORDS
    if all(one["index"]["low"] <= 100 for one in entries):
        assert "clearly" in title


@pytest.mark.parametrize(
    ("means", "expected"),
    [
        ([100, 104, 108, 108, 108, 108, 108, 108, 108, 108, 108], "The effect of Alliance lasts"),
        ([100 + n for n in range(12)], "The effect of Alliance is still growing"),
        (
            [100, 110, 110, 108, 106, 105, 104, 104, 104, 104],
            "The effect of Alliance fades to 40% of its peak",
        ),
        ([100, 104, 112, 112, 109, 108, 108, 108, 109, 110, 110], "The effect of Alliance lasts"),
        ([100, 110, 110, 108, 106, 103, 100], "Alliance ends with no clear rise in costs"),
    ],
)
def test_the_title_over_time_follows_the_effect(means: list[float], expected: str) -> None:
    mean = np.array(means, dtype=float)
    assert over_time_finding([Fan("Alliance", mean - 0.5, mean, mean + 0.5)]) == expected


def told_of_harm(*changes: tuple[float, bool]) -> dict[str, dict[str, Interval]]:
    """Harm by place: a change of so much, and whether the pairs carry it."""
    return {
        f"P{at}": {"harm": {"mean": mean, "low": mean - 1, "high": mean + 1, "carried": carried}}
        for at, (mean, carried) in enumerate(changes)
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([(-5, True), (-5, False), (5, True)], "Mine: harm falls in 1 of 3 places, rises in 1"),
        ([(-5, True), (-5, True)], "Mine: harm falls in 2 of 2 places, rises in none"),
        ([(5, True), (0.5, True)], "Mine: harm rises in 1 of 2 places, falls in none"),
        ([(-5, False), (0.5, True)], "Mine: harm clearly changes in no single place"),
    ],
)
def test_the_title_of_countries_counts_what_the_pairs_carry(changes: list[tuple[float, bool]], expected: str) -> None:
    said = countries_finding("Mine", told_of_harm(*changes))
    assert said == (expected if len(expected.split()) <= words.TITLE_WORDS else words.capital(expected[6:]))
    assert countries_finding("A title of seven words or so", told_of_harm(*changes)) == words.capital(expected[6:])


@pytest.mark.parametrize(
    ("probability", "runs", "expected"),
    [
        (0.2, 20, "unlikely (20% of 20 pairs, 80% interval 11% to 34%)"),
        (0.0, 20, "remote chance (0% of 20 pairs, 80% interval 0% to 8%)"),
        (0.3, 20, "6 of 20 pairs"),
        (0.5, 20, "10 of 20 pairs"),
        (0.65, 20, "13 of 20 pairs"),
        (0.65, 100, "likely (65% of 100 pairs, 80% interval 59% to 71%)"),
        (1.0, 6, "highly likely (100% of 6 pairs, 80% interval 79% to 100%)"),
        (0.85, 20, "highly likely (85% of 20 pairs, 80% interval 72% to 93%)"),
        (1.0, 20, "almost certain (100% of 20 pairs, 80% interval 92% to 100%)"),
        (1.0, 5, "5 of 5 pairs"),
        (5 / 6, 6, "5 of 6 pairs"),
        (None, 20, "not known"),
        (float("nan"), 20, "not known"),
    ],
)
def test_words_of_likelihood_carry_their_number(probability: float | None, runs: int, expected: str) -> None:
    assert words.likelihood(probability, runs) == expected


@pytest.mark.parametrize(("pairs", "questions"), [(6, 2), (20, 27_000), (12, 120)])
def test_words_of_likelihood_follow_the_rule_of_stars(pairs: int, questions: int) -> None:
    assert not carries(1.0, pairs, questions)
    assert words.likelihood(1.0, pairs, questions) == f"{pairs} of {pairs} pairs"
    assert "likely" in words.likelihood(1.0, pairs) or "certain" in words.likelihood(1.0, pairs)


@given(st.floats(0, 1))
def test_every_probability_has_a_word_whose_band_is_nearest(probability: float) -> None:
    word = words.likelihood_word(probability)
    gap = {name: max(low - probability, probability - high, 0) for name, low, high in words.YARDSTICK}
    assert gap[word] == min(gap.values())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "\u2013"),
        (float("nan"), "\u2013"),
        (0.0, "0"),
        (1e-15, "0"),
        (1234.5, "1,230"),
        (0.01234, "0.0123"),
        (-5.678, "\u22125.68"),
        (2.5e6, "2.50 million"),
        (-3e9, "\u22123.00 billion"),
    ],
)
def test_numbers_are_rounded_to_what_is_known(value: float | None, expected: str) -> None:
    assert words.plain(value) == expected


def test_amounts_and_changes() -> None:
    assert words.dollars(-1234.0) == "\u2212\u2060$1,230"
    assert words.dollars(None) == "\u2013"
    assert words.change(-4.21) == "\u22124.2%"
    assert words.change(12.34) == "+12%"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.share_of(3, 3, "market") == "all three markets"
    assert words.share_of(1, 3, "market") == "one of three markets"


def test_a_leg_over_the_date_line_is_drawn_at_both_edges() -> None:
    mexico, australia = Place("Mexico", -99.0, 19.0), Place("Australia", 149.0, -35.0)
    west, east = curves(mexico, australia)
    assert west[0].tolist() == [-99.0, 19.0]
    assert east[-1].tolist() == [149.0, -35.0]
    assert len(curves(Place("a", 0.0, 0.0), Place("b", 10.0, 0.0))) == 1


def test_a_leg_bends_right_of_its_direction() -> None:
    (eastward,) = curves(Place("a", 0.0, 0.0), Place("b", 10.0, 0.0))
    assert eastward[12, 1] < 0


def test_land_has_no_outline_across_the_whole_map() -> None:
    assert all(np.ptp(ring[:, 0]) < 215 and abs(ring[:, 1]).max() <= 90 for ring in land_rings())


def test_units_names_and_order_of_markets_are_those_of_the_studys_world(tmp_path: Path) -> None:
    markets = ("ivory", "cocaine")
    world = small_world(("cocaine",)) | {"markets": list(markets), "units": {"ivory": "tusk", "cocaine": "kg"}}
    world["places"]["COL"] = world["places"]["COL"] | {"name": "Ruritania"}
    lone = read(write_study(tmp_path / "study", {"a": Effect("A", 0.1)}, 2, 24, ("cocaine",), world=world))
    assert [unit_of(lone, market) for market in (*markets, "tea")] == ["tusk", "kg", "unit"]
    assert jurisdiction_places(lone)["COL"].name == "Ruritania"
    assert jurisdiction_places(lone)["ECU"].name == "ECU"


def test_a_map_shows_every_place_of_its_world() -> None:
    usual = {"GBR": Place("United Kingdom", -0.1, 51.5), "NZL": Place("New Zealand", 174.8, -41.3)}
    assert edges(usual) == ((-128.0, 180.0), (-50.0, 72.0))
    far = usual | {"WSM": Place("Samoa", -171.8, -13.8), "ATA": Place("Antarctica", 0.0, -80.0)}
    assert edges(far) == ((-175.8, 180.0), (-84.0, 72.0))


@pytest.mark.filterwarnings("ignore:Glyph")
def test_letters_that_no_xml_may_hold_leave_the_pictures_readable(tmp_path: Path) -> None:
    effects = {"a": Effect("A\uffffB\x1b[31m \x01C", 0.05), "b": Effect("Other", 0.01)}
    files = draw_all(write_study(tmp_path / "study", effects, markets=("cocaine",)))
    pictures = [path for path in files if path.suffix == ".svg"]
    assert pictures
    for path in pictures:
        ET.parse(path)
    element = drawn(all_charts(read(tmp_path / "study"))[0]).wide
    ET.fromstring(element)
