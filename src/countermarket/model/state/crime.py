"""Tables of groups and enablers, each column with its unit."""

from countermarket.model.state.row import (
    ByLeg,
    ByMarket,
    ByOverhead,
    ByPresence,
    ByService,
    Code,
    Flag,
    Identity,
    LegCodes,
    Number,
    PresenceCodes,
    Row,
    ServiceCodes,
    columns,
)


class Group(Row):
    """A criminal group."""

    active: Flag
    id: Identity  # identity for keyed variates: from where and when it was born
    born: Code  # month
    home: Code  # jurisdiction
    market: Code  # main market
    members: Number  # persons
    seasoned: Number  # what its members move of what practised ones do, 1 = ordinary
    vacant: Number  # places of members lost to law and violence, to be filled again
    stance: Number  # 0 efficient .. 1 secure
    skill: ByMarket  # productivity by market, 1 = ordinary
    technology: Number  # stock, log units
    dirty: Number  # USD
    clean: Number  # USD
    leaderless: Number  # months of confusion left
    trust: Number  # trust in counterparties, 0..1
    patron: Number  # strength of state patronage, 0..1
    leg: LegCodes  # leg, -1 none
    share: ByLeg  # effort share, sums to 1 over used slots
    perceived: ByLeg  # perceived probability of loss
    offered: ByLeg  # units the group wants to move this month
    shipped: ByLeg  # units moved this month
    labour: ByLeg  # member-months used this month
    loss: ByLeg  # share of the shipment lost this month
    enabler: ServiceCodes  # enabler hired, by service, -1 none
    backup: ServiceCodes  # pre-arranged substitute, by service, -1 none
    fee: ByService  # fee it pays, share of value
    presence: PresenceCodes  # jurisdictions where it is active, -1 none
    activity: ByPresence  # share of its activity there
    evidence: ByPresence  # processed evidence held by that agency
    received: ByPresence  # what that agency has received from others, aged by the channel
    ripe: Code  # agencies whose case against it is ripe this month
    hazard: Number  # perceived arrest hazard per member and month
    returns: Number  # smoothed economic profit over outlay, imputed costs counted
    takings: Number  # gross sales this month, USD
    profit: Number  # this month in cash, USD
    imputed: Number  # owners' pay and capital not paid for in cash this month, USD
    losing: Code  # months in a row without viable trade
    designated: Number  # bite of sanctions on its leaders, 0..1
    pending: ByOverhead  # overheads waiting for the next shipment, USD by component
    arrest_due: Number  # share of members a shock has arrested this month
    taken_due: Number  # share of assets a shock has taken this month
    reuse_due: Number  # share of those assets put to social use


GROUP = columns(Group)


class Enabler(Row):
    """Who sells a service to groups."""

    active: Flag
    id: Identity
    service: Code
    jurisdiction: Code
    centralised: Number  # 0..1: how far one closure stops it
    capacity: Number  # USD of clients' value a month
    business: Number  # clients' value this month, USD
    clients: Number  # groups served
    booked: Number  # clients' value last month, and that of clients taken on since, USD
    fee: Number  # share of value
    caution: Number  # 0..1
    reputation: Number  # 0..1
    evidence: Number  # held against it by agencies
    bite: Number  # share of its business under designation, 0..1
    successor: Flag  # a successor stands ready
    reopens: Code  # months until a new brand opens in this slot
