"""What the alliance decides of its members' work: what is shared how fast, whom to act on together, stings."""

from typing import Any

from countermarket.engine.compiled import kernel
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State


@kernel
def club_size(state: State) -> float:
    """Members in good standing: without any there is nobody to act or to pay."""
    members = 0.0
    for j in range(state.agencies.size):
        members += state.agencies[j].standing
    return members


@kernel
def open_channel(state: State, parameters: Any, levers: Levers) -> None:
    """How much members owe one another, over which channel, and how usable it is as it comes.

    Federated matching shortens the wait of the share of holdings it covers to about a day.

    After: European Judicial Network; FCInet (matching in real time).
    """
    p = parameters[0]
    lever = levers.alliance[0]
    alliance = state.alliance[0]
    alliance.sharing = lever.data_sharing_share
    alliance.standards = lever.common_standards
    slow = p.channel_latency[lever.channel]
    alliance.latency = slow + lever.federated_data * (min(slow, p.matching_latency) - slow)
    club = club_size(state)
    alliance.cost_alliance = min(1.0, club) * p.platform_cost * lever.federated_data / 12.0
    alliance.cost_alliance += min(1.0, club) * p.standards_cost * lever.common_standards / 12.0
    alliance.cost_alliance += club * p.sharing_cost * lever.data_sharing_share / 12.0


@kernel
def task(state: State, parameters: Any, levers: Levers) -> None:
    """Joint tasking: operations, chokepoints, enablers by service, and the private partners who report in real time.

    After: Eurojust 2022 (joint teams on 2.3% of cases).
    """
    p = parameters[0]
    lever = levers.alliance[0]
    alliance = state.alliance[0]
    alliance.joint_action = lever.joint_action_share
    effort = 0.0
    for service in range(4):
        alliance.targeting[service] = lever.enabler_targeting[service]
        effort += lever.enabler_targeting[service]
    partners = 0.0
    for partner in range(3):
        alliance.coverage[partner] = lever.private_partners[partner]
        partners += lever.private_partners[partner]
    controls = 0.0
    for n in range(state.legs.size):
        leg = state.legs[n]
        inside = max(state.agencies[leg.origin].standing, state.agencies[leg.destination].standing)
        leg.intensity = levers.legs[n].chokepoints * inside
        controls += leg.intensity
    bill = p.targeting_cost * effort + p.chokepoint_cost * controls + p.partner_cost * partners
    alliance.cost_alliance += min(1.0, club_size(state)) * bill / 12.0
    alliance.compliance = p.control_delay * p.chokepoint_cost * controls / 12.0
    for j in range(state.agencies.size):
        alliance.compliance += p.control_delay * p.chokepoint_cost * state.agencies[j].guarded / 12.0
        base = state.communities[j].population * state.communities[j].wage * p.compliance_share
        extra = p.partner_compliance * partners * state.agencies[j].standing
        alliance.compliance += base * (1.0 + p.diligence_compliance * state.agencies[j].diligence + extra)
        _close_accounts(state, p, j)


@kernel
def _close_accounts(state: State, p: Any, j: int) -> None:
    """Firms held to a duty of care turn customers away who have done nothing: actions against the innocent.

    After: House of Commons Treasury Committee 2024 (accounts closed on the banks' own motion).
    """
    agency = state.agencies[j]
    wages = state.communities[j].population * state.communities[j].wage
    wrong = p.derisking * 1e-9 * wages * agency.diligence
    agency.innocent += wrong
    state.alliance[0].innocent += wrong


@kernel
def sting(state: State, parameters: Any, levers: Levers) -> None:
    """False offers and covert platforms: counterparties are trusted less; the effect builds up, fades and wears out.

    After: Gambetta 2009 (trust among criminals).
    """
    p = parameters[0]
    alliance = state.alliance[0]
    effort = levers.alliance[0].stings * min(1.0, club_size(state))
    wear = 1.0 - p.sting_fatigue * alliance.distrust
    alliance.distrust += p.sting_effect * effort * wear * (1.0 - alliance.distrust)
    alliance.distrust *= 1.0 - p.distrust_decay
    alliance.innocent += p.sting_errors * effort
    alliance.cost_alliance += p.sting_cost * effort / 12.0
