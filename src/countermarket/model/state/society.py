"""The table of communities, each column with its unit."""

from countermarket.model.state.row import ByMarket, ByStage, Number, Row


class Community(Row):
    """A jurisdiction as a place to live in."""

    vulnerability: Number  # 0..1
    base_vulnerability: Number
    openness: Number  # of those at risk to an offer, 1 = as at the start
    corruption: Number  # 0..1
    base_corruption: Number
    wage: Number  # legal wage, USD a month
    population: Number
    illicit_income: Number  # this month, USD
    recruits: Number  # persons this month
    reference_income: Number  # smoothed, at the start
    danger: Number  # death hazard of those at work here, times that of the reference place
    organised_deaths: Number  # homicides a month linked to organised crime in ordinary times
    street_deaths: Number  # all other homicides a month in ordinary times
    usual_killing: Number  # deaths of those at work in a month before the first reported one, smoothed
    violence: Number  # homicides this month linked to organised crime
    homicides: Number  # all homicides this month
    reference_violence: Number  # deaths a month at the start
    pipeline: ByStage  # reinvestment on its way to effect, USD
    relief: Number  # USD a month in effect
    hazard: ByMarket  # arrest hazard per member-month, as believed, by market
    death: ByMarket  # death hazard per member-month, as believed, by market
    arrests: ByMarket  # members of groups taken in operations and raids this month
    deaths: ByMarket  # persons this month
    employed: ByMarket  # members and sector workers
    unreported: ByMarket  # units seized here that are not yet in the statistics
    detected: ByMarket  # units that entered the statistics this month, bulk weight
    stake: ByMarket  # what is earned on the trade here this month, USD
    usual_stake: ByMarket  # the same, smoothed
    crowd: ByMarket  # members of groups at home here
    rivalry: ByMarket  # chance that two of them belong to rival groups
    usual_rivalry: ByMarket  # the same, smoothed
    hands: Number  # smoothed employed, all markets
    reference_hands: Number  # the same before the first reported month
    pay: Number  # criminal wage over the ordinary one
    reinvested: Number  # USD this month
    routine: ByMarket  # routine arrest hazard per member-month, by market
    selling: ByMarket  # people who sell to users or exploit victims, full-time, this month
    selling_routine: ByMarket  # routine arrest hazard of a seller per month, by market
    selling_hazard: ByMarket  # the same, as believed
    usual_risk: ByMarket  # what a seller asks for risk before the first reported month, USD a month
    patronage: Number
    patron_shift: Number  # 1 = no shock
    hiring: ByMarket  # inflow of recruits by market, 1 = no shock
    diverted: Number  # share of those at risk whom work or a programme keeps out
    reach: Number  # share of those at risk whom a shock's offer of work reaches
    truce: ByMarket  # share of violence that has stopped, by market
    conflict: Number  # intensity of armed conflict brought by a shock, 0..1
    transfers: Number  # paid to those at risk, USD a month
    earmarked: Number  # confiscated here and kept for this place's use, USD
    finance_weight: Number  # share of the world's financial reach
    blackout: Number  # 0..1
