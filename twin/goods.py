"""Goods and exploited people: made at rising cost, kept in stock, sold by a domestic sector."""

from __future__ import annotations

from math import exp, log

from countermarket.model.state.codes import (
    CASH,
    INPUTS,
    INTERDICTION,
    LEGAL_ECONOMY,
    MEMBERS,
    PRODUCERS,
    RETAILERS,
    SEIZED,
    WAGES,
)
from twin.costs import add, incur, pay, scaled, total
from twin.markets import Node
from twin.sellers import Sellers


class Goods(Sellers, Node):
    """A good at one place: sources, stock, and sellers to users."""

    def want(self) -> None:
        """Units the sector wants at the price users would pay behind it."""
        if self.volume <= 0.0:
            return
        self.assess_retail()
        p, kept = self.model.p, 1.0 - self.retail_loss
        asked = self.price * (1.0 + p.capital_rate) + self.retail_cost
        self.user_price = asked / (kept * (1.0 - self.retail_fee - self.retail_forfeit))
        self.use = self.demanded(self.volume, log(self.user_price / self.reference) + log(self.quality)) / kept

    def take_in(self) -> None:
        """What has come can go on in the same month."""
        self.receive()

    def clear(self) -> None:
        """While goods are short their price rises to where users want no more than there is, or stop."""
        if self.fill < 1.0:
            short = self.model.p.demand_short_run[self.layer]
            highest = max(1.0, self.model.p.choke_price_ratio * self.reference / self.user_price)
            self.user_price *= min(highest, self.fill ** (1.0 / short)) if self.fill > highest**short else highest

    def remember_price(self) -> None:
        """Users get used to what they pay, and part of what is dear hides in quality."""
        log_price = log(self.user_price / self.reference)
        self.habit += self.model.p.habit_rate * (log_price - self.habit)
        self.adjust_quality(log_price)

    # Sources.

    def produce(self) -> None:
        """What is ordered, up to where marginal cost meets the price, limited by inputs."""
        if self.capacity <= 0.0:
            return
        bought = self.input_units * self.source.price if self.source else 0.0
        ordered = self.requested + self.use + self.rebuilding()
        usual, without = self.make_do(bought)
        kept = self.keep()
        self.potential = (usual + without) * kept
        made = max(0.0, min(1.0, ordered / max(self.potential, 1e-12)))
        usual *= made * self.draw_inputs(usual * made)
        self.make(self.net_price(bought), usual * kept)
        if without > 0.0:
            self.make_without(without * made * kept)

    def rebuilding(self) -> float:
        """Units a month that are wanted to bring the stock to what the sector wants to hold."""
        p = self.model.p
        cover = p.input_cover if self.feeds else p.stock_cover
        return (cover * self.flow - self.stock) / p.stock_adjustment_months

    def keep(self) -> float:
        """What makers keep of what they make, in what they usually keep: raids on fields, laboratories and depots."""
        if self.home_exposure <= 0.0:
            return 1.0
        p, agency = self.model.p, self.place.agency
        reference = p.reference_interdiction_share * p.officers_scale + 1e-12
        pressure = agency.effort[INTERDICTION] / reference * exp(p.gap_effect * agency.gap)
        usual = p.loss_ceiling * (1.0 - exp(-self.home_exposure))
        self.home_loss = p.loss_ceiling * (1.0 - exp(-self.home_exposure * pressure))
        return (1.0 - self.home_loss) / (1.0 - usual)

    def net_price(self, bought: float) -> float:
        """What is left of the price after paying for inputs. USD."""
        return max(self.model.p.floor_price_ratio * self.price, self.price - bought)

    def willing(self, bought: float) -> float:
        """Units the makers make this month: what is built follows the price slowly, a share of the response at once."""
        wished, prompt = self.wished(bought), self.model.p.prompt_supply
        built = self.built if self.built > 0.0 else wished
        return built ** (1.0 - prompt) * wished**prompt

    def build(self, bought: float) -> None:
        """What is built moves towards what the price calls for."""
        wished = self.wished(bought)
        more = (wished - self.built) / self.model.p.building_months
        self.built = self.built + more if self.built > 0.0 else wished

    def wished(self, bought: float) -> float:
        """Units the makers would make at the price after paying for inputs, given time, at rising cost."""
        p = self.model.p
        reach = p.supply_reach
        slope = p.supply_elasticity[self.layer] * reach / (reach - 1.0)
        cost = (self.unit_cost / max(self.net_price(bought), 1e-9)) ** slope
        return self.capacity * reach / (1.0 + (reach - 1.0) * cost)

    def substitute_cost(self) -> float:
        """What a substitute adds to the cost of one unit. USD."""
        p = self.model.p
        if self.source:
            return p.substitute_premium * self.input_cost
        return (p.substitute_premium - 1.0) * p.home_input_share * self.unit_cost

    def make_do(self, bought: float) -> tuple[float, float]:
        """Units that could be made with the usual input, and with a substitute for it."""
        if self.input_cost <= 0.0:
            self.input_cost = bought
        self.build(bought)
        willing, had = self.willing(bought), 1.0
        if self.source and willing > 0.0:
            had = min(1.0, self.model.p.stock_drawn * self.source.stock / (willing * self.input_units))
        extra, share = self.substitute_cost(), self.substitute
        if not (self.source and extra < bought):
            share = min(share, max(0.0, 1.0 - had))
        usual = willing * (min(had, 1.0 - share) if share > 0.0 else had)
        without = share * self.willing(extra) if share > 0.0 else 0.0
        self.seek_substitute(usual + without, share)
        return usual, without

    def seek_substitute(self, potential: float, used: float) -> None:
        """Unmet need starts a search; what it finds spreads, and is given up as it goes unused."""
        p = self.model.p
        full = self.willing(self.input_cost)
        unmet = max(0.0, 1.0 - potential / full) if full > 0.0 else 0.0
        self.need += p.flow_smoothing * (unmet - self.need)
        if self.substitute > 0.0:
            spread = p.substitute_rate * self.need * self.substitute * (1.0 - self.substitute)
            idle = max(0.0, self.substitute - max(used, p.substitute_first))
            self.substitute += spread - p.substitute_forgotten * idle
        elif self.need > p.substitute_need:
            self.search += 1.0
            if self.search >= p.substitute_lag_months:
                self.substitute = p.substitute_first
        else:
            self.search = max(0.0, self.search - 1.0)

    def draw_inputs(self, quantity: float) -> float:
        """Take bought inputs with the cost embodied in them. Returns the share of orders served."""
        source = self.source
        if source is None or quantity <= 0.0:
            return 1.0
        source.use = quantity * self.input_units
        if source.stock <= 0.0:
            return 0.0
        available = min(1.0, source.stock * self.model.p.stock_drawn / (source.use + 1e-12))
        used = quantity * available * self.input_units
        share = used / source.stock
        add(self.embodied, source.embodied, share)
        source.embodied = scaled(source.embodied, 1.0 - share)
        source.stock -= used
        source.gone += used
        pay(self.model.ledger, PRODUCERS, RETAILERS, used * source.price)
        return available

    def make(self, own_price: float, quantity: float) -> None:
        """Book what makers add themselves to what they keep, which bears what was seized, and put it in stock."""
        p, ledger = self.model.p, self.model.ledger
        elasticity = p.supply_elasticity[self.layer]
        cost = own_price * quantity * elasticity / (1.0 + elasticity)
        labour = cost * p.production_labour_share[self.layer]
        kept = 1.0 - self.home_loss
        incur(self.market, self.embodied, INPUTS, (cost - labour) * kept)
        incur(self.market, self.embodied, WAGES, labour * kept)
        incur(self.market, self.embodied, SEIZED, cost * self.home_loss)
        seized = quantity * self.home_loss / kept
        self.seized_at_source += seized
        self.market.seized += seized
        pay(ledger, RETAILERS, PRODUCERS, quantity * self.price)
        pay(ledger, PRODUCERS, MEMBERS, labour)
        self.place.illicit_income += quantity * self.price
        self.stock += quantity
        self.produced += quantity
        self.market.produced += quantity

    def make_without(self, quantity: float) -> None:
        """Make a quantity with a substitute bought from the legal economy."""
        extra = self.substitute_cost()
        incur(self.market, self.embodied, INPUTS, quantity * extra)
        pay(self.model.ledger, PRODUCERS, LEGAL_ECONOMY, quantity * extra)
        self.make(self.net_price(extra), quantity)

    # Sales to users.

    def deliver(self, used: float, before: float) -> None:
        """The domestic sector sells to users, and loses some on the way."""
        add(self.cost, self.embodied, used / before)
        self.incur_retail(used)
        loss, market = self.retail_loss, self.market
        self.landed = total(self.embodied) * used / before * (1.0 - loss)
        self.seized_at_home = used * loss
        lost = scaled(self.cost[:CASH], loss)
        for component, amount in enumerate(lost):
            self.cost[component] -= amount
            market.incurred[component] -= amount
        self.cost[SEIZED] += sum(lost)
        market.incurred[SEIZED] += sum(lost)
        self.delivered = used * (1.0 - loss)
        self.gone += used
        market.seized += used * loss
        self.collect()

    # Prices.

    def set_price(self) -> None:
        """The price moves with the gap between what is wanted and what came; an idle node follows its bid."""
        p = self.model.p
        if self.volume <= 0.0 and self.flow <= 1e-9 + p.idle_share * self.capacity:
            if self.bid > 0.0:
                self.price += p.bid_speed * (self.bid - self.price)
            return
        wanted = max(0.0, self.requested + self.use + self.rebuilding())
        came = self.arrived + self.potential
        price = self.price * exp(p.price_speed * (wanted - came) / (wanted + came + 1e-9))
        ratio = min(p.choke_price_ratio, max(p.floor_price_ratio, price / self.ordinary))
        self.price = ratio * self.ordinary


