"""Sourced series that move the world, read and placed."""

import csv
from pathlib import Path

import pytest

from countermarket.reading.errors import InputError
from countermarket.world.drivers import FOLDER, Series, load_drivers, load_series, missing_series
from countermarket.world.names import load_names

SERIES = "series,year,value,unit,source,confidence\ncrop,2013,4,t,somebody,H\ncrop,2015,1,t,somebody,H\n"
DRIVERS = "series,acts_on,markets,jurisdictions,data_year,elasticity,low,high,source\n"


def crop(tmp_path: Path, line: str, series: str = SERIES) -> Path:
    (tmp_path / "series.csv").write_text(series, encoding="utf-8")
    (tmp_path / "drivers.csv").write_text(DRIVERS + line + "\n", encoding="utf-8")
    return tmp_path


def test_a_missing_year_lies_on_a_steady_rate_and_ends_hold(tmp_path: Path) -> None:
    series = load_series(crop(tmp_path, ""))["crop"]
    assert [series.at(year) for year in (2010, 2013, 2014, 2015, 2020)] == [4.0, 4.0, 2.0, 1.0, 1.0]


def test_a_driver_is_a_power_of_its_series_beside_the_year_of_the_data(tmp_path: Path) -> None:
    (driver,) = load_drivers(crop(tmp_path, "crop,source_supply,cocaine,COL|PER,2015,0.5,0,1,assumption: half"))
    assert (driver.size(2013), driver.size(2015)) == (2.0, 1.0)
    assert (driver.markets, driver.jurisdictions) == (("cocaine",), ("COL", "PER"))


@pytest.mark.parametrize(
    ("line", "series", "said"),
    [
        ("corn,demand,cocaine,,2015,1,1,1,x", SERIES, "no such series"),
        ("crop,seizures,cocaine,,2015,1,1,1,x", SERIES, "nothing to act on"),
        ("crop,demand,cocaine,,2015,2,0,1,x", SERIES, "2 lies outside 0 to 1"),
        ("", SERIES.replace("4,t", "0,t"), "must be above 0"),
        ("", SERIES.replace("somebody,H", "somebody,Z"), "its confidence one of"),
        ("", SERIES.replace("unit", "units"), "the columns must be"),
    ],
)
def test_what_is_wrong_in_the_tables_is_said_with_its_line(tmp_path: Path, line: str, series: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        load_drivers(crop(tmp_path, line, series))


# --- what ships -------------------------------------------------------------------------------------------


def test_every_driver_that_ships_acts_on_what_the_world_has() -> None:
    names = load_names()
    for driver in load_drivers():
        assert set(driver.markets) <= set(names.markets), driver.label
        assert set(driver.jurisdictions) <= set(names.jurisdictions), driver.label
        assert driver.source.startswith(("assumption", "definition")), driver.label


def test_each_place_has_one_pool_of_people_who_can_be_defrauded() -> None:
    pools = [driver.jurisdictions for driver in load_drivers() if driver.markets == ("cyber_fraud",)]
    places = [place for pool in pools for place in pool]
    assert sorted(places) == sorted(load_names().jurisdictions)


def test_every_year_has_its_source_and_none_comes_from_memory() -> None:
    with (FOLDER / "series.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["source"] for row in rows)
    assert "U" not in {row["confidence"] for row in rows}
    assert len({(row["series"], row["year"]) for row in rows}) == len(rows)


def test_no_outcome_drives_the_world() -> None:
    """What is held beside published numbers, detected victims, cases, seizures and arms, is no input in any form."""
    allowed = {
        "cocaine_colombia", "coca_peru", "coca_bolivia", "opium_afghanistan", "opium_myanmar", "cocaine_users",
        "displaced_people", "internet_users", "online_europe", "online_americas", "spending_usa", "spending_britain",
        "officers_canada", "officers_eu", "countries_reporting_victims", "countries_reporting_seizures",
        "frauds_reported",
    }  # fmt: skip
    assert set(load_series()) == allowed
    assert {driver.series.name for driver in load_drivers()} == allowed
    assert all("firearms" not in driver.markets for driver in load_drivers())


def test_what_could_not_be_sourced_is_listed() -> None:
    told = {series for series, _, _ in missing_series()}
    assert {"methamphetamine", "firearms", "spending", "trafficking"} <= told
    assert isinstance(load_series()["coca_peru"], Series)
