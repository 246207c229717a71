"""Every lever: what an institution can change, declared once; values and sources stand in baseline.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from countermarket.declared.quantity import Quantity

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

Kind = Literal["number", "word", "names", "map"]


@dataclass(frozen=True, kw_only=True)
class Lever(Quantity):
    """A lever; the bounds of a word or a list of names say how many may be written."""

    kind: Kind = "number"
    words: tuple[str, ...] = ()
    read_by: str
    public_cost: str
    private_cost: str = ""

    @property
    def institution(self) -> str:
        """Who holds the lever: `agencies` or `alliance`."""
        return self.name.partition(".")[0]

    def allowed(self) -> str:
        """Say in words what may be written."""
        if self.kind == "word":
            return "one of " + ", ".join(self.words)
        if self.kind == "names":
            return "a list of jurisdictions such as [GBR, USA]"
        number = super().allowed()
        if self.kind == "map":
            return f"a map from {' or '.join(self.by)} to {number}"
        return f"{number}, or a map by {' and '.join(self.by)}" if self.by else number


def agency_share(activity: str, meaning: str) -> Lever:
    """Declare the share of agencies' effort given to one activity."""
    return Lever(
        name=f"agencies.{activity}_share",
        unit="share of effort",
        low=0,
        high=1,
        by=("jurisdiction",),
        meaning=meaning,
        read_by="agencies.allocate",
        public_cost="none of its own: it moves effort between activities",
    )


def agency_lever(name: str, unit: str, low: float, high: float, meaning: str, **rest: object) -> Lever:
    """Declare a lever that each jurisdiction's agencies hold."""
    declared: dict[str, Any] = {"by": ("jurisdiction",), "unit": unit, "low": low, "high": high, **rest}
    return Lever(name=f"agencies.{name}", meaning=meaning, **declared)


def alliance_lever(name: str, meaning: str, **rest: object) -> Lever:
    """Declare a lever of the alliance, a share unless said otherwise."""
    declared: dict[str, Any] = {"unit": "share", "low": 0, "high": 1, **rest}
    return Lever(name=f"alliance.{name}", meaning=meaning, **declared)


AGENCIES = (
    agency_lever(
        "budget_multiplier",
        "times the present budget",
        0.2,
        5,
        "Money for agencies that fight serious and organised crime",
        read_by="agencies.allocate",
        public_cost="the added budget",
    ),
    agency_share("interdiction", "Stopping goods, people and equipment on legs and at borders"),
    agency_share("investigation", "Building cases against groups until they can be acted on"),
    agency_share("finance", "Following money, freezing and confiscating assets"),
    agency_share("digital", "Online investigation and disruption"),
    agency_share("enablers", "Finding and closing those who sell services to groups"),
    agency_share("prevention", "Keeping people from being recruited"),
    agency_lever(
        "powers",
        "0 ordinary criminal law, 1 counter-terrorism style",
        0,
        1,
        "Powers that let agencies act on less evidence",
        read_by="enforcement.set_powers",
        public_cost="court and oversight time for each action",
        private_cost="more actions against the innocent",
    ),
    agency_lever(
        "severity",
        "times the present sentence",
        0.2,
        5,
        "Length of sentences, by market",
        by=("jurisdiction", "market"),
        read_by="enforcement.set_powers",
        public_cost="prison places in proportion to sentence",
    ),
    agency_lever(
        "migration_sanctions",
        "share of the regime's reach in use",
        0,
        1,
        "A sanctions regime for organised immigration crime: leaders, financiers, equipment suppliers",
        read_by="enforcement.set_powers",
        public_cost="a designation each",
        private_cost="screening by suppliers and payment firms",
    ),
    agency_lever(
        "asset_recovery_share",
        "share of identified assets",
        0,
        1,
        "How much of what is identified is pursued to confiscation",
        read_by="enforcement.set_powers",
        public_cost="investigators and lawyers for each case",
    ),
    agency_lever(
        "enabler_due_diligence",
        "share of dealings checked",
        0,
        1,
        "Checks that legal firms must make before they serve a customer",
        read_by="enforcement.set_powers",
        public_cost="supervision",
        private_cost="compliance in every checked firm",
    ),
)

