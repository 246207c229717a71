"""Every shock: what the world may do that no institution chose, declared once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from countermarket.declared.quantity import Quantity
from countermarket.declared.vocabulary import MARKET_KINDS

Duration = Literal["event", "for good"]


@dataclass(frozen=True, kw_only=True)
class ShockKind:
    """A kind of shock: what its size means, what it may select, what leaving out `months` means."""

    name: str
    meaning: str
    size: Quantity
    selectors: tuple[str, ...]
    needs: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    """Names of declared/mechanisms.py through which it works, and by whose tests it is believed."""
    without_months: Duration = "for good"
    flags: tuple[str, ...] = ()
    numbers: tuple[Quantity, ...] = ()
    acts_on: tuple[str, ...] = MARKET_KINDS
    """Kinds of market on which it does anything."""
    finds: Literal["sources", "users", "legs", "enablers", "places"] = "places"
    """What must be there, in the markets and places selected, for it to act."""

    @property
    def fields(self) -> tuple[str, ...]:
        """Return every key that may be written for this kind."""
        months = ("months",) if self.without_months == "for good" else ()
        extras = tuple(number.name for number in self.numbers)
        return ("kind", "start", *months, "size", *self.selectors, *self.flags, *extras)


def multiplier(meaning: str, high: float = 10) -> Quantity:
    """Declare a size that multiplies what is there: 0.7 takes 30% away."""
    return Quantity("size", "times the usual level", 0, high, meaning)


def share(meaning: str, name: str = "size") -> Quantity:
    """Declare a size, or a further number, that is a share."""
    return Quantity(name, "share", 0, 1, meaning)


KINDS = (
    ShockKind(
        name="demand",
        mechanisms=("demand",),
        meaning="Users want more or less",
        size=multiplier("what is wanted at a given price"),
        selectors=("market", "jurisdiction"),
        finds="users",
    ),
    ShockKind(
        name="source_supply",
        mechanisms=("scarcity",),
        meaning="Sources can produce more or less; stocks held back let a ban bite late",
        size=multiplier("capacity of the sources"),
        selectors=("market", "jurisdiction"),
        acts_on=("goods", "exploited"),
        finds="sources",
        numbers=(Quantity("stocks", "months of output", 0, 60, "held back at the start, sold as orders go unmet"),),
    ),
    ShockKind(
        name="input",
        mechanisms=("scarce_input", "substitution"),
        meaning="An input such as a precursor grows scarce or plentiful where it is made, bought in or used",
        size=multiplier("how much of the input can be had at a given price"),
        selectors=("market", "jurisdiction"),
        acts_on=("goods",),
        needs=("market",),
        flags=("substitutable",),
    ),
    ShockKind(
        name="route_closure",
        mechanisms=("scarcity",),
        meaning="Legs are closed, wholly or in part, by whatever cause",
        size=share("share of the capacity closed"),
        selectors=("leg", "mode", "market", "jurisdiction"),
        finds="legs",
        needs=("leg", "mode"),
    ),
    ShockKind(
        name="equipment_loss",
        mechanisms=("scarcity",),
        meaning="Boats, engines, handsets or vehicles are lost",
        size=share("share lost"),
        selectors=("market", "mode", "jurisdiction"),
        finds="legs",
        without_months="event",
    ),
    ShockKind(
        name="enabler_takedown",
        mechanisms=("digital_services", "laundering"),
        meaning="Enablers are closed, the largest first",
        size=share("share of the service's capacity closed"),
        selectors=("service", "jurisdiction", "rank"),
        finds="enablers",
        needs=("service",),
        without_months="event",
        flags=("successor", "covert_takeover"),
    ),
    ShockKind(
        name="leadership_removal",
        mechanisms=("leaders",),
        meaning="Leaders of groups are removed",
        size=share("share of a group's leaders removed"),
        selectors=("market", "jurisdiction", "rank", "share"),
        without_months="event",
    ),
    ShockKind(
        name="mass_arrest",
        mechanisms=("replacement",),
        meaning="Members are arrested at once",
        size=share("share of a group's members arrested"),
        selectors=("market", "jurisdiction", "rank", "share"),
        without_months="event",
    ),
    ShockKind(
        name="recruitment",
        mechanisms=("recruitment",),
        meaning="Recruits come more or less readily",
        size=multiplier("the inflow of recruits"),
        selectors=("market", "jurisdiction"),
    ),
    ShockKind(
        name="interdiction",
        mechanisms=("interdiction",),
        meaning="Loss on legs rises, whoever causes it",
        size=share("probability added"),
        selectors=("leg", "mode", "market", "jurisdiction"),
        finds="legs",
        needs=("leg", "mode"),
        numbers=(
            Quantity("severity", "times the consignment", 0, 100, "what a hit costs; above 1, crew and craft too"),
        ),
    ),
    ShockKind(
        name="confiscation",
        mechanisms=("recovery", "communities"),
        meaning="Assets of groups are taken at once",
        size=share("share of assets taken"),
        selectors=("market", "jurisdiction", "share"),
        without_months="event",
        numbers=(share("share put to social use", "reuse"),),
    ),
    ShockKind(
        name="leak",
        mechanisms=("evidence_sharing",),
        meaning="Shared evidence reaches the groups it is about",
        size=share("share of open cases exposed"),
        selectors=("jurisdiction", "domain"),
        without_months="event",
    ),
    ShockKind(
        name="trust_breach",
        mechanisms=("club",),
        meaning="One member loses trust in another, in one domain or in all",
        size=share("share of trust lost"),
        selectors=("pair", "domain"),
        needs=("pair",),
        without_months="event",
    ),
    ShockKind(
        name="patron_surge",
        mechanisms=("patrons",),
        meaning="A state backs groups more strongly",
        size=multiplier("patronage"),
        selectors=("jurisdiction",),
        needs=("jurisdiction",),
    ),
    ShockKind(
        name="conflict",
        mechanisms=("contest", "arms_supply"),
        meaning="Armed conflict begins or ends",
        size=share("intensity of conflict"),
        selectors=("jurisdiction",),
        needs=("jurisdiction",),
        numbers=(Quantity("arms_leak", "pieces a month", 0, 1e6, "firearms that reach the market"),),
    ),
    ShockKind(
        name="technology_jump",
        mechanisms=("technology",),
        meaning="Criminals or agencies gain a new technology",
        size=Quantity("size", "times the present stock", 0.1, 10, "technology of the side that gains"),
        selectors=("market", "jurisdiction"),
        without_months="event",
        flags=("for_agencies",),
    ),
    ShockKind(
        name="truce",
        mechanisms=("truce",),
        meaning="Groups stop fighting one another",
        size=share("share of violence that stops"),
        selectors=("market", "jurisdiction"),
    ),
    ShockKind(
        name="labour_opportunity",
        mechanisms=("communities",),
        meaning="Legal work or transfers reach those who might be recruited",
        size=share("share of those at risk who are reached"),
        selectors=("jurisdiction",),
        needs=("jurisdiction",),
        numbers=(Quantity("transfers", "USD a person a month", 0, 1e4, "money paid to those reached"),),
    ),
    ShockKind(
        name="legal_supply",
        mechanisms=("arms_supply",),
        meaning="Law or trade changes legal supply that leaks, such as arms",
        size=multiplier("legal supply"),
        selectors=("market", "jurisdiction"),
        acts_on=("goods",),
        finds="sources",
        needs=("market",),
    ),
)

SHOCKS: dict[str, ShockKind] = {kind.name: kind for kind in KINDS}
