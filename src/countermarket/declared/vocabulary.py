"""The words that stand for a fixed list: markets, modes, services, domains, channels, partners."""

from __future__ import annotations

MARKETS = (
    "cocaine",
    "heroin",
    "synthetic",
    "firearms",
    "human_trafficking",
    "migrant_smuggling",
    "cyber_fraud",
)
ARMS = "firearms"
"""The market that arms leak into in a war."""
MODES = ("container", "small_boat", "land", "air", "digital")
SERVICES = ("logistics", "finance", "corporate", "digital")
DOMAINS = ("maritime", "land", "air", "digital")
CHANNELS = (
    "mutual_legal_assistance",
    "european_investigation_order",
    "e_evidence",
    "data_access_agreement",
    "federated",
    "joint_team",
)
SANCTION_TARGETS = ("leaders", "enablers", "logistics", "finance", "corporate", "digital")
PARTNERS = ("finance", "digital", "logistics")
MARKET_KINDS = ("goods", "consent", "exploited", "fraud")
"""Kinds of market: goods, people who pay to cross, people who are exploited, frauds."""
