"""Violence: whose trade is contested, who has lost a leader, who lives there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countermarket.model.state.codes import INVESTIGATION

if TYPE_CHECKING:
    from twin.model import TwinModel


def fight(model: TwinModel) -> None:
    """Deaths of those at work, by market and place; all homicides linked to organised crime move with them."""
    note_rivals(model)
    for place in model.places:
        place.count_deaths()
    model.groups.do("settle_scores")
    for place in model.places:
        place.count_homicides()


def note_rivals(model: TwinModel) -> None:
    """Who is at home where: members by place and market, and the chance that two of them are rivals."""
    sizes: dict[Contested, list[list[float]]] = {place: [[] for _ in model.markets] for place in model.places}
    for group in model.groups:
        sizes[group.home][group.market.number].append(group.members)
    for place, by_market in sizes.items():
        for market, members in enumerate(by_market):
            place.be_at_home_to(market, members)


def followed(usual: float, value: float, rate: float) -> float:
    """What is usual moves towards this month's value; the first value seen is usual at once."""
    return usual + rate * (value - usual) if usual > 0.0 else value


class Contested:
    """A place as those see it who fight over its trade."""

    def be_at_home_to(self, market: int, members: list[float]) -> None:
        """Chance that two members of groups here are rivals, and what is usual of it and of what is at stake."""
        rate = self.model.p.reference_speed
        self.crowd[market] = crowd = sum(members)
        alike = sum(size * size for size in members) / (crowd * crowd + 1e-12)
        self.rivalry[market] = 1.0 - alike if crowd > 0.0 else 0.0
        self.usual_rivalry[market] = followed(self.usual_rivalry[market], self.rivalry[market], rate)
        self.usual_stake[market] = followed(self.usual_stake[market], max(0.0, self.stake[market]), rate)

    def contest(self, market: int) -> float:
        """How hard the trade is fought over, 1 in ordinary times: by what is at stake and by how many rivals."""
        p, fought = self.model.p, 1.0
        if self.usual_stake[market] > 0.0:
            share = max(0.0, self.stake[market]) / self.usual_stake[market]
            fought = max(share, 1.0 / p.contest_bound) ** p.scarcity_violence
        fought *= (0.5 + self.rivalry[market]) / (0.5 + self.usual_rivalry[market])
        return min(p.contest_bound, fought)

    def count_deaths(self) -> None:
        """Deaths among all who work here, as deadly as the place is, more where their trade is contested."""
        p = self.model.p
        for market, employed in enumerate(self.employed):
            rate = self.danger * p.death_rate[market] * p.routine_violence
            self.deaths[market] += employed * rate * self.contest(market)

    def count_homicides(self) -> None:
        """Homicides linked to organised crime keep their ordinary ratio to deaths in the trade; others are added."""
        p, killed = self.model.p, sum(self.deaths)
        spared = 1.0 - p.at_risk_violence * self.diverted
        ordinary = killed / self.usual_killing if self.usual_killing > 0.0 else 1.0
        self.violence = self.organised_deaths * ordinary * spared
        self.homicides = self.violence + self.killed_in_the_street() * spared
        for market in self.model.markets if killed > 0.0 else ():
            market.violence += self.violence * self.deaths[market.number] / killed

    def killed_in_the_street(self) -> float:
        """Homicides organised crime has no part in: more where people are vulnerable, fewer where police look on."""
        p, effort = self.model.p, self.agency.effort[INVESTIGATION]
        watched = effort / (p.officers_scale * p.reference_investigation_share + 1e-12)
        deaths = self.street_deaths * self.open_pool**p.street_vulnerability
        return deaths * max(watched, p.least_watch) ** -p.street_guard
