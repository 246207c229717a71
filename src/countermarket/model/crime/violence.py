"""Violence: whose trade is contested, who has lost a leader, who lives there; and what members fear beside the law."""

from typing import Any

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp, power
from countermarket.model.state.crime import Group
from countermarket.model.state.levers import Levers
from countermarket.model.state.society import Community
from countermarket.model.state.tables import State
from countermarket.model.trade.routes import investigators, loss_probability


@kernel
def fight(state: State, parameters: Any, levers: Levers) -> None:
    """Deaths of those at work, by market and home; all homicides linked to organised crime move with them.

    Work in the trade is as deadly as its place is. More die where it is contested and in groups that lost their
    leader or are new.

    After: Calderon et al. 2015 (leaders); Castillo, Mejia and Restrepo 2020 (scarcity); Tullock 1980 (contests).
    """
    p = parameters[0]
    note_rivalry(state, p)
    for j in range(state.communities.size):
        home = state.communities[j]
        for market in range(state.tallies.size):
            home.deaths[market] += _routine_deaths(p, home, market)
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if group.active:
            _settle_scores(state, p, group)
    for j in range(state.communities.size):
        _count_homicides(state, p, j)


@kernel
def _routine_deaths(p: Any, home: Community, market: int) -> float:
    """Deaths among those at work in a market of a place in an ordinary month, less where a truce holds. Persons."""
    rate = home.danger * p.death_rate[market] * p.routine_violence * contest(p, home, market)
    return home.employed[market] * rate * (1.0 - home.truce[market])


@kernel
def contest(p: Any, home: Community, market: int) -> float:
    """How hard a place's trade is fought over, 1 in ordinary times: by what is at stake and by how many rivals.

    (stake / usual) ** e x (1/2 + R) / (1/2 + usual R), R the chance that two members are rivals: of n equal rivals
    for a prize each spends (n - 1) / n of it on the fight between them.
    """
    fought = 1.0
    if home.usual_stake[market] > 0.0:
        share = max(0.0, home.stake[market]) / home.usual_stake[market]
        fought = power(max(share, 1.0 / p.contest_bound), p.scarcity_violence)
    fought *= (0.5 + home.rivalry[market]) / (0.5 + home.usual_rivalry[market])
    return min(p.contest_bound, fought)


@kernel
def note_rivalry(state: State, p: Any) -> None:
    """Chance that two members of groups at home in a place belong to rival ones, by market, and what is usual.

    1 - sum of squared shares of members. What is usual is settled by the first reported month and then drifts.
    """
    for j in range(state.communities.size):
        for market in range(state.tallies.size):
            state.communities[j].crowd[market] = 0.0
            state.communities[j].rivalry[market] = 0.0
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if group.active:
            home = state.communities[group.home]
            home.crowd[group.market] += group.members
            home.rivalry[group.market] += group.members * group.members
    rate = p.picture_rate if state.clock[0].month < 0 else p.reference_speed
    for j in range(state.communities.size):
        home = state.communities[j]
        for market in range(state.tallies.size):
            alike = home.rivalry[market] / (home.crowd[market] * home.crowd[market] + 1e-12)
            home.rivalry[market] = 1.0 - alike if home.crowd[market] > 0.0 else 0.0
            home.usual_rivalry[market] = _usual(home.usual_rivalry[market], home.rivalry[market], rate)
            home.usual_stake[market] = _usual(home.usual_stake[market], max(0.0, home.stake[market]), rate)


@kernel
def _usual(usual: float, value: float, rate: float) -> float:
    """What is usual moves towards this month's value; the first value seen is usual at once."""
    return usual + rate * (value - usual) if usual > 0.0 else value


@kernel
def _settle_scores(state: State, p: Any, group: Group) -> None:
    """Members who die because nobody yet knows what their group can do: it is new, or has lost its leader."""
    unsettled = 1.0
    if group.leaderless <= 0.0:
        unsettled = exp(-p.settling_rate * (state.clock[0].month - group.born))
    if unsettled < p.settled:
        return
    home = state.communities[group.home]
    rate = home.danger * p.death_rate[group.market] * p.succession_violence * (1.0 - home.truce[group.market])
    deaths = min(group.members, group.members * rate * unsettled)
    home.deaths[group.market] += deaths
    group.members -= deaths
    group.vacant += deaths


@kernel
def _count_homicides(state: State, p: Any, j: int) -> None:
    """Homicides linked to organised crime keep their ordinary ratio to deaths in the trade; the street's are added.

    The ratio is settled in the spin-up. Those whom programmes reach are those who shoot and are shot.
    """
    home = state.communities[j]
    killed = 0.0
    for market in range(state.tallies.size):
        killed += home.deaths[market]
    if state.clock[0].month < 0:
        home.usual_killing = _usual(home.usual_killing, killed, p.picture_rate)
    spared = 1.0 - p.at_risk_violence * home.diverted
    ordinary = killed / home.usual_killing if home.usual_killing > 0.0 else 1.0
    home.violence = home.organised_deaths * ordinary * spared
    home.homicides = home.violence + _street_deaths(state, p, j) * spared
    for market in range(state.tallies.size):
        if killed > 0.0:
            state.tallies[market].violence += home.violence * home.deaths[market] / killed


@kernel
def _street_deaths(state: State, p: Any, j: int) -> float:
    """Homicides that organised crime has no part in: more where people are vulnerable, fewer where police look on.

    After: Pratt and Cullen 2005 (disadvantage); Chalfin and McCrary 2018 (police).
    """
    home, agency = state.communities[j], state.agencies[j]
    vulnerable = home.vulnerability / max(home.base_vulnerability, 1e-6)
    watched = investigators(p, agency)
    deaths = home.street_deaths * power(vulnerable, p.street_vulnerability)
    return deaths * power(max(watched, p.least_watch), -p.street_guard)


@kernel
def fear(state: State, parameters: Any, levers: Levers) -> None:
    """Believed hazards of arrest and death, by place and market, follow what is seen there, slowly.

    Members of groups meet routine arrests and operations, sellers routine arrests of their own, far more of them.

    After: Becker 1968; Reuter, MacCoun and Murphy 1990 (death and prison as dealers see them).
    """
    p = parameters[0]
    for j in range(state.communities.size):
        home = state.communities[j]
        agency = state.agencies[j]
        pressure = investigators(p, agency)
        for market in range(state.tallies.size):
            exposure = p.routine_exposure
            heat = loss_probability(exposure, pressure * exp(p.gap_effect * agency.gap), 1.0)
            heat /= loss_probability(exposure, 1.0, 1.0)
            home.routine[market] = heat * p.routine_hazard[market]
            home.selling_routine[market] = heat * p.seller_hazard[market]
            workers = home.employed[market] + p.least_workers
            seen = home.routine[market] + home.arrests[market] / (home.crowd[market] + p.least_workers)
            died = (home.danger * p.death_rate[market] * p.least_workers + home.deaths[market]) / workers
            if p.perfect_perception == 0.0:
                home.hazard[market] += p.fear_rate * (seen - home.hazard[market])
                met = home.selling_routine[market] - home.selling_hazard[market]
                home.selling_hazard[market] += p.fear_rate * met
                home.death[market] += p.fear_rate * (died - home.death[market])
