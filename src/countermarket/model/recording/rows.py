"""How a month becomes rows: every recorded number is written by its name, and must be declared in the layout."""

from typing import Any

import numpy as np

from countermarket.engine.compiled import kernel
from countermarket.model.state.accounts import total
from countermarket.model.state.codes import CASH, CONSENT, N_COMPONENTS
from countermarket.model.state.crime import Group
from countermarket.model.state.society import Community
from countermarket.model.state.tables import State
from countermarket.model.state.trade import Tally
from countermarket.model.trade.paths import find_paths


@kernel
def take(state: State, parameters: Any, sheet: Any, series: Any, month: int) -> None:
    """Add the month up and fill its rows."""
    _add_up_users(state, sheet)
    _add_up_legs(state, sheet)
    for m in range(state.tallies.size):
        _write_market(parameters[0], series.market[month, m], state.tallies[m], sheet.units[m], sheet.wanted[m])
        series.cost[month, m].total = _per_unit(total(sheet.cost[m]), sheet.units[m])
        series.cost[month, m].cash = _per_unit(sheet.cost[m, CASH], sheet.units[m])
        series.role[month, m] = sheet.role[m]
    _write_world(series.whole[month], state)
    _write_alliance(state, series.grade[month], series.service[month])
    if month // 3 < series.cells.shape[0]:
        _add_quarter(sheet, series, month // 3, month % 3 == 2)
        for j in range(state.agencies.size):
            series.public_cost[month // 3, j] += state.agencies[j].public_cost
        _add_economic_profit(state, series.market_quarter[month // 3])
    if month // 12 < series.leg.shape[0]:
        _add_year(state, parameters, sheet, series, month // 12)
    if month % 12 == 11:
        _close_year(state, parameters, sheet, series, month // 12)


@kernel
def _clear(sheet: Any) -> None:
    """Nothing added up yet."""
    for m in range(sheet.units.size):
        sheet.units[m] = 0.0
        sheet.wanted[m] = 0.0
        for component in range(N_COMPONENTS + 1):
            sheet.cost[m, component] = 0.0
        role = sheet.role[m]
        role.member, role.non_member, role.source, role.transit, role.destination = 0.0, 0.0, 0.0, 0.0, 0.0
    for c in range(sheet.cells.size):
        cell = sheet.cells[c]
        cell.units_delivered, cell.delivered_cost, cell.delivered_cash_cost = 0.0, 0.0, 0.0
        cell.landed_cost, cell.expenditure = 0.0, 0.0


@kernel
def _add_up_users(state: State, sheet: Any) -> None:
    """Sum the month over served nodes: by market, by role, by cell."""
    _clear(sheet)
    for i in range(sheet.nodes.size):
        node = state.nodes[sheet.nodes[i]]
        role, cell = sheet.role[node.market], sheet.cells[sheet.cell[i]]
        sheet.units[node.market] += node.delivered
        sheet.wanted[node.market] += node.use
        if state.agencies[node.jurisdiction].member:
            role.member += node.delivered
        else:
            role.non_member += node.delivered
        for component in range(N_COMPONENTS + 1):
            sheet.cost[node.market, component] += node.cost[component]
        cell.units_delivered += node.delivered
        cell.delivered_cost += total(node.cost)
        cell.delivered_cash_cost += node.cost[CASH]
        cell.landed_cost += node.landed
        cell.expenditure += node.spent


@kernel
def _add_up_legs(state: State, sheet: Any) -> None:
    """Sum what was shipped from sources, in transit and to users, by market."""
    for n in range(state.legs.size):
        leg = state.legs[n]
        role = sheet.role[leg.market]
        if sheet.from_source[n]:
            role.source += leg.volume
        if sheet.to_users[n]:
            role.destination += leg.volume
        if not sheet.from_source[n] and not sheet.to_users[n]:
            role.transit += leg.volume


@kernel
def _per_unit(amount: float, units: float) -> float:
    """An amount per unit, undefined without units."""
    return amount / units if units > 0.0 else np.nan


@kernel
def _write_market(p: Any, row: Any, tally: Tally, units: float, wanted: float) -> None:
    """One market's month."""
    shipped = tally.entered + tally.produced
    row.units_delivered = units
    row.units_wanted = max(wanted, units)
    row.price = _per_unit(tally.spent, units)
    row.expenditure = tally.spent
    row.proceeds = tally.proceeds
    row.profit = tally.profit
    row.members = tally.members
    row.recruits = tally.recruits
    row.groups = tally.groups * p.groups_per_slot
    row.seizure_rate = tally.seized / max(units + tally.seized, 1e-300) if shipped > 0.0 else np.nan
    row.units_seized = tally.seized
    row.seizures_detected = tally.seizures_detected
    row.recovery = tally.recovery
    row.violence = tally.violence
    row.harm = tally.harm
    row.arrests = tally.arrests + tally.sellers_arrested
    row.unallocated_cost = total(tally.unallocated)
    row.written_off_cost = total(tally.written_off)
    row.quality = tally.quality


@kernel
def _write_world(row: Any, state: State) -> None:
    """The world's month."""
    alliance = state.alliance[0]
    people, vulnerable, members, gap, queue, spent = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for j in range(state.communities.size):
        home, agency = state.communities[j], state.agencies[j]
        people += home.population
        vulnerable += home.vulnerability * home.population
        queue += agency.queue
        spent += agency.public_cost
        if agency.standing > 0.0:
            members += 1.0
            gap += agency.gap
    row.community_vulnerability = vulnerable / people
    row.compliance_cost = alliance.compliance
    row.innocent_actions = alliance.innocent
    row.public_cost_members = alliance.cost_members
    row.public_cost_alliance = alliance.cost_alliance
    row.public_cost_states = spent
    row.alliance_trust = _mean_trust(state)
    row.alliance_members = members
    row.backlog = queue
    row.technology_gap = _per_unit(gap, members)


@kernel
def _mean_trust(state: State) -> float:
    """Mean trust among members in good standing over pairs and domains, themselves included."""
    trust, pairs = 0.0, 0.0
    for i in range(state.agencies.size):
        for j in range(state.agencies.size):
            if state.agencies[i].standing > 0.0 and state.agencies[j].standing > 0.0:
                for domain in range(state.trust.shape[2]):
                    trust += state.trust[i, j, domain]
                    pairs += 1.0
    return _per_unit(trust, pairs)


@kernel
def _write_alliance(state: State, grade: Any, services: Any) -> None:
    """Operations by grade; fees, enablers at work and enablers closed by service, counted anew each month."""
    alliance = state.alliance[0]
    grade.minor = alliance.minor
    grade.moderate = alliance.moderate
    grade.major = alliance.major
    for s in range(services.size):
        service = services[s]
        service.enabler_fee = alliance.average_fee[s]
        service.enablers_closed = alliance.enablers_closed[s]
        alliance.enablers_closed[s] = 0.0
    for e in range(state.enablers.size):
        if state.enablers[e].active:
            services[state.enablers[e].service].enablers_active += 1.0


@kernel
def _add_quarter(sheet: Any, series: Any, quarter: int, ends: bool) -> None:
    """Add the month to its quarter; at the quarter's end, cost by component becomes cost per unit."""
    for c in range(sheet.cells.size):
        cell, month = series.cells[quarter, c], sheet.cells[c]
        cell.units_delivered += month.units_delivered
        cell.delivered_cost += month.delivered_cost
        cell.delivered_cash_cost += month.delivered_cash_cost
        cell.landed_cost += month.landed_cost
        cell.expenditure += month.expenditure
    for m in range(sheet.units.size):
        sheet.quarter_units[m] += sheet.units[m]
        whole = 0.0
        for component in range(N_COMPONENTS):
            series.component[quarter, m, component] += sheet.cost[m, component]
            if ends:
                cost = series.component[quarter, m, component]
                series.component[quarter, m, component] = _per_unit(cost, sheet.quarter_units[m])
                whole += series.component[quarter, m, component]
        if ends:
            series.component[quarter, m, N_COMPONENTS] = whole
            sheet.quarter_units[m] = 0.0


@kernel
def _add_economic_profit(state: State, markets: Any) -> None:
    """What groups keep once owners who work are paid and their own capital bears interest, added to its quarter."""
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if group.active:
            row = markets[group.market]
            row.economic_profit += group.profit - group.imputed


@kernel
def _add_year(state: State, parameters: Any, sheet: Any, series: Any, year: int) -> None:
    """Add the month to its year: units by leg, and what happened in each place."""
    p = parameters[0]
    for n in range(state.legs.size):
        leg = state.legs[n]
        series.leg[year, n].units_shipped += leg.volume
        series.leg[year, n].units_arrived += leg.volume - leg.lost
    for j in range(state.communities.size):
        _add_place(state, p, series.place[year, j], j)
        for m in range(state.tallies.size):
            series.market_place[year, m, j].arrests += _arrested(state.communities[j], m)
            series.market_place[year, m, j].seizures_detected += state.communities[j].detected[m]
    for g in range(state.clock[0].slots):
        if state.groups[g].active:
            _add_group(p, series.place[year, state.groups[g].home], state.groups[g])
    for i in range(sheet.nodes.size):
        node = state.nodes[sheet.nodes[i]]
        series.cell_year[year, sheet.cell[i]].quality += node.quality * node.delivered
        sheet.year_units[sheet.cell[i]] += node.delivered
        crowding = 1.0 / state.tallies[node.market].quality if node.kind == CONSENT else 1.0
        series.place[year, node.jurisdiction].harm += node.delivered * p.harm_per_unit[node.market] * crowding


@kernel
def _arrested(community: Community, market: int) -> float:
    """People arrested this month in one market of a place: in operations, members as a routine, sellers. Persons."""
    caught = community.crowd[market] * community.routine[market]
    return community.arrests[market] + caught + community.selling[market] * community.selling_routine[market]


@kernel
def _add_place(state: State, p: Any, row: Any, j: int) -> None:
    """What happened in one place this month."""
    community, agency = state.communities[j], state.agencies[j]
    row.violence += community.violence
    row.homicides += community.homicides
    row.recruits += community.recruits
    for market in range(state.tallies.size):
        row.workers += community.employed[market] / 12.0
    row.harm += community.violence * p.harm_per_death
    row.recovery += agency.recovered
    row.operations += agency.operations
    row.innocent_actions += agency.innocent


@kernel
def _add_group(p: Any, row: Any, group: Group) -> None:
    """What one group did this month, where it is at home; members and groups as the mean of a year."""
    row.proceeds += group.takings
    row.profit += group.profit
    row.members += group.members / 12.0
    row.groups += p.groups_per_slot / 12.0


@kernel
def _close_year(state: State, parameters: Any, sheet: Any, series: Any, year: int) -> None:
    """At the year's end: vulnerability by place; what the cheapest path to each cell costs, and quality there."""
    for j in range(state.communities.size):
        series.place[year, j].vulnerability = state.communities[j].vulnerability
    find_paths(state, parameters, sheet.reach)
    for i in range(sheet.nodes.size):
        cell = sheet.cell[i]
        row, cost = series.cell_year[year, cell], sheet.reach[sheet.nodes[i]]
        row.path_cost = cost if row.path_cost == 0.0 else min(row.path_cost, cost)
    for cell in range(series.cell_year.shape[1]):
        row = series.cell_year[year, cell]
        row.path_cost = row.path_cost if np.isfinite(row.path_cost) else np.nan
        row.quality = _per_unit(row.quality, sheet.year_units[cell])
        sheet.year_units[cell] = 0.0
