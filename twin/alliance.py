"""What the alliance does under the baseline policy: shares, tasks, designates leaders, reinvests, pays its bills."""

from __future__ import annotations

from math import exp, inf, log
from typing import TYPE_CHECKING, Any

from countermarket.model.state.codes import AGENCIES, ALLIANCE_FUND, CUSTODY, LEGAL_ECONOMY, MEMBERS, TREASURIES
from twin.costs import pay

if TYPE_CHECKING:
    from twin.agencies import Agency
    from twin.groups import Group
    from twin.model import TwinModel


class Alliance:
    """The club of agencies: who belongs, what is shared how fast, whom to act on together."""

    def __init__(self, model: TwinModel, columns: dict[str, Any], levers: dict[str, Any]) -> None:
        vars(self).update(columns)
        self.model = model
        self.levers = levers
        self.members: list[Agency] = [agency for agency in model.agencies if agency.standing > 0.0]
        self.reach = 0
        for agency in self.members:
            self.reach |= agency.place.bit
        p = model.p
        self.usable = p.unstandardised + (1.0 - p.unstandardised) * self.standards
        self.fresh = self.worth(self.latency)
        self.stale = self.worth(p.bilateral_latency)

    def worth(self, months: float) -> tuple[float, float]:
        """What evidence is still worth after some months on its way, and how fast it arrives."""
        return exp(-self.model.p.evidence_decay * months), 1.0 / max(months, 1.0)

    def open_books(self) -> None:
        """Set what counts a month to zero."""
        self.innocent = 0.0
        self.enablers_closed = [0] * len(self.model.sellers)
        self.minor = self.moderate = self.major = 0

    def convene(self) -> None:
        """The month's bill for what is shared and tasked, and what it costs legal firms and their customers."""
        p, levers, club = self.model.p, self.levers, len(self.members)
        one = min(1, club)
        partners = sum(levers["private_partners"])
        bill = p.standards_cost * levers["common_standards"] + p.targeting_cost * sum(levers["enabler_targeting"])
        bill += p.partner_cost * partners
        self.cost_alliance = (one * bill + club * p.sharing_cost * levers["data_sharing_share"]) / 12.0
        self.compliance = 0.0
        for agency in self.model.agencies:
            wages = agency.place.population * agency.place.wage
            extra = p.partner_compliance * partners * agency.standing
            self.compliance += wages * p.compliance_share * (1.0 + p.diligence_compliance * agency.diligence + extra)
            self.wrong(agency, p.derisking * 1e-9 * wages * agency.diligence)

    def wrong(self, agency: Agency, actions: float) -> None:
        """Count actions against the innocent."""
        agency.innocent += actions
        self.innocent += actions

    def leakiness(self, lead: Agency, holder: Agency) -> float:
        """Corruption around a holder of an agency's case, times the share of it that it holds."""
        return holder.place.corruption * (1.0 if holder is lead else holder.promised)

    def holders(self, lead: Agency) -> list[Agency]:
        """Who knows of an agency's case: of a member's all members."""
        return self.members if lead.standing > 0.0 else [lead]

    def leak_risk(self, lead: Agency) -> float:
        """Corruption around all who know of an operation."""
        return sum(self.leakiness(lead, holder) for holder in self.holders(lead))

    def blame(self, lead: Agency) -> None:
        """A member's leak is traced to one of those who held the case, whom the others trust less."""
        if lead.standing <= 0.0:
            return
        weights = [self.leakiness(lead, holder) for holder in self.members]
        culprit = self.model.random.choices(self.members, weights)[0] if sum(weights) > 0.0 else lead
        for agency in self.members:
            if agency is not culprit:
                agency.trust_less(culprit)

    def grade(self, taken: float, strength: float) -> None:
        """Grade an operation by the share of the group's strength it took."""
        p, lost = self.model.p, taken / max(strength, 1.0)
        if lost > p.grade_major:
            self.major += 1
        elif lost > p.grade_moderate:
            self.moderate += 1
        else:
            self.minor += 1

    # Designations.

    def designate(self) -> None:
        """Leaders of large, known groups are listed, by one member or by many at once."""
        if not self.members:
            return
        p = self.model.p
        self.carry += self.levers["sanctions_per_year"] / 12.0
        listed = int(self.carry)
        self.carry -= listed
        groups = list(self.model.groups)
        for _ in range(listed):
            acting = self.acting()
            self.cost_alliance += p.designation_cost + p.coordination_cost * (len(acting) - 1)
            self.innocent += p.wrong_designation
            chosen = self.best_known(groups)
            if chosen is not None:
                under = sum(one.activity for one in chosen.presences if one.place.agency in acting)
                reach = sum(agency.place.finance_weight for agency in acting)
                bite = p.personal_bite * under + (1.0 - p.personal_bite) * reach
                chosen.designated = max(chosen.designated, min(1.0, bite))

    def acting(self) -> list[Agency]:
        """Members that act on one designation: one leads, each other joins with the chance of coordination."""
        random, chance = self.model.random.random, self.levers["sanctions_coordination"]
        joining = [agency for agency in self.members if random() < chance * agency.contribution]
        lead = max(self.members, key=lambda agency: random() * agency.place.finance_weight)
        return joining if lead in joining else [*joining, lead]

    def best_known(self, groups: list[Group]) -> Group | None:
        """The largest and best known of some names weighed; a free slot among them is nobody."""
        p, random = self.model.p, self.model.random
        best, chosen = -inf, None
        picked = {random.randrange(self.model.slots): None for _ in range(int(p.targets_considered))}
        for number in picked:
            if number >= len(groups) or groups[number].designated > 0.9:
                continue
            group = groups[number]
            known = sum(presence.evidence for presence in group.presences)
            score = log(1.0 + group.members) + log(0.05 + known / p.case_threshold)
            score -= log(-log(random.random()))
            if score > best:
                best, chosen = score, group
        return chosen

    # Money.

    def confiscate(self) -> None:
        """Assets frozen a year ago: part goes to the treasuries, the rest back to its owners."""
        model, share = self.model, self.model.p.confiscated_share
        by_place, by_market = model.custody.popleft()
        model.custody.append(([0.0] * len(by_place), [0.0] * len(by_market)))
        for agency in model.agencies:
            due = by_place[agency.place.number]
            pay(model.ledger, CUSTODY, TREASURIES, due * share)
            pay(model.ledger, CUSTODY, MEMBERS, due * (1.0 - share))
            agency.recovered += due * share
        for market, due in zip(model.markets, by_market, strict=True):
            market.recovery += due * share

    def reinvest(self) -> None:
        """Members' share of what was confiscated goes to vulnerable communities."""
        p, ledger = self.model.p, self.model.ledger
        for agency in self.members:
            paid = agency.recovered * self.levers["reinvestment_share"]
            pay(ledger, TREASURIES, ALLIANCE_FUND, paid)
            self.fund += paid
        spending = self.fund * p.fund_spending_rate
        self.fund -= spending
        pay(ledger, ALLIANCE_FUND, LEGAL_ECONOMY, spending)
        need = sum(agency.place.need for agency in self.members)
        for place in self.model.places:
            granted = spending * place.need / need if place.agency.standing > 0.0 and need > 0.0 else 0.0
            place.spend(granted)

    def review(self) -> None:
        """Members see what others give; the public pays for everyone's month."""
        p, model = self.model.p, self.model
        for agency in self.members:
            agency.review()
        model.agencies.do("renew_trust")
        self.cost_alliance += p.secretariat_cost * len(self.members) / 12.0
        costs = {agency: agency.month_cost() for agency in model.agencies}
        for agency, cost in costs.items():
            agency.public_cost = cost
        self.cost_members = sum(costs[agency] for agency in self.members)
        everyone = sum(costs.values()) + self.cost_alliance
        pay(model.ledger, TREASURIES, AGENCIES, everyone)
        pay(model.ledger, AGENCIES, LEGAL_ECONOMY, everyone)