ALLIANCE = (
    alliance_lever(
        "members",
        "Jurisdictions in the alliance",
        kind="names",
        unit="jurisdictions",
        high=53,
        read_by="alliance.admit_members",
        public_cost="a liaison office for each member",
    ),
    alliance_lever(
        "data_sharing_share",
        "Share of evidence a member owes the others",
        read_by="alliance.open_channel",
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
        public_cost="none of its own: platforms are paid under federated_data",
    ),
    alliance_lever(
        "common_standards",
        "How far members record and hold evidence alike",
        unit="0 none, 1 all in common",
        read_by="alliance.open_channel",
        public_cost="training and systems, most of it at the start",
    ),
    alliance_lever(
        "joint_action_share",
        "Share of members' investigative effort under joint tasking",
        read_by="alliance.task",
        public_cost="travel and coordination for each operation",
    ),
    alliance_lever(
        "suspension_threshold",
        "Compliance below which a member is warned, then suspended (0: never)",
        unit="share of obligations met",
        read_by="alliance.review",
        public_cost="none of its own: the secretariat is paid per member",
    ),
    alliance_lever(
        "audit_share",
        "Share of members' obligations audited each year",
        read_by="alliance.review",
        public_cost="auditors in proportion",
    ),
    alliance_lever(
        "sanctions_per_year",
        "Designations of criminals and enablers by all members together",
        unit="designations a year",
        high=500,
        read_by="alliance.designate",
        public_cost="evidence and legal defence of each designation",
        private_cost="screening by banks and firms",
    ),
    alliance_lever(
        "sanctions_coordination",
        "Share of members that designate the same target at once",
        unit="share of members",
        read_by="alliance.designate",
        public_cost="coordination of each designation",
    ),
    alliance_lever(
        "sanctions_target",
        "Whom designations fall on: leaders, all enablers, or those of one service",
        kind="word",
        unit="word",
        low=1,
        words=SANCTION_TARGETS,
        read_by="alliance.designate",
        public_cost="none of its own",
    ),
    alliance_lever(
        "enabler_targeting",
        "Share of joint effort aimed at enablers, by service",
        by=("service",),
        read_by="alliance.task",
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
        public_cost="inspectors and equipment in proportion to intensity",
        private_cost="delay for lawful traffic",
    ),
    alliance_lever(
        "blackout_zone",
        "Jurisdictions where members act together against every group present",
        kind="names",
        unit="jurisdictions",
        high=53,
        read_by="alliance.admit_members",
        public_cost="joint effort in the zone",
    ),
    alliance_lever(
        "federated_data",
        "Share of holdings that can be matched without handing data over",
        unit="share of holdings",
        read_by="alliance.open_channel",
        public_cost="platform building and upkeep",
        private_cost="connecting private holders",
    ),
    alliance_lever(
        "pooled_compute",
        "Share of analysis done on pooled computing, which relieves the queue for analysts",
        read_by="technology.advance",
        public_cost="computing in proportion",
    ),
    alliance_lever(
        "innovation_budget",
        "Joint research on detection and disruption",
        unit="USD a year",
        high=1e10,
        read_by="technology.advance",
        public_cost="the budget",
    ),
    alliance_lever(
        "private_partners",
        "Coverage of private firms that report and block in real time",
        kind="map",
        unit="share of the sector",
        by=("partner",),
        read_by="alliance.task",
        public_cost="joint units",
        private_cost="staff and systems in each firm covered",
    ),
    alliance_lever(
        "stings",
        "Effort to make criminals doubt one another: false offers, covert platforms",
        unit="0 none, 1 most intense",
        read_by="alliance.sting",
        public_cost="undercover staff and platforms",
    ),
    alliance_lever(
        "reinvestment_share",
        "Share of confiscated assets spent in vulnerable communities",
        unit="share of recovery",
        read_by="communities.reinvest",
        public_cost="none of its own: it moves recovered money from treasuries",
    ),
)

LEVERS: dict[str, Lever] = {lever.name: lever for lever in (*AGENCIES, *ALLIANCE)}
EFFORT_SHARES = tuple(name for name, lever in LEVERS.items() if lever.unit == "share of effort")
