"""From rows about jurisdictions to numbers the model can use."""

from __future__ import annotations

from countermarket.world.structure import JURISDICTION, Table, structured
from countermarket.world.tables import Row

Rows = tuple[Row, ...]

MONTHS_PER_YEAR = 12
TYPICAL_HOMICIDE_RATE, TYPICAL_ORGANISED_SHARE = 5.8, 0.2
"""Homicides per 100,000 people and year, and organised crime's share, where a world says nothing of a place.
Assumption: the world's mean, of the order of UNODC's Global Study on Homicide 2023."""
GOVERNANCE_LIMIT = 2.5  # the indicators run from about -2.5 to 2.5


def jurisdiction_table(rows: Rows, rates: Rows, constants: dict[str, float], homicide: Rows) -> Table:
    """Make the table of jurisdictions: indicators on 0..1, money in USD of the price year."""
    deflator = price_deflators(rates, constants["price_year"])
    deaths = {row.texts["jurisdiction"]: (row.numbers["rate"], row.numbers["organised_share"]) for row in homicide}
    typical = (TYPICAL_HOMICIDE_RATE, TYPICAL_ORGANISED_SHARE)
    share = constants["legal_wage_share"]
    return structured(
        JURISDICTION,
        [(*jurisdiction(row, deflator, share), *deaths.get(row.texts["jurisdiction"], typical)) for row in rows],
    )


def price_deflators(rates: Rows, price_year: float) -> dict[float, float]:
    """Return what a dollar of each year is worth in the price year."""
    series = [row for row in rates if row.texts["series"] == "us_consumer_prices"]
    index = {row.numbers["year"]: row.numbers["value"] for row in series}
    if price_year not in index:
        raise rates[0].error("year", f"us_consumer_prices has no value for the price year {price_year:g}")
    return {year: index[price_year] / value for year, value in index.items()}


def jurisdiction(row: Row, deflator: dict[float, float], wage_share: float) -> tuple[float, ...]:
    """Make one jurisdiction; the legal wage is a share of GDP per head, per month."""
    number = row.numbers
    if number["gdp_year"] not in deflator:
        raise row.error("gdp_year", f"rates.csv has no us_consumer_prices for {number['gdp_year']:g}")
    gdp = number["gdp_per_head"] * deflator[number["gdp_year"]]
    return (
        number["population"],
        gdp,
        gdp * wage_share / MONTHS_PER_YEAR,
        governance_share(number["rule_of_law"]),
        1.0 - governance_share(number["control_of_corruption"]),
        governance_share(number["effectiveness"]),
        governance_share(number["stability"]),
        number["latitude"],
        number["longitude"],
        number["landlocked"],
        number["eu"],
        number["five_eyes"],
        number["haven"],
        number["patronage"],
        number["conflict"],
    )


def governance_share(estimate: float) -> float:
    """Put a governance indicator on 0..1: (estimate + 2.5) / 5, cut at the ends."""
    return min(1.0, max(0.0, (estimate + GOVERNANCE_LIMIT) / (2 * GOVERNANCE_LIMIT)))
