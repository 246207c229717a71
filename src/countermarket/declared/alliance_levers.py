"""The levers of the alliance."""

from __future__ import annotations

from typing import Any

from countermarket.declared.lever import Lever
from countermarket.declared.vocabulary import CHANNELS, SANCTION_TARGETS


def alliance_lever(name: str, meaning: str, **rest: object) -> Lever:
    """Declare a lever of the alliance, a share unless said otherwise."""
    declared: dict[str, Any] = {"unit": "share", "low": 0, "high": 1, **rest}
    return Lever(name=f"alliance.{name}", meaning=meaning, **declared)


ALLIANCE = (
    alliance_lever(
        "members",
        "Jurisdictions in the alliance",
        kind="names",
        shared_column="member",
        unit="jurisdictions",
        high=53,
        read_by="membership.admit_members",
        mechanisms=("evidence_sharing", "club"),
        public_cost="a liaison office for each member",
    ),
    alliance_lever(
        "data_sharing_share",
        "Share of evidence a member owes the others",
        read_by="alliance.open_channel",
        mechanisms=("evidence_sharing",),
        public_cost="analysts and systems in proportion to what is shared",
    ),
    alliance_lever(
        "channel",
        "The road evidence takes; it sets the delay",
        kind="word",
        unit="word",
        low=1,
        words=CHANNELS,
        read_by="alliance.open_channel",
        mechanisms=("evidence_sharing",),
        public_cost="none of its own: platforms are paid under federated_data",
    ),
    alliance_lever(
        "common_standards",
        "How far members record and hold evidence alike",
        unit="0 none, 1 all in common",
        read_by="alliance.open_channel",
        mechanisms=("evidence_sharing",),
        public_cost="training and systems, most of it at the start",
    ),
    alliance_lever(
        "joint_action_share",
        "Share of members' investigative effort under joint tasking",
        read_by="alliance.task",
        mechanisms=("joint_action", "operations"),
        public_cost="travel and coordination for each operation",
    ),
    alliance_lever(
        "suspension_threshold",
        "Compliance below which a member is warned, then suspended (0: never)",
        unit="share of obligations met",
        read_by="membership.review",
        mechanisms=("club",),
        public_cost="none of its own: the secretariat is paid per member",
    ),
    alliance_lever(
        "exit_share",
        "Members that leave in a year while they give more than they get (0: nobody may leave)",
        unit="share per year",
        read_by="membership.review",
        mechanisms=("club",),
        public_cost="none of its own: who leaves pays no more",
    ),
    alliance_lever(
        "audit_share",
        "Share of members' obligations audited each year",
        read_by="membership.review",
        mechanisms=("club",),
        public_cost="auditors in proportion",
    ),
    alliance_lever(
        "sanctions_per_year",
        "Designations of criminals and enablers by all members together",
        unit="designations a year",
        high=500,
        read_by="sanctions.designate",
        mechanisms=("sanctions",),
        public_cost="evidence and legal defence of each designation",
        private_cost="screening by banks and firms",
    ),
    alliance_lever(
        "sanctions_coordination",
        "Share of members that designate the same target at once",
        unit="share of members",
        read_by="sanctions.designate",
        mechanisms=("sanctions",),
        public_cost="coordination of each designation",
    ),
    alliance_lever(
        "sanctions_target",
        "Whom designations fall on: leaders, all enablers, or those of one service",
        kind="word",
        unit="word",
        low=1,
        words=SANCTION_TARGETS,
        read_by="sanctions.designate",
        mechanisms=("sanctions",),
        public_cost="none of its own",
    ),
    alliance_lever(
        "enabler_targeting",
        "Share of joint effort aimed at enablers, by service",
        by=("service",),
        read_by="alliance.task",
        mechanisms=("enabler_pursuit",),
        public_cost="none of its own: it moves joint effort",
    ),
    alliance_lever(
        "chokepoints",
        "Extra control at legs (L030), ports (BEL:container) or on a mode (small_boat); "
        "the most specific wins",
        kind="map",
        unit="intensity",
        by=("leg", "port", "mode"),
        read_by="alliance.task",
        mechanisms=("interdiction",),
        public_cost="inspectors and equipment in proportion to intensity",
        private_cost="delay for lawful traffic",
    ),
    alliance_lever(
        "blackout_zone",
        "Jurisdictions where members act together against every group present",
        kind="names",
        shared_column="blackout",
        unit="jurisdictions",
        high=53,
        read_by="membership.admit_members",
        mechanisms=("joint_action", "operations"),
        public_cost="joint effort in the zone",
    ),
    alliance_lever(
        "federated_data",
        "Share of holdings that can be matched without handing data over",
        unit="share of holdings",
        read_by="alliance.open_channel",
        mechanisms=("evidence_sharing",),
        public_cost="platform building and upkeep",
        private_cost="connecting private holders",
    ),
    alliance_lever(
        "pooled_compute",
        "Share of analysis done on pooled computing, which relieves the queue for analysts",
        read_by="technology.advance",
        mechanisms=("technology",),
        public_cost="computing in proportion",
    ),
    alliance_lever(
        "innovation_budget",
        "Joint research on detection and disruption",
        unit="USD a year",
        high=1e10,
        read_by="technology.advance",
        mechanisms=("technology",),
        public_cost="the budget",
    ),
    alliance_lever(
        "private_partners",
        "Coverage of private firms that report and block in real time",
        kind="map",
        unit="share of the sector",
        by=("partner",),
        read_by="alliance.task",
        mechanisms=("partners",),
        public_cost="joint units",
        private_cost="staff and systems in each firm covered",
    ),
    alliance_lever(
        "stings",
        "Effort to make criminals doubt one another: false offers, covert platforms",
        unit="0 none, 1 most intense",
        read_by="alliance.sting",
        mechanisms=("stings",),
        public_cost="undercover staff and platforms",
    ),
    alliance_lever(
        "reinvestment_share",
        "Share of confiscated assets spent in vulnerable communities",
        unit="share of recovery",
        read_by="communities.reinvest",
        mechanisms=("communities",),
        public_cost="none of its own: it moves recovered money from treasuries",
    ),
)
