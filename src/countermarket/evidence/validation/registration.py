"""What was registered of one experiment: what is compared with what, over which months, and what the evidence found."""

from __future__ import annotations

from typing import NamedTuple

from countermarket.policy.scenario import Scenario


class Experiment(NamedTuple):
    """One row of the table. Months are counted from the shock: its own month is 1."""

    id: str
    evidence: str
    """Number in the compilation of evidence; a letter marks a further outcome of the same study."""
    kind: str
    """One of CLASSES."""
    scenario: str
    measure: str
    """A recorded series."""
    market: str
    jurisdiction: str
    service: str
    contrast: str
    first: int
    last: int
    sign: int
    """1 a rise, -1 a fall, 0 no effect."""
    effect: float | None
    """Per cent of the reference; None where the evidence gives no figure."""
    low: float | None
    high: float | None
    """Ends of the evidence; of the equivalence band where there was no effect."""
    source: str = ""
    confidence: str = ""
    note: str = ""
    mechanism: str = ""
    """The mechanism it tests: a name of declared/mechanisms.py."""
    moves: str = ""
    """Where no effect was found: what the same treatment must move, `measure key=value ... months=first-last`."""
    blind: str = ""
    """yes, or no where the model's answer to it was known when it was registered or mended."""
    registered: str = ""
    """When it was registered anew; empty: with the first."""
    reason: str = ""
    """Why it was registered anew."""
    leg: str = ""
    against: str = ""
    """The scenario of the other arm; empty: the scenario's own reference."""

    @property
    def in_scope(self) -> bool:
        """Whether the model holds what the experiment is about."""
        return self.kind != "out of scope"

    @property
    def where(self) -> str:
        """What the measure is read of: market, place and service."""
        return " ".join(name for name in (self.market, self.jurisdiction, self.service, self.leg) if name)


def beside(experiment: Experiment) -> Experiment:
    """What the same treatment must move where no effect was found, as an experiment of its own."""
    measure, *pairs = experiment.moves.split()
    said = dict(pair.split("=", 1) for pair in pairs)
    first, _, last = said.pop("months", f"{experiment.first}-{experiment.last}").partition("-")
    return experiment._replace(
        moves="",
        id=f"{experiment.id}: moves",
        measure=measure,
        market=said.get("market", ""),
        jurisdiction=said.get("jurisdiction", ""),
        service=said.get("service", ""),
        leg=said.get("leg", ""),
        first=int(first),
        last=int(last or first),
    )


def start_of(scenario: Scenario) -> int:
    """The reported month, 0 = January 2026, in which a scenario first differs from its reference."""
    return min([change.month for change in scenario.changes] + [shock.start for shock in scenario.shocks])
