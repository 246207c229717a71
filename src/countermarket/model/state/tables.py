"""What is remembered between months: one table per kind of thing, each column with its unit.

Tables are numpy structured arrays with a fixed number of slots and, where things come and go, an `active`
column. Rows are read by number; a row refers to another by its number. Money is USD of 2023.
"""

from typing import Any, NamedTuple

from countermarket.model.state.crime import Enabler, Group
from countermarket.model.state.law import Agency, Alliance
from countermarket.model.state.row import Count, Identity, Row, Rows
from countermarket.model.state.society import Community
from countermarket.model.state.trade import Leg, Node, Tally


class Clock(Row):
    """Where a run stands."""

    key: Identity  # of the replicate
    month: Count
    free_from: Count  # no slot of groups below this is free
    slots: Count  # slots of groups ever used: none stands at this one or above


class State(NamedTuple):
    """Everything a month reads and writes. G groups, E enablers, J jurisdictions, L legs, N nodes."""

    clock: Rows[Clock]  # (1,)
    groups: Rows[Group]  # (G,)
    enablers: Rows[Enabler]  # (E,)
    enabler_slots: Any  # i8 (services + 1,): first slot of each service
    serves: Any  # bool (services, J, J): whether enablers of a service at home in one jurisdiction serve another
    agencies: Rows[Agency]  # (J,)
    communities: Rows[Community]  # (J,)
    alliance: Rows[Alliance]  # (1,)
    trust: Any  # f8 (J, J, domains): how far row trusts column with its evidence, 0..1
    base_trust: Any  # f8 (J, J): what trust recovers towards
    custody: Any  # f8 (12, J): frozen assets by months left and freezing jurisdiction, USD
    custody_market: Any  # f8 (12, M): the same assets by market, USD
    nodes: Rows[Node]  # (N,), layer x jurisdiction
    legs: Rows[Leg]  # (L,)
    order: Any  # i4 (N,): nodes in the order in which goods and people pass them, from sources to users
    leave_start: Any  # i8 (N + 1,): where the legs that leave a node start in leave_legs
    leave_legs: Any  # i4 (L,): leg numbers, by the node they leave
    reach_start: Any  # i8 (M * J + 1,): where a market's legs at a jurisdiction start in reach_legs
    reach_legs: Any  # i4: leg numbers, by market and jurisdiction touched
    candidates: Any  # f8 (M, J): expected entrants a month at ordinary profit
    tallies: Rows[Tally]  # (M,)
    ledger: Any  # f8 (sectors,): change of each sector's money this month, USD
