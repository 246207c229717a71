"""The mechanisms that evidence can speak to, each declared once: what it says, and where the month works it."""

from __future__ import annotations

from typing import NamedTuple


class Mechanism(NamedTuple):
    """Something that the model claims the world does."""

    name: str
    meaning: str
    steps: tuple[str, ...]
    """Names in the model's MONTH table."""


ALL = (
    Mechanism(
        "scarce_input", "a scarce input cuts output and raises prices",
        ("production.produce", "markets.ration", "markets.settle"),
    ),
    Mechanism("substitution", "makers replace an input that has grown scarce", ("production.produce",)),
    Mechanism("scarcity", "what is not made or carried is not used", ("markets.ration", "markets.settle")),
    Mechanism("demand", "use follows what users want", ("markets.want",)),
    Mechanism("risk_pricing", "risk of arrest and prison raises prices", ("choices.offer", "prices.set_prices")),
    Mechanism("interdiction", "loss on the way raises prices", ("routes.price_legs", "shipping.set_out")),
    Mechanism(
        "operations", "cases become operations that weaken groups",
        ("enforcement.act_on_cases", "raids.carry_out"),
    ),
    Mechanism("replacement", "groups replace members who are arrested", ("groups.recruit",)),
    Mechanism("leaders", "the loss of leaders brings violence and little else", ("raids.carry_out", "violence.fight")),
    Mechanism("recruitment", "fewer recruits make smaller groups", ("groups.recruit",)),
    Mechanism("contest", "what there is to win is fought over", ("violence.fight",)),
    Mechanism("truce", "groups that stop fighting kill fewer", ("violence.fight",)),
    Mechanism("arms_supply", "arms that leak from legal supply are used", ("markets.ration", "violence.fight")),
    Mechanism(
        "digital_services", "digital services that are closed hurt and come back",
        ("services.match_enablers", "enablers.come_and_go"),
    ),
    Mechanism("laundering", "fewer launderers are dearer ones", ("services.match_enablers", "enablers.set_terms")),
    Mechanism(
        "due_diligence", "checks by legal firms make laundering dearer",
        ("enforcement.set_powers", "enablers.set_terms"),
    ),
    Mechanism("enabler_pursuit", "agencies find and close enablers", ("pursuit.pursue_enablers",)),
    Mechanism("sanctions", "designations drive clients away, if many states join", ("sanctions.designate",)),
    Mechanism("migration_regime", "a regime against smugglers bites", ("enforcement.apply_migration_regime",)),
    Mechanism("recovery", "assets that are taken weaken groups", ("assets.confiscate", "assets.forfeit")),
    Mechanism(
        "communities", "work, transfers and reinvestment reach people at risk",
        ("communities.reinvest", "communities.change"),
    ),
    Mechanism("evidence_sharing", "shared evidence ripens cases", ("alliance.open_channel", "intelligence.share")),
    Mechanism("joint_action", "tasked together, members act on more", ("alliance.task",)),
    Mechanism("club", "audits and suspension make members keep their word", ("membership.review",)),
    Mechanism("technology", "technology on either side sees or hides", ("technology.advance",)),
    Mechanism("partners", "private firms report and block", ("alliance.task",)),
    Mechanism("stings", "false offers make criminals doubt one another", ("alliance.sting",)),
    Mechanism("patrons", "states protect groups that serve them", ("groups.serve_patrons",)),
)  # fmt: skip

MECHANISMS: dict[str, Mechanism] = {mechanism.name: mechanism for mechanism in ALL}
