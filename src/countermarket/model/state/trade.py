"""Tables of nodes, legs and markets, each column with its unit."""

from countermarket.model.state.row import ByComponent, Code, Flag, Number, Row


class Node(Row):
    """A layer at a jurisdiction: what is made, held and used there."""

    traded: Flag  # anything is made, used or moved here; elsewhere nothing happens
    layer: Code
    market: Code
    kind: Code
    input_node: Code  # node of the goods it uses up, -1 none or made at home
    input_units: Number  # units of them for each unit made
    feeds: Flag  # goods here are used up in making others, and are none of the market's own
    jurisdiction: Code
    price: Number  # wholesale price; smuggling: fee still to pay to the destination
    ordinary: Number  # price at the start, on the cheapest path
    bid: Number  # what the best onward path could pay, same unit
    tightness: Number  # smuggling: fee above (below) the next leg's cost, as a share of it
    stock: Number  # units; smuggling: persons waiting
    embodied: ByComponent  # embodied cost of the stock, USD
    incoming: ByComponent  # embodied cost of what arrives this month, USD
    seized_cost: ByComponent  # embodied cost of what was lost on the way here, USD
    wanted: Number  # units wanted this month
    coming: Number  # units on their way in that have not joined the stock yet
    returned: Number  # smuggling: of them, persons turned back on their way on
    arrived: Number  # units that came in this month
    requested: Number  # units groups want to take away this month
    taken: Number  # units they took
    flow: Number  # smoothed throughput, units a month
    capacity: Number  # source: units a month at the reference price, less what is usually seized there
    unit_cost: Number  # source: reference price
    home_exposure: Number  # makers: -ln(1 - s/p_max), s the share of what is made that was usually seized there
    home_loss: Number  # makers: share of what is made that is seized there this month
    seized_at_source: Number  # units made and seized before they left their makers this month
    produced: Number  # units this month
    potential: Number  # units it would make at the price if all could be sold
    volume: Number  # users: units a month at the reference price
    stay: Number  # smuggling: share of those who arrive that go no further
    reference: Number  # users: reference price
    user_price: Number  # USD per unit
    use: Number  # units the domestic sector wants to take this month
    fill: Number  # share of what is wanted here that the stock, and what comes on this month, can serve
    demand_shift: Number  # 1 = no shock
    supply_shift: Number  # 1 = no shock
    quality: Number  # 1 = ordinary purity; smuggling: inverse of crowding
    input_shift: Number  # input made at home that can be had, 1 = no shock
    no_substitute: Flag  # a shock leaves makers nothing to put in the input's place
    input_cost: Number  # makers: bought input for one unit, as they were used to pay, USD
    built: Number  # makers: units a month that fields and laboratories are laid out for
    accustomed: Number  # makers: units a month that their input used to reach for
    need: Number  # makers: share of output lost to a scarce or dear input, smoothed
    search: Number  # makers: months of search for a substitute behind them
    substitute: Number  # makers: share of capacity that can do without the usual input
    hoard: Number  # units held back from before a ban, sold as orders go unmet
    windfall: Number  # units a month from outside the trade, such as looted arms
    habit: Number  # smoothed log price relative to reference
    delivered: Number  # units this month
    landed: Number  # what these units had cost when the domestic sector took them over, USD
    seized_at_home: Number  # units lost between the wholesaler and the user, people rescued
    gone: Number  # units that left the domestic sector for good this month
    cost: ByComponent  # embodied cost of what was delivered this month, USD
    spent: Number  # by users or victims this month, USD
    held: Number  # exploited persons
    held_embodied: ByComponent  # USD
    attempts: Number  # fraud: smoothed attempts a month


class Leg(Row):
    """A way from one jurisdiction to another in one layer."""

    layer: Code
    market: Code
    kind: Code
    mode: Code
    domain: Code
    origin: Code  # jurisdiction
    destination: Code  # jurisdiction
    start: Code  # node
    end: Code  # node
    onward: Flag  # its end comes after its start in the order of trade, so that what it brings can go on this month
    journey: Number  # what the leg takes, in ordinary legs of its mode: borders crossed, and distance
    transport: Number  # USD per unit at the reference flow
    hands_needed: Number  # member-months to move a unit
    worth: Number  # value of a unit on it in ordinary times; USD
    access: Number  # contacts, protection and know-how that getting onto it costs in ordinary times; USD per unit
    usual_access: Number  # flow at which access costs that, units a month
    toll: Number  # what access costs this month; USD per unit, paid to those who grant it
    wage: Number  # legal wage, mean of both ends, USD a month
    corruption: Number  # mean of both ends, 0..1
    exposure: Number  # -ln(1 - p/p_max) at the reference effort per volume
    reference_effort: Number
    reference_flow: Number  # units a month
    claim: Number  # weight of its claim on interdiction
    effort: Number  # officers
    weight: Number  # smoothed value moved, what agencies believe, USD a month
    probability: Number  # true probability of loss
    belief: Number  # what groups not on it believe it to be
    risk: Number  # perceived risk compensation per member-month, USD
    pay: Number  # criminal wage over the ordinary one, mean of both ends
    carriage: Number  # moving a unit at this month's flow and crowding; USD
    gain: Number  # price of what arrives, or fee; USD per unit
    outlay: Number  # purchase with capital on it, and transport; USD per unit
    hands: Number  # what a member asks for a month's work; USD
    served: Number  # share of what was asked for that its start could serve last month
    volume: Number  # units entering this month
    lost: Number  # of them, units lost
    flow: Number  # smoothed volume
    intensity: Number  # chokepoint intensity, 0..1
    guard: Number  # extra control by the states at its ends, the stricter of the two, 0..1
    usual: Number  # volume it carries when open, smoothed over most of a year
    asked: Number  # units groups want to move on it this month
    passing: Number  # share of them that it lets through
    filled: Number  # share of them that goes: let through, and at hand at its start
    price: Number  # what a unit that arrives is paid with, USD
    purchase: Number  # what a unit taken away is bought for, USD
    labour: Number  # member-months used this month
    cost: ByComponent  # of moving this month's consignments, overheads included, USD
    lost_cost: ByComponent  # of it, on what was lost
    closed: Number  # 0 open .. 1 closed
    added: Number  # share of what moves that a shock takes, beside the ordinary loss
    peril: Number  # expected harm to crew and craft, times the value carried
    equipment: Number  # boats, vehicles and handsets at hand, 1 = all


class Tally(Row):
    """A market, and what its month added up to: all but the first two set to zero when a month begins."""

    kind: Code  # the first two are remembered, the rest a month's sums
    typical: Number  # members of an ordinary group
    incurred: ByComponent  # cost incurred this month by component, USD
    unallocated: ByComponent  # of it, spent on no shipment
    written_off: ByComponent  # lost with nothing arriving to bear it
    delivered: Number  # units
    spent: Number  # by users and victims, USD
    proceeds: Number
    profit: Number
    fees: Number
    members: Number
    workers: Number
    groups: Number
    recruits: Number
    arrests: Number  # of members of groups
    sellers_arrested: Number
    violence: Number
    seized: Number
    entered: Number
    seizures_detected: Number
    recovery: Number
    produced: Number
    harm: Number
    wanted: Number
    quality: Number  # mean over what was delivered
