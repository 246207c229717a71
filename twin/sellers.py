"""The domestic sector: what sellers ask for work and risk, what they pay, and what is taken of them."""

from __future__ import annotations

from math import exp

from countermarket.model.state.codes import (
    CONFISCATED,
    ENABLERS,
    FEES,
    FINANCE,
    INVESTIGATION,
    MEMBERS,
    RETAILERS,
    RISK,
    TREASURIES,
    USERS,
    WAGES,
)
from twin.costs import incur, pay


class Sellers:
    """Those who sell to users at one place, or exploit people there."""

    def assess_retail(self) -> None:
        """Losses, hands and pay of the domestic sector, and what others take of its takings. Shares, USD."""
        p, place, m = self.model.p, self.place, self.market.number
        agency = place.agency
        reference = p.reference_investigation_share * p.officers_scale + 1e-12
        self.pressure = agency.effort[INVESTIGATION] / reference * exp(p.gap_effect * agency.gap)
        self.retail_loss = p.loss_ceiling * (1.0 - exp(-p.retail_exposure[m] * self.pressure))
        self.hire_sellers()
        self.retail_fee = p.retail_launder_share[m] * self.model.average_fee[FINANCE]
        self.retail_forfeit = place.selling_routine[m] * p.retail_cash_months * agency.pursuit

    def hire_sellers(self) -> None:
        """Hands that sell a unit, and what each asks: the riskier than usual, the more each sells, and for more pay."""
        p, place, m = self.model.p, self.place, self.market.number
        prison = place.selling_hazard[m] * p.seller_custody * p.retail_sentence_months[m]
        prison *= place.agency.severity[m] * p.prison_month_value
        self.retail_risk = place.wage * (prison + place.death[m] * p.retail_death_ratio * p.life_value)
        usual, bound = place.usual_risk[m], p.intensity_bound
        dearer = min(bound, max(1.0 / bound, self.retail_risk / usual)) if usual > 0.0 else 1.0
        self.retail_hands = p.retail_labour[m] / dearer**p.intensity_response
        self.retail_pay = place.wage * place.pay * dearer
        self.retail_cost = self.retail_hands * (self.retail_pay + self.retail_risk)

    def collect(self) -> None:
        """Users pay for what was delivered."""
        self.spent = self.delivered * self.user_price
        self.market.spent += self.spent
        pay(self.model.ledger, USERS, RETAILERS, self.spent)

    def incur_retail(self, units: float) -> None:
        """Hands, risk and laundering of the domestic sector for a month's units, and what is forfeited."""
        market, ledger = self.market, self.model.ledger
        hands = units * self.retail_hands
        wages, risk = hands * self.retail_pay, hands * self.retail_risk
        hired = 1.0 - self.model.p.retail_owner_share
        incur(market, self.cost, WAGES, wages, hired)
        incur(market, self.cost, RISK, risk, hired)
        pay(ledger, RETAILERS, MEMBERS, hired * (wages + risk))
        fee = units * self.user_price * self.retail_fee
        incur(market, self.cost, FEES + FINANCE, fee)
        pay(ledger, RETAILERS, ENABLERS, fee)
        self.forfeit(units * self.user_price * self.retail_forfeit)
        self.place.sell(market, hands, units * (self.user_price - self.price))

    def forfeit(self, taken: float) -> None:
        """Sellers arrested lose what they have in hand. USD."""
        incur(self.market, self.cost, CONFISCATED, taken)
        pay(self.model.ledger, RETAILERS, TREASURIES, taken)
        self.market.recovery += taken
        self.place.agency.recovered += taken
