"""A world that moves: sourced series as dated shocks and changes that a scenario and its reference share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from countermarket.declared.calendar import FIRST_YEAR, calendar_month, month_name
from countermarket.policy.change_values import Change
from countermarket.policy.shock_values import Shock
from countermarket.reading.spelling import nearest
from countermarket.reading.yaml_reader import Node, spoken
from countermarket.world.drivers import Driver, load_drivers
from countermarket.world.names import Names

HISTORY = "history"
"""The one set of drivers that ships: world/history."""
FIRST, LAST = 2013, 2022
"""Years it speaks of; the last holds from then on."""


class Course(NamedTuple):
    """What moves a world while a scenario runs: its first values hold before the first reported month, too."""

    shocks: tuple[Shock, ...] = ()
    changes: tuple[Change, ...] = ()


STILL = Course()


def read_course(node: Node, begins: int, names: Names) -> Course:
    """Read `drivers: history`, which needs a calendar that begins within its years."""
    if node.value != HISTORY:
        hint = nearest(node.value, (HISTORY,)) if isinstance(node.value, str) else ""
        raise node.error("drivers", f"{spoken(node.value)} is no set of drivers; write {HISTORY}.{hint}")
    if not calendar_month(FIRST, 1) <= begins <= calendar_month(LAST, 1):
        told = f"{HISTORY} speaks of {FIRST} to {LAST}, and the calendar begins in {month_name(begins)}"
        raise node.error("drivers", f"{told}; write begins: {FIRST}-01")
    return course_of(load_drivers(), begins, names)


def course_of(drivers: Sequence[Driver], begins: int, names: Names) -> Course:
    """What drivers do from a month on, each year at its value; what a world has not is left out."""
    years = range(FIRST_YEAR + begins // 12, LAST + 1)
    shocks = [shock for driver in drivers for year in years for shock in _shock(driver, year, names)]
    changes = [change for driver in drivers for year in years for change in _change(driver, year, names)]
    return Course(tuple(shocks), tuple(sorted(changes, key=lambda change: change.month)))


def _shock(driver: Driver, year: int, names: Names) -> list[Shock]:
    """A year of a driver of demand or supply; the last is for good."""
    markets = tuple(name for name in driver.markets if name in names.markets)
    places = tuple(name for name in driver.jurisdictions if name in names.jurisdictions)
    if driver.acts_on not in ("demand", "source_supply") or not markets or (driver.jurisdictions and not places):
        return []
    return [
        Shock(
            kind=driver.acts_on, start=calendar_month(year, 1), months=0 if year == LAST else 12,
            size=driver.size(year), market=markets, jurisdiction=places,
        )
    ]  # fmt: skip


def _change(driver: Driver, year: int, names: Names) -> list[Change]:
    """A year of a driver of a lever of agencies."""
    places = [name for name in driver.jurisdictions if name in names.jurisdictions]
    if not driver.acts_on.startswith("agencies.") or not places:
        return []
    value = dict.fromkeys(places, driver.size(year))
    return [Change(month=calendar_month(year, 1), lever=driver.acts_on, value=dict(value))]
