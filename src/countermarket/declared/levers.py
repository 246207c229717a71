"""Every lever: what an institution can change, declared once; values and sources stand in baseline.yaml."""

from __future__ import annotations

from countermarket.declared.agency_levers import AGENCIES
from countermarket.declared.alliance_levers import ALLIANCE
from countermarket.declared.lever import Lever

LEVERS: dict[str, Lever] = {lever.name: lever for lever in (*AGENCIES, *ALLIANCE)}
EFFORT_SHARES = tuple(name for name, lever in LEVERS.items() if lever.unit == "share of effort")
