"""The shipped world: what its tables hold, what they rest on, and the page that says so."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from clone import ROOT
from world_parts import assert_balanced, assert_connected, cells, copy_tables, layer_part, rewrite

from countermarket.world.load import PACKAGED, load_world, read_evidence
from countermarket.world.schema import EVIDENCE_TABLES, MODEL_TABLES, TABLES
from countermarket.world.structure import CONSENT, EXPLOITED, FRAUD, GOODS, World
from countermarket.world.synthetic import MARKETS, synthetic_world
from countermarket.world.tables import read_table

DOCS = ROOT / "docs" / "sources.md"
KIND_WORDS = {"number", "text", "source"}


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


def test_names_are_those_the_model_counts_on(world: World) -> None:
    assert world.market_names == MARKETS
    assert world.layer_names == (
        "cocaine",
        "heroin",
        "synthetic",
        "precursors",
        "firearms",
        "human_trafficking",
        "smuggling_britain",
        "smuggling_europe",
        "smuggling_north_america",
        "smuggling_oceania",
        "cyber_fraud",
    )
    assert world.mode_names == ("container", "small_boat", "land", "air", "digital")
    assert world.service_names == ("logistics", "finance", "corporate", "digital")
    assert len(world.jurisdiction_names) == 53
    assert len(set(world.leg_names)) == len(world.legs) == len(world.leg_names)
    assert len(cells("laundering.csv")) == len(world.laundering) == 19
    documented = sum(row["leg"].startswith("L") for row in cells("legs.csv"))
    assert documented + len(world.laundering) == 511


def test_synthetic_drugs_use_up_precursors(world: World) -> None:
    synthetic, precursors = world.layer_names.index("synthetic"), world.layer_names.index("precursors")
    assert world.layers["input_layer"][synthetic] == precursors
    assert (np.delete(world.layers["input_layer"], synthetic) == -1).all()
    makers = layer_part(world, world.supplies, synthetic)["jurisdiction"]
    assert set(makers) == set(layer_part(world, world.demands, precursors)["jurisdiction"])


def test_arrays_are_read_only(world: World) -> None:
    for part in (*world, *synthetic_world(4)):
        if isinstance(part, np.ndarray):
            with pytest.raises(ValueError, match="read-only"):
                part[...] = part


def test_indicators_lie_within_their_bounds(world: World) -> None:
    for field in ("rule_of_law", "corruption", "effectiveness", "stability", "patronage", "conflict"):
        assert ((world.jurisdictions[field] >= 0) & (world.jurisdictions[field] <= 1)).all(), field
    of = dict(zip(world.jurisdiction_names, world.jurisdictions, strict=True))
    assert of["NZL"]["corruption"] < of["GBR"]["corruption"] < of["VEN"]["corruption"]
    assert {name for name, row in of.items() if row["patronage"]} == {"RUS", "IRN"}
    assert {name for name, row in of.items() if row["five_eyes"]} == {"AUS", "CAN", "GBR", "NZL", "USA"}
    assert {name for name, row in of.items() if row["landlocked"]} == {"SRB", "AFG", "BOL"}
    assert 1800 < of["GBR"]["legal_wage"] < 3000


def test_supply_meets_demand_and_losses(world: World) -> None:
    assert_balanced(world)


@pytest.mark.parametrize(
    ("layer", "place", "metric", "per_unit"),
    [
        ("cocaine", "GBR", "cocaine consumption", 1000),
        ("heroin", "GBR", "heroin imports", 1000),
        ("human_trafficking", "MMR", "people in scam compounds", 12),
        ("human_trafficking", "KHM", "people in scam compounds", 12),
        ("firearms", "MEX", "firearms smuggled", 1),
    ],
)
def test_anchored_volumes(world: World, layer: str, place: str, metric: str, per_unit: float) -> None:
    at = (world.layer_names.index(layer), world.jurisdiction_names.index(place))
    rows = world.demands
    found = rows[(rows["layer"] == at[0]) & (rows["jurisdiction"] == at[1])]["volume"].item() * 12
    anchor = next(
        row.numbers
        for row in read_evidence("anchors.csv")
        if row.texts["metric"].startswith(metric) and row.texts["place"].startswith(place)
    )
    assert anchor["low"] * per_unit <= found <= anchor["high"] * per_unit


def test_cocaine_made_lies_between_the_counts(world: World) -> None:
    made = layer_part(world, world.supplies, 0)["capacity"].sum() * 12 / 1000
    counts = [
        row.numbers["value"] for row in read_evidence("anchors.csv") if "cocaine prod" in row.texts["metric"]
    ]
    assert min(counts) <= made <= max(counts)


@pytest.mark.parametrize(
    ("layer", "arrivals"),
    [("smuggling_britain", 45_755), ("smuggling_europe", 239_000), ("smuggling_north_america", 520_000)],
)
def test_people_who_set_out_cover_those_counted(world: World, layer: str, arrivals: float) -> None:
    i = world.layer_names.index(layer)
    people = layer_part(world, world.supplies, i)["capacity"].sum() * 12 * (1 - world.layers["loss_share"][i])
    assert arrivals * 0.99 <= people <= arrivals * 1.6


def test_every_destination_is_reached_and_no_leg_is_idle(world: World) -> None:
    assert_connected(world, every_leg=True)


def test_smuggling_legs_join_the_regions_they_lead_to(world: World) -> None:
    layer_of = dict(zip(world.leg_names, world.legs["layer"], strict=True))
    assert layer_of["L324"] == world.layer_names.index("smuggling_britain")
    assert layer_of["L300/britain"] == world.layer_names.index("smuggling_britain")
    assert layer_of["L300/europe"] == world.layer_names.index("smuggling_europe")
    assert layer_of["L342"] == world.layer_names.index("smuggling_north_america")


def test_prices_exist_where_somebody_pays(world: World) -> None:
    kinds = world.layers["kind"]
    pays = kinds[world.demands["layer"]] != FRAUD
    assert (world.demands["price"][pays] > 0).all()
    assert np.isnan(world.demands["price"][~pays]).all()
    fees = kinds[world.supplies["layer"]] == CONSENT
    assert (world.supplies["price"][fees] > 0).all()
    assert (
        world.supplies["unit_cost"][np.isin(kinds[world.supplies["layer"]], (GOODS, EXPLOITED))] > 0
    ).all()


def test_every_number_has_a_source() -> None:
    codes = frozenset(row["code"] for row in cells("source_codes.csv"))
    for file in (*MODEL_TABLES, *EVIDENCE_TABLES):
        columns = TABLES[file]
        assert {column.kind for column in columns} <= KIND_WORDS
        if any(column.kind == "number" for column in columns):
            assert any(column.kind == "source" for column in columns), file
        read_table(PACKAGED, file, codes)


def test_every_source_code_is_cited() -> None:
    text = " ".join(
        row[column.name]
        for file, columns in TABLES.items()
        for row in cells(file)
        for column in columns
        if column.kind == "source"
    )
    assert [row["code"] for row in cells("source_codes.csv") if row["code"] not in text] == []


def test_a_leg_without_source_is_graded_assumed() -> None:
    for row in cells("legs.csv"):
        if row["source"] == "ASM":
            assert row["evidence"] == "assumed", row["leg"]


def test_prices_are_converted_at_the_rate_of_their_year() -> None:
    rates = {(row["series"], row["year"]): float(row["value"]) for row in cells("rates.csv")}
    for row in cells("prices.csv"):
        for column in ("low", "mid", "high"):
            if row["currency"] != "percent" and row[column]:
                rate = rates.get((row["currency"], row["year"]), 1.0 if row["currency"] == "USD" else np.nan)
                assert float(row[f"usd_{column}"]) == pytest.approx(float(row[column]) * rate, rel=1e-4), row[
                    "price"
                ]


def test_derived_prices_follow_from_the_price_table() -> None:
    prices = {row["price"]: row for row in cells("prices.csv")}
    index = {
        row["year"]: float(row["value"])
        for row in cells("rates.csv")
        if row["series"] == "us_consumer_prices"
    }
    found = [
        row
        for file in ("supply.csv", "demand.csv")
        for row in cells(file)
        if row["source"][:10] == "derived: P"
    ]
    assert len(found) > 20
    for row in found:
        price = prices[row["source"].split()[1]]
        given = [float(price[f"usd_{part}"]) for part in ("low", "mid", "high") if price[f"usd_{part}"]]
        middle = float(price["usd_mid"] or 0) or sum(given) / len(given)
        grams = 1000 if price["unit"] == "g" else 1
        expected = middle * grams * index["2023"] / index[price["year"]]
        assert float(row["value"]) == pytest.approx(expected, rel=1e-3), row


def test_loading_is_quick() -> None:
    def cost() -> float:
        start = time.process_time()
        load_world()
        return time.process_time() - start

    assert min(cost() for _ in range(3)) < 0.15


def test_digest_follows_content_not_line_ends(tmp_path: Path, world: World) -> None:
    folder = copy_tables(tmp_path / "tables")
    assert load_world(folder).digest == world.digest
    text = (folder / "legs.csv").read_bytes()
    (folder / "legs.csv").write_bytes(text.replace(b"\n", b"\r\n"))
    assert load_world(folder).digest == world.digest
    rewrite(folder, "demand.csv", lambda rows: rows[0].update(value="117001"))
    assert load_world(folder).digest != world.digest
    assert load_world(folder).name == "tables"


def test_evidence_tables_are_the_only_ones_read_on_their_own() -> None:
    assert len(read_evidence("prices.csv")) == 124
    with pytest.raises(ValueError, match=r"'legs.csv' is not one of roles.csv, prices.csv, anchors.csv"):
        read_evidence("legs.csv")


def totals(world: World) -> str:
    """The table of docs/sources.md, made from the tables themselves."""
    lines = [
        "| layer | offered | wanted | unit a year | sources | destinations | legs |",
        "|---|---|---|---|---|---|---|",
    ]
    for i, name in enumerate(world.layer_names):
        supplies, demands = layer_part(world, world.supplies, i), layer_part(world, world.demands, i)
        kind, unit = world.layers["kind"][i], world.unit_names[i]
        offered = "1 (shares)" if kind == FRAUD else f"{supplies['capacity'].sum() * 12:,.0f}"
        wanted = "1 (shares)" if kind == CONSENT else f"{demands['volume'].sum() * 12:,.0f}"
        unit = "persons / victim-months" if kind == EXPLOITED else unit
        counts = f"{len(supplies)} | {len(demands)} | {len(layer_part(world, world.legs, i))}"
        lines.append(f"| {name} | {offered} | {wanted} | {unit} | {counts} |")
    return "\n".join(lines)


def grades() -> str:
    """Legs by evidence, made from the tables themselves."""
    lines = ["| layer or market | documented | inferred_pair | assumed |", "|---|---|---|---|"]
    rows = [(row["layer"], row["evidence"]) for row in cells("legs.csv")]
    rows += [("laundering", row["evidence"]) for row in cells("laundering.csv")]
    for layer in dict.fromkeys(layer for layer, _ in rows):
        counts = [rows.count((layer, grade)) for grade in ("documented", "inferred_pair", "assumed")]
        lines.append(f"| {layer} | {' | '.join(map(str, counts))} |")
    return "\n".join(lines)


def basis() -> str:
    """Numbers by what they rest on, made from the tables themselves."""
    lines = ["| table | numbers | sourced or derived from a source | assumption |", "|---|---|---|---|"]
    for file in ("supply.csv", "demand.csv", "enablers.csv"):
        sources = [row["source"] for row in cells(file)]
        assumed = sum(source.startswith("assumption:") for source in sources)
        lines.append(f"| {file} | {len(sources)} | {len(sources) - assumed} | {assumed} |")
    return "\n".join(lines)


def test_the_page_about_sources_is_up_to_date(world: World) -> None:
    page = DOCS.read_text(encoding="utf-8")
    for table in (totals(world), grades(), basis()):
        assert table in page, f"docs/sources.md should hold this table:\n{table}"
