"""The model: a month, step by step, in the order of the package's own."""

from __future__ import annotations

from math import ceil, exp
from typing import TYPE_CHECKING, Any

import mesa

from twin import build, luck, record
from twin.agencies import Agency, act_on_cases, advance_technology, place_interdiction, usual_eyes
from twin.enablers import Enabler, average_fees
from twin.groups import Group
from twin.markets import find_bids, set_fees
from twin.newcomers import enter
from twin.violence import fight

if TYPE_CHECKING:
    from countermarket.model.running.simulate import Simulation
    from twin.legs import Leg


class TwinModel(mesa.Model):
    """Criminal markets under the baseline policy, from a simulation at its first reported month."""

    def __init__(self, simulation: Simulation, seed: int = 0) -> None:
        super().__init__(rng=seed)
        build.furnish(self, simulation)
        self.kept = exp(-self.p.evidence_decay)
        self.usual_eyes = usual_eyes(self.p)
        self.datacollector = record.collector()

    @property
    def groups(self) -> Any:
        """All groups."""
        return self.agents_by_type[Group]

    @property
    def enablers(self) -> Any:
        """All enablers, closed ones included."""
        return self.agents_by_type[Enabler]

    @property
    def agencies(self) -> Any:
        """All agencies."""
        return self.agents_by_type[Agency]

    def step(self) -> None:
        """One month, and its record."""
        self.open_books()
        self.prepare()
        self.gather()
        self.trade()
        self.enforce()
        self.adapt()
        self.live_on()
        self.datacollector.collect(self)
        self.month += 1

    def open_books(self) -> None:
        """Set everything that counts a month to zero."""
        self.ledger = [0.0] * len(self.ledger)
        for book in (self.alliance, *self.markets, *self.nodes, *self.legs, *self.places):
            book.open_books()
        self.agencies.do("open_books")
        self.enablers.do("open_books")

    def prepare(self) -> None:
        """The alliance meets, agencies allocate their officers, technology advances."""
        self.alliance.convene()
        self.agencies.do("allocate")
        place_interdiction(self)
        advance_technology(self)

    def gather(self) -> None:
        """Evidence is gathered, shared and read."""
        self.agencies.do("open_eyes")
        self.groups.shuffle_do("be_known")
        self.agencies.do("work_the_queue")

    def trade(self) -> None:
        """Groups choose and match; goods and people move; prices follow."""
        for leg in self.legs:
            leg.assess()
            leg.set_terms()
        self.enablers.set("clients", 0)
        for node in self.nodes:
            node.want()
        self.groups.shuffle_do("plan")
        for node in self.nodes:
            node.produce()
        self.groups.shuffle_do("set_out")
        for node in self.nodes:
            node.ration()
        self.hand_on()
        self.set_prices()
        for leg in self.legs:
            leg.observe()

    def hand_on(self) -> None:
        """From sources to users: what comes in is sold on in the same month; then latecomers arrive."""
        self.groups.do("load")
        for node in self.nodes:
            node.take_in()
            node.hand_over()
        for node in self.nodes:
            node.close_month()
        self.groups.do("pay_idle_members")

    def set_prices(self) -> None:
        """Bids and fees come first, then prices move."""
        find_bids(self)
        for node in self.waiting_places:
            node.crowd()
        set_fees(self)
        for node in self.nodes:
            node.set_price()

    def enforce(self) -> None:
        """Money is laundered; cases are acted on, cash is stopped, enablers are pursued, leaders are designated."""
        self.groups.shuffle_do("settle_up")
        act_on_cases(self)
        self.alliance.confiscate()
        self.groups.do("forfeit")
        self.agencies.do("watch_enablers")
        self.enablers.do("be_pursued")
        self.groups.do("evade")
        self.alliance.designate()

    def adapt(self) -> None:
        """Groups learn, recruit, fight, leave and enter; enablers set terms, come and go."""
        self.groups.do("adapt")
        fight(self)
        for place in self.places:
            place.fear()
        self.groups.shuffle_do("leave")
        enter(self)
        self.enablers.do("set_terms")
        self.average_fee = average_fees(self)
        self.enablers.shuffle_do("come_or_go")

    def live_on(self) -> None:
        """Communities change, the alliance reviews itself, and the month enters the statistics."""
        self.alliance.reinvest()
        for place in self.places:
            place.change()
            place.set_pay()
        self.alliance.review()
        self.report()
        for market in self.markets:
            market.close_books()
        for group in self.groups:
            group.market.groups += 1
            group.market.members += group.members
            group.market.profit += group.profit

    def report(self) -> None:
        """What was seized enters the statistics."""
        for where in (*self.legs, *self.nodes):
            where.hand_in()
        for market in self.markets:
            market.report()

    def has_room(self) -> bool:
        """Whether another group can be born; a birth that finds no room is counted."""
        if len(self.groups) < self.slots:
            return True
        self.refused_births += 1
        return False

    def share_lost(self, leg: Leg, quantity: float) -> float:
        """Share of a month's consignments that is lost."""
        if self.p.proportional_losses:
            return leg.probability
        trials = int(min(self.p.most_consignments, ceil(quantity / self.p.consignment[leg.layer])))
        return luck.binomial(self.random.random(), trials, leg.probability) / trials

    def poisson(self, mean: float) -> int:
        """A number of events."""
        return luck.poisson(self.random.random(), mean)
