"""Violence: it follows lost leaders and contested scarcity, and is what members fear beside the law."""

from typing import Any

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp, power
from countermarket.model.state.codes import CONSENT, FRAUD, INVESTIGATION
from countermarket.model.state.levers import Levers
from countermarket.model.state.society import Community
from countermarket.model.state.tables import State
from countermarket.model.state.trade import Tally
from countermarket.model.trade.routes import loss_probability


@kernel
def fight(state: State, parameters: Any, levers: Levers) -> None:
    """Deaths by market and home: a routine rate, more without a leader, more when a scarce trade is contested.

    After: Calderon et al. 2015 (leaders); Castillo, Mejia and Restrepo 2020 (scarcity).
    """
    p = parameters[0]
    _note_scarcity(state, p)
    for j in range(state.communities.size):
        home = state.communities[j]
        home.violence = 0.0
        for market in range(state.tallies.size):
            deaths = _routine_deaths(p, home, state.tallies[market], market)
            home.deaths[market] += deaths
            home.violence += deaths
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if not group.active or group.leaderless <= 0.0:
            continue
        home = state.communities[group.home]
        deaths = group.members * p.death_rate[group.market] * p.succession_violence
        deaths *= 1.0 - home.truce[group.market]
        home.deaths[group.market] += deaths
        home.violence += deaths
        group.members = max(0.0, group.members - deaths)
        state.tallies[group.market].violence += deaths
    for j in range(state.communities.size):
        for market in range(state.tallies.size):
            tally = state.tallies[market]
            tally.violence += _routine_deaths(p, state.communities[j], tally, market)


@kernel
def _routine_deaths(p: Any, home: Community, tally: Tally, market: int) -> float:
    """Deaths among those at work in a market of a place in an ordinary month, less where a truce holds. Persons."""
    rate = home.employed[market] * p.death_rate[market] * p.routine_violence * tally.scarcity
    return rate * (1.0 - home.truce[market])


@kernel
def _note_scarcity(state: State, p: Any) -> None:
    """How contested each market is: (wanted / served) where demand outruns supply, 1 in ordinary times."""
    for market in range(state.tallies.size):
        state.tallies[market].usual = 0.0
        state.tallies[market].value = 0.0
    for n in range(state.nodes.size):
        node = state.nodes[n]
        kind = node.kind
        if kind in (CONSENT, FRAUD) or node.volume <= 0.0:
            continue
        tally = state.tallies[node.market]
        tally.usual += node.volume * node.reference
        tally.value += node.user_price * node.use
    for market in range(state.tallies.size):
        tally = state.tallies[market]
        tally.scarcity = 1.0
        if tally.usual > 0.0 and tally.value > 0.0:
            tally.scarcity = power(min(3.0, max(0.3, tally.value / tally.usual)), p.scarcity_violence)


@kernel
def fear(state: State, parameters: Any, levers: Levers) -> None:
    """Believed hazards of arrest and death, by place and market, follow what is seen there, slowly.

    After: Becker 1968; Reuter, MacCoun and Murphy 1990 (death and prison as dealers see them).
    """
    p = parameters[0]
    for j in range(state.communities.size):
        home = state.communities[j]
        agency = state.agencies[j]
        pressure = agency.effort[INVESTIGATION] / (p.officers_scale * p.reference_investigation_share + 1e-12)
        for market in range(state.tallies.size):
            exposure = p.routine_exposure
            routine = loss_probability(exposure, pressure * exp(p.gap_effect * agency.gap), 1.0)
            routine *= p.routine_hazard[market] / loss_probability(exposure, 1.0, 1.0)
            home.routine[market] = routine
            workers = home.employed[market] + p.least_workers
            seen = routine + home.arrests[market] / workers
            died = (p.death_rate[market] * p.least_workers + home.deaths[market]) / workers
            if p.perfect_perception == 0.0:
                home.hazard[market] += p.fear_rate * (seen - home.hazard[market])
                home.death[market] += p.fear_rate * (died - home.death[market])
