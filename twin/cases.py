"""What agencies know of a group and do about it: sightings, shared evidence, operations, forfeited cash."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

from countermarket.model.state.codes import (
    CONFISCATED,
    CUSTODY,
    DELAY,
    ENABLER_DOMAIN,
    FINANCE_EFFORT,
    GROUPS_CLEAN,
    GROUPS_DIRTY,
    PRESENCES,
    TREASURIES,
)
from twin.costs import incur, pay

if TYPE_CHECKING:
    from twin.agencies import Agency
    from twin.places import Community


@dataclass(slots=True, eq=False)
class Presence:
    """What a group does in one place, and what the agency there holds against it."""

    place: Community
    activity: float
    evidence: float = 0.0
    received: float = 0.0


class Suspect:
    """A group as agencies see it."""

    def note_presence(self) -> None:
        """Home and both ends of every leg worked; evidence stays with an agency while it is remembered."""
        for presence in self.presences:
            presence.activity = 0.0
        at_home = self.model.p.home_activity
        self.be_active(self.home, at_home)
        for held in self.holdings:
            self.be_active(held.leg.origin, 0.5 * (1.0 - at_home) * held.share)
            self.be_active(held.leg.destination, 0.5 * (1.0 - at_home) * held.share)
        self.reach = self.home.bit
        for presence in self.presences:
            self.reach |= presence.place.bit

    def be_active(self, place: Community, weight: float) -> None:
        """Count activity at a place; beyond so many places the idle one with the least evidence is forgotten."""
        for presence in self.presences:
            if presence.place is place:
                presence.activity += weight
                return
        if len(self.presences) == PRESENCES:
            idle = [presence for presence in self.presences if presence.activity <= 0.0]
            if idle:
                forgotten = self.presences.index(min(idle, key=lambda presence: presence.evidence))
                self.presences[forgotten] = Presence(place, weight)
        else:
            self.presences.append(Presence(place, weight))

    def be_seen(self) -> None:
        """Evidence arrives and loses value with age; each agency sees only its own ground."""
        p, market = self.model.p, self.market
        size = (self.members / market.typical) ** p.size_visibility
        hidden = exp(p.gap_effect * (self.model.group_technology - self.technology))
        visible = size * (1.0 - p.stance_effect * self.stance) * hidden
        for presence in self.presences:
            agency = presence.place.agency
            seen = presence.activity * agency.eyes[market.number] * visible
            if presence.place is self.home:
                seen *= max(0.0, 1.0 - self.patron)
            agency.load += seen
            agency.presences += presence.activity
            presence.evidence = presence.evidence * self.model.kept + seen * agency.throughput

    def be_shared(self) -> None:
        """What others hold reaches an agency through a channel, late and aged; an analyst must read what is new."""
        p, alliance = self.model.p, self.model.alliance
        domain = max(self.holdings, key=lambda held: held.share).leg.domain
        relief = p.standards_relief * alliance.standards
        for to in self.presences:
            reader = to.place.agency
            sent = speed = spared = 0.0
            for source in self.presences:
                if source is to or source.evidence <= 0.0:
                    continue
                giver = source.place.agency
                part, together = giver.part_shared_with(reader, domain)
                given = part * source.evidence
                if source.place is self.home:
                    given *= max(0.0, 1.0 - self.patron)  # a patron's state answers no request about those it backs
                worth, pace = alliance.fresh if together else alliance.stale
                sent += given * worth
                speed += given * worth * pace
                if together:
                    spared += given * worth * relief
                giver.gives += p.review_rate * given
                reader.gets += p.review_rate * given
            pace = min(1.0, max(0.05, speed / max(sent, 1e-12)))
            reader.load += p.reading_load * (sent - spared) * (1.0 - self.model.kept)
            to.received += pace * (reader.throughput * sent - to.received)

    def ripe_cases(self) -> list[Presence]:
        """Where agencies hold evidence enough to act; not where it is idle or has a patron's haven."""
        p = self.model.p
        haven = self.home if self.patron >= p.haven else None
        return [
            presence
            for presence in self.presences
            if presence.evidence + presence.received > p.case_threshold
            and presence.activity > 0.0
            and presence.place is not haven
        ]

    def be_raided(self, lead: Presence) -> None:
        """One operation: who joins, whether it leaks, whom and what it takes."""
        p, random, alliance = self.model.p, self.random.random, self.model.alliance
        agency = lead.place.agency
        reach = min(1.0, lead.activity + self.joined(lead) + p.core_reach)
        if random() < 1.0 - exp(-p.leak_rate * alliance.leak_risk(agency)):
            reach *= p.leak_spoils
            alliance.blame(agency)
            self.stance += p.warned_stance * (1.0 - self.stance)
        strength = self.members
        arrested = strength * p.arrest_share * reach
        self.seasoned *= max(1e-6, 1.0 - arrested / max(strength, 1e-9)) ** (p.prolific_first - 1.0)
        self.members -= arrested
        self.vacant += arrested
        lead.place.arrests[self.market.number] += arrested
        self.market.arrests += arrested
        if random() < p.leader_chance * reach:
            self.leaderless = p.succession_months
        frozen = self.be_frozen(reach, agency)
        for presence in self.presences:
            presence.evidence *= 1.0 - p.evidence_spent * reach
            presence.received *= 1.0 - p.evidence_spent * reach
        agency.operations += 1
        alliance.wrong(agency, p.innocent_rate)
        alliance.grade(arrested + frozen / max(self.takings, 1.0) * p.grade_assets, strength)

    def joined(self, lead: Presence) -> float:
        """Activity under those who join the agency that leads."""
        p, alliance, random = self.model.p, self.model.alliance, self.random.random
        more, first = 0.0, lead.place.agency
        for presence in self.presences:
            if presence is lead or presence.activity <= 0.0:
                continue
            partner = presence.place.agency
            both = partner.standing * first.standing > 0.0
            joint = alliance.joint_action * partner.contribution if both else 0.0
            if random() < max(joint, p.bilateral_action):
                more += presence.activity
                alliance.cost_alliance += p.joint_operation_cost * both
        return more

    def be_frozen(self, reach: float, agency: Agency) -> float:
        """Money found is frozen; part of it will be confiscated a year on. USD."""
        p, model, market = self.model.p, self.model, self.market
        found = p.asset_findability * agency.pursuit * reach
        dirty = max(0.0, self.dirty) * found
        clean = max(0.0, self.clean) * found * p.clean_findability
        self.lose(dirty, clean, CUSTODY)
        frozen = dirty + clean
        by_place, by_market = model.custody[-1]
        by_place[agency.place.number] += frozen
        by_market[market.number] += frozen
        returned = frozen * (1.0 - p.confiscated_share)
        incur(market, self.pending, CONFISCATED, frozen * p.confiscated_share)
        incur(market, self.pending, DELAY, returned * p.capital_rate * len(model.custody), 0.0)
        return frozen

    def lose(self, dirty: float, clean: float, payee: int) -> None:
        """Money leaves the purses for another sector. USD."""
        pay(self.model.ledger, GROUPS_DIRTY, payee, dirty)
        pay(self.model.ledger, GROUPS_CLEAN, payee, clean)
        self.dirty -= dirty
        self.clean -= clean

    def forfeit(self) -> None:
        """Cash on hand is stopped without a case, more of it where financial investigators work."""
        cash, p, market = self.dirty, self.model.p, self.market
        if cash <= 0.0:
            return
        for presence in self.presences:
            if presence.activity <= 0.0:
                continue
            agency = presence.place.agency
            effort = agency.effort[FINANCE_EFFORT] / (p.officers_scale * p.reference_finance_share)
            taken = cash * presence.activity * min(1.0, p.forfeiture_rate * effort * agency.pursuit)
            incur(market, self.pending, CONFISCATED, taken)
            self.lose(taken, 0.0, TREASURIES)
            agency.recovered += taken
            market.recovery += taken

    def be_named(self, keeper: Agency) -> None:
        """The records of an enabler closed show a client to the agency that took them, and to others as it shares."""
        for presence in self.presences:
            reader = presence.place.agency
            passed = 1.0 if reader is keeper else keeper.part_shared_with(reader, ENABLER_DOMAIN)[0]
            presence.evidence += self.model.p.ledger_evidence * passed * presence.activity

    def evade(self) -> None:
        """The bite of a designation fades."""
        self.designated -= self.model.p.evasion_rate * self.designated
