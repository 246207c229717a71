"""What numbers in the tables stand for: services, modes, efforts, components of cost, sectors."""

from typing import Any

import numpy as np


def numbered(count: int) -> Any:
    """0, 1, 2 ... as numpy's integers: numba compiles a function anew for every Python integer it is called with."""
    return np.arange(count)


LEG_SLOTS = 3
"""Legs a group can work at once."""
PRESENCES = 6
"""Jurisdictions in which a group can be known at once."""
LOGISTICS, FINANCE, CORPORATE, DIGITAL = range(4)
MODE_DOMAIN = (0, 0, 1, 2, 3)
"""Domain of trust that each mode falls under."""
ENABLER_DOMAIN = MODE_DOMAIN[-1]
"""Domain of trust that what is known of enablers falls under: their traces are digital."""
GOODS, CONSENT, EXPLOITED, FRAUD = range(4)
EFFORTS = ("interdiction", "investigation", "finance", "digital", "enablers", "prevention")
INTERDICTION, INVESTIGATION, FINANCE_EFFORT, DIGITAL_EFFORT, ENABLER_EFFORT, PREVENTION = range(6)

COMPONENTS = (
    "inputs", "transport", "logistics", "finance", "corporate", "digital", "corruption",
    "wages", "risk", "seized", "confiscated", "delay", "search",
)  # fmt: skip
"""Components of the cost of illicit activity, in the order of the embodied cost vectors."""
(INPUTS, TRANSPORT, FEES, _FINANCE_FEE, _CORPORATE_FEE, _DIGITAL_FEE, CORRUPTION,
 WAGES, RISK, SEIZED, CONFISCATED, DELAY, SEARCH) = numbered(13)  # fmt: skip
N_COMPONENTS = len(COMPONENTS)
CASH = N_COMPONENTS
"""Last entry of an embodied cost vector: how much of its total was paid in cash (a memo, not a component)."""
OVERHEADS = 3
"""Components of a group's overheads: confiscated, delay and search, which stand together."""

SECTORS = (
    "groups_dirty", "groups_clean", "members", "producers", "retailers", "enablers", "users", "victims",
    "legal_economy", "officials", "patrons", "treasuries", "agencies", "alliance_fund", "custody",
)  # fmt: skip
(GROUPS_DIRTY, GROUPS_CLEAN, MEMBERS, PRODUCERS, RETAILERS, ENABLERS, USERS, VICTIMS,
 LEGAL_ECONOMY, OFFICIALS, PATRONS, TREASURIES, AGENCIES, ALLIANCE_FUND, CUSTODY) = numbered(15)  # fmt: skip

_C = (N_COMPONENTS + 1,)
