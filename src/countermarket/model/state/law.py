"""Tables of agencies and of the alliance, each column with its unit."""

from countermarket.model.state.row import ByEffort, ByMarket, ByPartner, ByService, Code, Flag, Number, Row


class Agency(Row):
    """A jurisdiction's agencies."""

    officers: Number
    effort: ByEffort  # officers by kind of effort
    analysts: Number
    pace: Number  # evidence an analyst reads a month
    powers: Number  # 0..1
    bound: Number  # share of officers bound by armed conflict
    severity: ByMarket  # sentence multiplier by market
    regime: Number  # migration sanctions regime, 0..1
    pursuit: Number  # share of identified assets pursued
    diligence: Number  # duty of care laid on enablers, 0..1
    integrity: Number  # 0..1
    guarded: Number  # legs under full extra control at this end
    technology: Number  # stock, log units
    gap: Number  # own technology less criminals'
    queue: Number  # items waiting
    wait: Number  # months an item waits
    load: Number  # items arriving this month
    throughput: Number  # share of arriving evidence that becomes usable
    eyes: ByMarket  # evidence a month on an ordinary group wholly here, by market
    watched: ByService  # officers per head that see an enabler at home here, by service
    touched: ByService  # share of its business that members see
    served: ByService  # financial weight of what it serves abroad
    room: Number  # cases its officers can act on this month
    cases: Number  # groups ripe for action this month
    chance: Number  # that a ripe case is acted on
    member: Flag
    standing: Number  # 1 a member not suspended, else 0
    suspended: Code  # months left
    warned: Flag
    rides: Flag  # gives little whatever others do
    away: Code  # months until one that left of its own will may come back
    contribution: Number  # share of its evidence it really gives, relative to the rule
    gives: Number  # smoothed evidence given
    gets: Number  # smoothed evidence got
    presences: Number  # groups active here
    recovered: Number  # confiscated this month, USD
    operations: Number  # this month
    acts: Number  # 1 where it joins the designation at hand, else 0
    public_cost: Number  # of this month, USD
    innocent: Number  # actions against the innocent in operations this month


class Alliance(Row):
    """The alliance."""

    technology: Number  # members' pool, log units
    group_technology: Number  # mean stock of groups, log units
    fund: Number  # recovered assets to reinvest, USD
    carry: Number  # designations earned but not yet made
    distrust: Number  # of groups in their counterparties, from stings, 0..1
    latency: Number  # months from evidence held to evidence received
    sharing: Number  # share of evidence the rules ask members to give
    standards: Number  # 0..1: how far shared evidence is usable as it comes
    joint_action: Number  # chance that an asked member joins an operation
    compute: Number  # pooled compute, 0..1
    targeting: ByService  # joint targeting of enablers by service, 0..1
    coverage: ByPartner  # private partners: finance, digital, logistics, 0..1
    cost_members: Number  # USD this month
    cost_alliance: Number
    average_fee: ByService  # by service, share of value
    compliance: Number  # legal firms', USD this month
    innocent: Number  # actions against the innocent this month
    minor: Number
    moderate: Number
    major: Number
    refused_births: Number
    enablers_closed: ByService
    reference_income: Number
