"""What enablers decide: their fee, their caution, whether a successor stands ready, when to stop."""

from typing import Any

from countermarket.engine import streams
from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp
from countermarket.model.state.crime import Enabler
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State


@kernel
def asked_fee_at(use: float, base: float, target: float, response: float, ceiling: float) -> float:
    """Fee that capacity in use calls for: base x exp(r (use - target)). Share of value."""
    return min(ceiling, base * exp(response * (min(use, 2.0) - target)))


@kernel
def set_terms(state: State, parameters: Any, levers: Levers) -> None:
    """Fees follow use, capacity follows business over most of a year, caution follows exposure and duty of care.

    After: Mortensen and Pissarides 1994 (tightness); assumption: linear in use.
    """
    p = parameters[0]
    for e in range(state.enablers.size):
        enabler = state.enablers[e]
        if not enabler.active:
            continue
        service = enabler.service
        capacity = max(enabler.capacity * (1.0 - enabler.bite), 1.0)
        base = p.base_fee[service]
        if p.fixed_fees == 0.0:
            called = asked_fee_at(enabler.business / capacity, base, p.target_use, p.fee_response, p.fee_ceiling)
            enabler.fee += p.fee_speed * (called - enabler.fee)
        growth = enabler.business / p.target_use - enabler.capacity
        enabler.capacity += (growth + p.capacity_floor) / p.capacity_months[service]
        agency = state.agencies[enabler.jurisdiction]
        alarm = agency.diligence * p.diligence_effect + enabler.evidence / p.enabler_threshold
        enabler.caution += p.caution_speed * (min(1.0, alarm) - enabler.caution)
        enabler.reputation += p.reputation_rate * (1.0 - enabler.reputation)
        enabler.bite *= 1.0 - p.evasion_rate
    _average_fees(state, p)


@kernel
def _average_fees(state: State, p: Any) -> None:
    """Mean fee a client of each service pays; what newcomers and retailers expect to pay."""
    for service in range(4):
        fees, served = 0.0, 0.0
        for e in range(state.enabler_slots[service], state.enabler_slots[service + 1]):
            enabler = state.enablers[e]
            if enabler.active:
                weight = enabler.business + 1.0
                fees += weight * min(p.fee_ceiling, enabler.fee * (1.0 + p.risk_markup * enabler.caution))
                served += weight
        state.alliance[0].average_fee[service] = fees / served if served > 0.0 else 3.0 * p.base_fee[service]


@kernel
def come_and_go(state: State, parameters: Any, levers: Levers) -> None:
    """Exposed enablers register a successor beforehand; idle ones stop; closed ones return under a new brand.

    After: TRM Labs 2025 (successors registered beforehand); Chainalysis (a reborn brand loses customers).
    """
    p = parameters[0]
    clock = state.clock[0]
    for e in range(state.enablers.size):
        enabler = state.enablers[e]
        if enabler.active:
            worried = enabler.evidence > p.successor_alarm * p.enabler_threshold
            variate = streams.uniform(clock, streams.REGISTER_SUCCESSOR, enabler.id, 0)
            if worried and variate < p.successor_rate[enabler.service]:
                enabler.successor = True
            idle = enabler.business < p.idle_business * enabler.capacity
            if idle and streams.uniform(clock, streams.EXIT, enabler.id, 0) < p.enabler_exit_rate:
                close(state, p, enabler)
            continue
        enabler.reopens -= 1
        if enabler.reopens < 0:
            _reopen(state, p, enabler, e)


@kernel
def close(state: State, p: Any, enabler: Enabler) -> None:
    """An enabler stops; a prepared successor opens at once, others after the delay of their trade."""
    enabler.active = False
    enabler.reopens = 0 if enabler.successor else int(p.reopen_months[enabler.service])
    state.alliance[0].enablers_closed[enabler.service] += 1.0


@kernel
def _reopen(state: State, p: Any, enabler: Enabler, slot: int) -> None:
    """A new brand in the old slot: most of the customers' trust is gone, less so for a prepared successor."""
    enabler.id = streams.identity(streams.REOPEN_ENABLER, slot, state.clock[0].month, 0)
    enabler.active = True
    enabler.reputation = p.successor_reputation if enabler.successor else p.new_reputation
    enabler.successor = False
    enabler.evidence = 0.0
    enabler.bite = 0.0
    enabler.business = 0.0
    enabler.booked = 0.0
    enabler.capacity *= p.new_capacity
    enabler.fee = state.alliance[0].average_fee[enabler.service]
    enabler.caution = 0.0
