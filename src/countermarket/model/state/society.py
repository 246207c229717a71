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
    reference_income: Number  # smoothed, at the start
    violence: Number  # deaths this month
    reference_violence: Number  # deaths a month at the start
    pipeline: ByStage  # reinvestment on its way to effect, USD
    relief: Number  # USD a month in effect
    hazard: ByMarket  # arrest hazard per member-month, as believed, by market
    death: ByMarket  # death hazard per member-month, as believed, by market
    arrests: ByMarket  # persons this month
    deaths: ByMarket  # persons this month
    employed: ByMarket  # members and sector workers
    hands: Number  # smoothed employed, all markets
    reference_hands: Number  # the same before the first reported month
    pay: Number  # criminal wage over the ordinary one
    reinvested: Number  # USD this month
    routine: ByMarket  # routine arrest hazard per worker-month, by market
    patronage: Number
    patron_shift: Number  # 1 = no shock
    hiring: ByMarket  # inflow of recruits by market, 1 = no shock
    truce: ByMarket  # share of violence that has stopped, by market
    conflict: Number  # intensity of armed conflict brought by a shock, 0..1
    transfers: Number  # paid to those at risk, USD a month
    earmarked: Number  # confiscated here and kept for this place's use, USD
    finance_weight: Number  # share of the world's financial reach
    blackout: Number  # 0..1
