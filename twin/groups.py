"""What groups decide: where to work, how secretly, how many hands to hire, when to give up."""

from __future__ import annotations

from copy import copy
from math import exp, inf, log, tanh
from typing import TYPE_CHECKING, Any

import mesa

from countermarket.model.state.codes import GROUPS_CLEAN, GROUPS_DIRTY, LEG_SLOTS, MEMBERS, PATRONS, PRESENCES, SEARCH
from twin.cases import Suspect
from twin.clients import Client
from twin.costs import add, incur, no_costs, pay, scaled
from twin.trade import Holding, Trader

if TYPE_CHECKING:
    from twin.legs import Leg
    from twin.model import TwinModel
    from twin.places import Community

OF_MESA = ("model", "unique_id", "pos")


class Group(Trader, Client, Suspect, mesa.Agent):
    """A criminal group."""

    def __init__(self, model: TwinModel, **attributes: Any) -> None:
        super().__init__(model)
        vars(self).update(attributes)

    # Where to work.

    def plan(self) -> None:
        """Choose legs, then enablers, then what to ask of the nodes."""
        self.choose_legs()
        self.match_enablers()
        self.offer()

    def choose_legs(self) -> None:
        """A noisy best response over current legs and a few alternatives, with switching cost."""
        worst, slot = self.shift_effort()
        if self.random.random() < self.model.p.search_rate:
            self.try_alternatives(worst, slot)
        self.note_presence()

    def shift_effort(self) -> tuple[float, int]:
        """Move effort towards the legs that pay; the worst leg's margin and its slot, a free slot counting as worst."""
        p, holdings = self.model.p, self.holdings
        worst, slot = inf, -1
        for k, held in enumerate(holdings):
            margin, value = self.margin_on(held.leg, held.perceived)
            held.share *= exp(p.effort_speed * min(1.0, max(-1.0, margin / value)))
            if margin < worst:
                worst, slot = margin, k
        whole = sum(held.share for held in holdings)
        for held in holdings:
            held.share = max(p.least_share, held.share / whole)
        kept = sum(held.share for held in holdings)
        for held in holdings:
            held.share /= kept
        return (worst, slot) if len(holdings) == LEG_SLOTS else (-inf, len(holdings))

    def try_alternatives(self, worst: float, slot: int) -> None:
        """Look at a few legs that touch where the group already is; take the best if it beats the worst held."""
        p, random = self.model.p, self.random
        best, chosen, handled = -inf, None, 1.0
        known = {held.leg for held in self.holdings}
        for _ in range(int(p.alternatives)):
            leg = self.alternative()
            if leg is None or leg in known:
                continue
            known.add(leg)
            margin, value = self.margin_on(leg, leg.belief)
            margin -= p.choice_noise * value * log(-log(random.random()))
            if margin > best:
                best, chosen, handled = margin, leg, value
        hurdle = p.switching_cost * handled + (0.0 if worst == -inf else worst)
        if chosen is None or best < hurdle:
            return
        self.holdings[slot : slot + 1] = [Holding(chosen, p.trial_share, chosen.belief)]
        self.spend_on_search(p.retooling_months * self.home.wage * self.members * p.trial_share)

    def alternative(self) -> Leg | None:
        """A leg that touches a place the group knows, mostly of its own market."""
        model, random = self.model, self.random
        market = self.market
        if random.random() < model.p.diversification:
            market = random.choice(model.markets)
        place = random.randrange(PRESENCES + 1)
        known = self.presences[place].place if place < len(self.presences) else self.home
        legs = market.legs_at.get(known)
        return random.choice(legs) if legs else None

    def spend_on_search(self, cost: float) -> None:
        """Time and money lost to retooling or vetting; the next shipments bear it."""
        incur(self.market, self.pending, SEARCH, cost)
        pay(self.model.ledger, GROUPS_DIRTY, MEMBERS, cost)
        self.dirty -= cost

    # What is learnt, and who comes and goes.

    def be_known(self) -> None:
        """Leave traces, which agencies share."""
        self.be_seen()
        self.be_shared()

    def settle_up(self) -> None:
        """Deal with a patron, then with the money."""
        self.serve_patron()
        self.launder()

    def adapt(self) -> None:
        """Learn from the month, then hire and lose members."""
        self.learn()
        self.recruit()

    def serve_patron(self) -> None:
        """A hostile state pays, and takes tasking in return."""
        p, ledger = self.model.p, self.model.ledger
        self.patron = self.home.patron
        if self.patron > 0.0:
            pension = self.patron * p.patron_pay * self.members * self.home.wage
            pay(ledger, PATRONS, GROUPS_DIRTY, pension)
            self.dirty += pension
            self.spend_on_search(pension * p.tasking_share)

    def learn(self) -> None:
        """Perceived risk follows own and neighbours' losses; security follows the heat; profit is remembered."""
        p, m = self.model.p, self.market.number
        sold = 0.0
        for held in self.holdings:
            if held.shipped > 0.0:
                held.perceived += p.learning_rate * (held.loss - held.perceived)
                sold += held.share
            held.perceived += p.neighbour_rate * (held.leg.belief - held.perceived)
        self.hazard += p.learning_rate * (self.home.hazard[m] - self.hazard)
        wish = min(1.0, p.stance_response * self.hazard / p.routine_hazard[m])
        self.stance += p.stance_speed * (wish - self.stance)
        outlay = max(self.takings - self.profit + self.imputed, 1.0)
        self.returns += p.returns_rate * ((self.takings - outlay) / outlay - self.returns)
        self.losing = self.losing + 1 if sold <= 0.0 else 0
        self.leaderless = max(0.0, self.leaderless - 1.0)
        self.seasoned += (1.0 - self.seasoned) / p.seasoning_months
        self.technology += p.group_research * self.research()
        self.technology *= 1.0 - p.technology_decay

    def research(self) -> float:
        """How hard it works on hiding: more with a patron's help, and the further agencies are ahead. Times."""
        p = self.model.p
        behind = sum(presence.activity * presence.place.agency.gap for presence in self.presences)
        return 1.0 + min(1.0, self.patron) * p.patron_technology + p.race_response * max(0.0, behind)

    def recruit(self) -> None:
        """Fill the places of the lost, hire while work pays; lose some to law, violence and a better life."""
        p, home, market = self.model.p, self.home, self.market
        members, m = self.members, market.number
        pull = p.growth_speed * tanh(self.returns / p.growth_returns)
        filled = p.replacement_share * self.vacant / p.replacement_months
        hires = (members * max(0.0, self.usual_hiring() + pull) + filled) * home.open_to_offers
        hires = min(hires, members * p.hiring_limit)
        self.vacant = max(0.0, self.vacant - min(filled, hires))
        caught = members * home.routine[m]
        killed = members * home.death[m]
        left = members * (p.turnover_rate * p.voluntary_share + max(0.0, -pull))
        self.members = max(0.0, members + hires - caught - killed - left)
        self.vacant += caught + killed
        market.recruits += hires
        home.recruits += hires
        market.arrests += caught

    def usual_hiring(self) -> float:
        """Ordinary hiring, less what replaces those lost to law and violence, who are counted. Share a month."""
        p = self.model.p
        return p.turnover_rate * (1.0 - p.replacement_share * (1.0 - p.voluntary_share))

    def settle_scores(self) -> None:
        """Members die because nobody yet knows what their group can do: it is new, or has lost its leader."""
        p, home, m = self.model.p, self.home, self.market.number
        age = self.model.month - self.born
        unsettled = 1.0 if self.leaderless > 0.0 else exp(-p.settling_rate * age)
        if unsettled < p.settled:
            return
        rate = home.danger * p.death_rate[m] * p.succession_violence
        deaths = min(self.members, self.members * rate * unsettled)
        home.deaths[m] += deaths
        self.members -= deaths
        self.vacant += deaths

    def leave(self) -> None:
        """Too small, broke, out of trade or without an heir a group winds up; a large one may split."""
        p, typical = self.model.p, self.market.typical
        broke = self.dirty + self.clean < -p.debt_months * max(self.takings, 1.0)
        spent = self.members < p.least_size * typical or self.losing > p.patience_months or broke
        if spent or self.is_without_heir():
            self.wind_up()
        elif self.members > (p.split_size_leaderless if self.leaderless > 0.0 else p.split_size) * typical:
            chance = p.split_rate * (1.0 + p.split_leaderless * (self.leaderless > 0.0))
            if self.random.random() < chance:
                self.split()

    def is_without_heir(self) -> bool:
        """When months without a leader end, some groups have found none and break up."""
        return 0.0 < self.leaderless <= 1.0 and self.random.random() < self.model.p.succession_failure

    def wind_up(self) -> None:
        """The purse goes to (or is owed by) those who owned it, overheads to no shipment."""
        ledger = self.model.ledger
        pay(ledger, GROUPS_DIRTY, MEMBERS, self.dirty)
        pay(ledger, GROUPS_CLEAN, MEMBERS, self.clean)
        add(self.market.unallocated, self.pending)
        self.remove()

    def split(self) -> None:
        """A faction takes its share of hands, purse and legs under a new name."""
        model = self.model
        if not model.has_room():
            return
        inherited = {name: value for name, value in vars(self).items() if name not in OF_MESA}
        faction = Group(model, **{**inherited, "born": model.month})
        faction.holdings = [copy(held) for held in self.holdings]
        for held in faction.holdings:
            held.shipped = 0.0
        faction.presences = [copy(presence) for presence in self.presences]
        for name in ("enablers", "backups", "fee"):
            setattr(faction, name, list(getattr(self, name)))
        share = model.p.faction_share
        for group, part in ((faction, share), (self, 1.0 - share)):
            group.members *= part
            group.vacant *= part
            group.dirty *= part
            group.clean *= part
            group.pending = scaled(group.pending, part)


def found_group(model: TwinModel, home: Community, leg: Leg, members: float) -> Group:
    """A new group; its starting purse comes from its founders."""
    p, random, market = model.p, model.random, leg.market
    skill = [
        (1.0 if other is market else p.foreign_skill) * (1.0 + p.skill_spread * random.uniform(-1.0, 1.0))
        for other in model.markets
    ]
    group = Group(
        model, home=home, market=market, members=members, vacant=0.0, seasoned=1.0, born=model.month,
        stance=random.random() * p.stance_spread, skill=skill,
        technology=model.group_technology, leaderless=0.0, patron=home.patron, designated=0.0,
        holdings=[Holding(leg, 1.0, leg.belief)], presences=[], reach=home.bit,
        enablers=[None] * 4, backups=[None] * 4, fee=[fee * p.informal_markup for fee in model.average_fee],
        pending=no_costs(), hazard=home.hazard[market.number], returns=0.0,
        takings=0.0, profit=0.0, imputed=0.0, losing=0, clean=0.0, dirty=0.0,
    )  # fmt: skip
    _, value = group.margin_on(leg, leg.belief)
    group.dirty = members * value * p.founding_months
    pay(model.ledger, MEMBERS, GROUPS_DIRTY, group.dirty)
    return group