class Exploited(Goods):
    """Exploited people: held for months, they leave by rescue, escape or end; the unit is a month held."""

    def want(self) -> None:
        """People wanted to replace those who leave, and to close the gap to the number wanted."""
        if self.volume <= 0.0:
            return
        self.assess_retail()
        p = self.model.p
        rescue = p.rescue_ceiling * (1.0 - exp(-p.rescue_exposure * self.pressure))
        self.leaving = p.escape_rate + rescue
        asked = self.price * self.leaving + self.retail_cost + p.holding_cost * self.place.wage
        self.user_price = asked / (1.0 - self.retail_fee - self.retail_forfeit)
        wanted = self.demanded(self.volume, log(self.user_price / self.reference))
        more = (wanted - self.held) / p.exploiter_adjustment_months
        self.use = max(0.0, self.leaving * self.held + more)

    def clear(self) -> None:
        """Exploiters pay no more while people are few."""

    def remember_price(self) -> None:
        """Those who use people get used to what it costs."""
        log_price = log(self.user_price / self.reference)
        self.habit += self.model.p.habit_rate * (log_price - self.habit)

    def deliver(self, used: float, before: float) -> None:
        """Exploiters take people into holding."""
        add(self.held_embodied, self.embodied, used / before)
        self.held += used

    def hold(self) -> None:
        """A month of exploitation; those who leave take the cost sunk in them with them."""
        if self.volume <= 0.0:
            return
        p, market = self.model.p, self.market
        leaving = min(1.0, self.leaving)
        self.landed += total(self.held_embodied) * leaving
        self.seized_at_home = self.held * max(0.0, leaving - p.escape_rate)
        add(self.cost, self.held_embodied, leaving)
        self.held_embodied = scaled(self.held_embodied, 1.0 - leaving)
        self.incur_retail(self.held)
        keep = self.held * p.holding_cost * self.place.wage
        incur(market, self.cost, INPUTS, keep)
        pay(self.model.ledger, RETAILERS, PRODUCERS, keep)
        self.delivered = self.held
        self.collect()
        market.seized += self.seized_at_home
        self.gone += self.held * leaving
        self.held *= 1.0 - leaving
