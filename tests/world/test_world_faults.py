"""What the loader of the world refuses, and in which words."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from world_parts import copy_tables, rewrite

from countermarket.world.load import load_world
from countermarket.world.schema import TABLES
from countermarket.world.tables import WorldError, read_table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_tables(tmp_path / "tables")


FAULTS: list[tuple[str, Callable[[list[dict[str, str]]], object], str]] = [
    (
        "legs.csv",
        lambda rows: rows[4].update(origin="GBX"),
        "legs.csv, line 6, column origin: unknown jurisdiction 'GBX' (nearest known name: GBR)",
    ),
    (
        "groups.csv",
        lambda rows: rows[0].update(group="cocaine"),
        "groups.csv, line 2, column group: 'cocaine' is no good name for a group: "
        "it means something else in a scenario",
    ),
    (
        "groups.csv",
        lambda rows: rows[1].update(name="Others"),
        "groups.csv, line 3, column name: five_eyes is called 'Five Eyes (UKUSA agreement)' in another row",
    ),
    (
        "groups.csv",
        lambda rows: rows[1].update(jurisdiction="GBX"),
        "groups.csv, line 3, column jurisdiction: unknown jurisdiction 'GBX' (nearest known name: GBR)",
    ),
    (
        "legs.csv",
        lambda rows: rows[0].update(mode="smal_boat"),
        "legs.csv, line 2, column mode: 'smal_boat' is not one of container, small_boat, land, air, digital "
        "(nearest known name: small_boat)",
    ),
    (
        "legs.csv",
        lambda rows: rows[0].update(layer="cocane"),
        "legs.csv, line 2, column layer: unknown layer or market 'cocane' (nearest known name: cocaine)",
    ),
    (
        "legs.csv",
        lambda rows: rows[1].update(leg="L001"),
        "legs.csv, line 3, column leg: duplicate leg 'L001', first given on line 2",
    ),
    (
        "legs.csv",
        lambda rows: rows[0].update(destination="COL"),
        "legs.csv, line 2, column destination: the leg ends where it starts",
    ),
    (
        "legs.csv",
        lambda rows: rows[0].update(distance_km="1_000"),
        "legs.csv, line 2, column distance_km: '1_000' is not a number",
    ),
    (
        "legs.csv",
        lambda rows: rows[0].update(source="FB33"),
        "legs.csv, line 2, column source: unknown source code 'FB33' (nearest known name: FB23)",
    ),
    (
        "demand.csv",
        lambda rows: next(row for row in rows if row["quantity"] == "price").update(value="-5"),
        "demand.csv, line 44, column value: -5 is out of bounds; allowed: from 0 up",
    ),
    (
        "demand.csv",
        lambda rows: rows[0].update(value="nan"),
        "demand.csv, line 2, column value: 'nan' is not a number",
    ),
    (
        "demand.csv",
        lambda rows: rows[0].update(value="1e400"),
        "demand.csv, line 2, column value: 1e400 is out of bounds; allowed: from 0 up",
    ),
    (
        "demand.csv",
        lambda rows: rows[0].update(value="1"),
        "demand.csv, line 2, column value: 1 lies outside its own low and high",
    ),
    (
        "demand.csv",
        lambda rows: rows[0].update(value=""),
        "demand.csv, line 2, column value: the cell is empty",
    ),
    (
        "demand.csv",
        lambda rows: rows[0].update(unit="t per year"),
        "demand.csv, line 2, column unit: 't per year' where 'kg per year' is needed",
    ),
    (
        "demand.csv",
        lambda rows: rows[0].update(source="assumption: "),
        "demand.csv, line 2, column source: an assumption must say why",
    ),
    (
        "demand.csv",
        lambda rows: rows[0].update(source="derived: by hand"),
        "demand.csv, line 2, column source: write derived: how (CODE; CODE)",
    ),
    (
        "demand.csv",
        lambda rows: rows.pop(0),
        "column quantity: cocaine in GBR has no volume",
    ),
    (
        "supply.csv",
        lambda rows: rows[0].update(quantity="price"),
        "supply.csv, line 2, column quantity: a layer of kind goods has here only capacity, unit_cost, seized",
    ),
    (
        "supply.csv",
        lambda rows: rows.__setitem__(slice(None), [row for row in rows if row["layer"] != "heroin"]),
        "layers.csv, line 3, column layer: layer 'heroin' has no source in supply.csv",
    ),
    (
        "demand.csv",
        lambda rows: rows.__setitem__(slice(None), [row for row in rows if row["layer"] != "heroin"]),
        "layers.csv, line 3, column layer: layer 'heroin' has no destination in demand.csv",
    ),
    (
        "legs.csv",
        lambda rows: rows.__setitem__(slice(None), [row for row in rows if row["leg"] != "N002"]),
        "NZL in heroin: unreachable destination: no path of legs leads there from a source",
    ),
    (
        "legs.csv",
        lambda rows: next(row for row in rows if row["leg"] == "L342").update(
            destination="NZL", origin="GBR"
        ),
        "dead source: no path of legs leads from there to a destination",
    ),
    (
        "legs.csv",
        lambda rows: next(row for row in rows if row["leg"] == "L325").update(origin="CYM"),
        "column leg: legs L325, N015 lie on no path from a source to a destination",
    ),
    (
        "jurisdictions.csv",
        lambda rows: rows[0].update(eu="yes"),
        "jurisdictions.csv, line 2, column eu: 'yes' is not one of 0, 1",
    ),
    (
        "jurisdictions.csv",
        lambda rows: rows[0].update(gdp_year="1999"),
        "jurisdictions.csv, line 2, column gdp_year: rates.csv has no us_consumer_prices for 1999",
    ),
    (
        "layers.csv",
        lambda rows: rows[2].update(input_layer="precursor"),
        "column input_layer: unknown input layer 'precursor' (nearest known name: precursors)",
    ),
    (
        "markets.csv",
        lambda rows: rows.append({"market": "ivory", "kind": "goods"}),
        "layers.csv, line 2, column market: no layer for market 'ivory'",
    ),
    (
        "constants.csv",
        lambda rows: rows[1].update(value="1950", low="1950"),
        "us_consumer_prices has no value for the price year 1950",
    ),
    (
        "enablers.csv",
        lambda rows: [row.update(weight="0", low="0") for row in rows if row["service"] == "finance"],
        "enablers.csv, line 2, column service: no jurisdiction has an enabler of service 'finance'",
    ),
    ("legs.csv", lambda rows: rows.clear(), "legs.csv, line 1: there is a header but no row"),
]


@pytest.mark.parametrize(
    ("file", "change", "message"), FAULTS, ids=[message[:60] for _, _, message in FAULTS]
)
def test_a_fault_is_named(
    folder: Path, file: str, change: Callable[[list[dict[str, str]]], object], message: str
) -> None:
    rewrite(folder, file, change)
    with pytest.raises(WorldError) as caught:
        load_world(folder)
    assert str(caught.value).endswith(message)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "markets.csv, line 1: the file is empty"),
        (b"\n\n", "markets.csv, line 1: the file is empty"),
        (b"market\n", "markets.csv, line 1, column kind: missing column; the columns are market, kind"),
        (b"market,kind,size\n", "markets.csv, line 1, column size: unknown column"),
        (b"market,kind,kind\n", "markets.csv, line 1, column kind: the column is there twice"),
        (b"market,kind\ncocaine\n", "markets.csv, line 2: 1 cells under 2 columns"),
        (b"market,kind\n\xff,goods\n", "markets.csv: the file is not UTF-8 text (invalid start byte)"),
        (b'market,kind\n"a"b,goods\n', "markets.csv: the file is not proper CSV (',' expected after '\"')"),
        (b"x" * 5_000_001, "markets.csv: the file is larger than 5,000,000 bytes"),
    ],
)
def test_a_broken_file_is_named(folder: Path, content: bytes, message: str) -> None:
    (folder / "markets.csv").write_bytes(content)
    with pytest.raises(WorldError) as caught:
        load_world(folder)
    assert str(caught.value) == message


def test_shares_must_sum_to_one(folder: Path) -> None:
    def change(rows: list[dict[str, str]]) -> None:
        row = next(row for row in rows if row["unit"] == "share of attempts")
        row.update(value="0.2")

    rewrite(folder, "supply.csv", change)
    with pytest.raises(WorldError, match=r"column value: the shares of cyber_fraud sum to 1\.05, not 1"):
        load_world(folder)


def test_a_missing_file_or_folder_is_named(folder: Path, tmp_path: Path) -> None:
    (folder / "enablers.csv").unlink()
    (folder / "roles.csv").unlink()
    with pytest.raises(WorldError, match=r"^enablers\.csv, roles\.csv: no such file in .*; a world has the tables"):
        load_world(folder)
    with pytest.raises(WorldError, match=r"nowhere: no such folder; a world has the tables source_codes"):
        load_world(tmp_path / "nowhere")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)), keep=st.booleans())
def test_any_bytes_give_rows_or_a_world_error(tmp_path: Path, content: bytes, keep: bool) -> None:
    header = ",".join(column.name for column in TABLES["rates.csv"]).encode() + b"\n"
    (tmp_path / "rates.csv").write_bytes(header + content if keep else content)
    try:
        rows = read_table(tmp_path, "rates.csv", frozenset({"FXR"}))
    except WorldError as error:
        message = str(error)
        rows = ()
    else:
        message = "rates.csv"
    assert message.isprintable()
    assert message.startswith("rates.csv")
    assert all(np.isfinite(row.numbers["value"]) for row in rows)
