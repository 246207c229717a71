"""What is remembered between months: one table per kind of thing, each column with its unit.

Tables are numpy structured arrays with a fixed number of slots and, where things come and go, an `active`
column. Rows are read by number; a row refers to another by its number. Money is USD of 2023.
"""

from typing import Any, NamedTuple

import numpy as np


def numbered(count: int) -> Any:
    """0, 1, 2 ... as numpy's integers: numba compiles a function anew for every Python integer it is called with."""
    return np.arange(count)


LEG_SLOTS = 3
"""Legs a group can work at once."""
PRESENCES = 6
"""Jurisdictions in which a group can be known at once."""
SERVICES = ("logistics", "finance", "corporate", "digital")
LOGISTICS, FINANCE, CORPORATE, DIGITAL = range(4)
DOMAINS = ("maritime", "land", "air", "digital")
MODES = ("container", "small_boat", "land", "air", "digital")
MODE_DOMAIN = (0, 0, 1, 2, 3)
"""Domain of trust that each mode falls under."""
GOODS, CONSENT, EXPLOITED, FRAUD = range(4)
EFFORTS = ("interdiction", "investigation", "finance", "digital", "enablers", "prevention")
INTERDICTION, INVESTIGATION, FINANCE_EFFORT, DIGITAL_EFFORT, ENABLER_EFFORT, PREVENTION = range(6)

COMPONENTS = (
    "inputs", "transport", "logistics", "finance", "corporate", "digital", "corruption",
    "wages", "risk", "seized", "confiscated", "delay", "search",
)  # fmt: skip
"""Components of the cost of illicit activity, in the order of the embodied cost vectors."""
(INPUTS, TRANSPORT, FEES, _FINANCE_FEE, _CORPORATE_FEE, _DIGITAL_FEE, CORRUPTION,
 WAGES, RISK, SEIZED, CONFISCATED, DELAY, SEARCH) = numbered(13)  # fmt: skip
N_COMPONENTS = len(COMPONENTS)
CASH = N_COMPONENTS
"""Last entry of an embodied cost vector: how much of its total was paid in cash (a memo, not a component)."""
OVERHEADS = 3
"""Components of a group's overheads: confiscated, delay and search, which stand together."""

SECTORS = (
    "groups_dirty", "groups_clean", "members", "producers", "retailers", "enablers", "users", "victims",
    "legal_economy", "officials", "patrons", "treasuries", "agencies", "alliance_fund", "custody",
)  # fmt: skip
(GROUPS_DIRTY, GROUPS_CLEAN, MEMBERS, PRODUCERS, RETAILERS, ENABLERS, USERS, VICTIMS,
 LEGAL_ECONOMY, OFFICIALS, PATRONS, TREASURIES, AGENCIES, ALLIANCE_FUND, CUSTODY) = numbered(15)  # fmt: skip

_C = (N_COMPONENTS + 1,)

GROUP = np.dtype([
    ("active", "?"),
    ("id", "u8"),                       # identity for keyed variates: from where and when it was born
    ("born", "i4"),                     # month
    ("home", "i4"),                     # jurisdiction
    ("market", "i4"),                   # main market
    ("members", "f8"),                  # persons
    ("stance", "f8"),                   # 0 efficient .. 1 secure
    ("skill", "f8", (7,)),              # productivity by market, 1 = ordinary
    ("technology", "f8"),               # stock, log units
    ("dirty", "f8"),                    # USD
    ("clean", "f8"),                    # USD
    ("leaderless", "f8"),               # months of confusion left
    ("trust", "f8"),                    # trust in counterparties, 0..1
    ("patron", "f8"),                   # strength of state patronage, 0..1
    ("leg", "i4", (LEG_SLOTS,)),        # leg, -1 none
    ("share", "f8", (LEG_SLOTS,)),      # effort share, sums to 1 over used slots
    ("perceived", "f8", (LEG_SLOTS,)),  # perceived probability of loss
    ("offered", "f8", (LEG_SLOTS,)),    # units the group wants to move this month
    ("shipped", "f8", (LEG_SLOTS,)),    # units moved this month
    ("labour", "f8", (LEG_SLOTS,)),     # member-months used this month
    ("loss", "f8", (LEG_SLOTS,)),       # share of the shipment lost this month
    ("enabler", "i4", (4,)),            # enabler hired, by service, -1 none
    ("backup", "i4", (4,)),             # pre-arranged substitute, by service, -1 none
    ("fee", "f8", (4,)),                # fee it pays, share of value
    ("presence", "i4", (PRESENCES,)),   # jurisdictions where it is active, -1 none
    ("activity", "f8", (PRESENCES,)),   # share of its activity there
    ("evidence", "f8", (PRESENCES,)),   # processed evidence held by that agency
    ("received", "f8", (PRESENCES,)),   # what that agency has received from others, aged by the channel
    ("ripe", "i4"),                     # agencies whose case against it is ripe this month
    ("hazard", "f8"),                   # perceived arrest hazard per member and month
    ("returns", "f8"),                  # smoothed economic profit over outlay, imputed costs counted
    ("takings", "f8"),                  # gross sales this month, USD
    ("profit", "f8"),                   # this month in cash, USD
    ("imputed", "f8"),                  # owners' pay and capital not paid for in cash this month, USD
    ("losing", "i4"),                   # months in a row without viable trade
    ("designated", "f8"),               # bite of sanctions on its leaders, 0..1
    ("pending", "f8", (OVERHEADS,)),    # overheads waiting for the next shipment, USD by component
    ("arrest_due", "f8"),               # share of members a shock has arrested this month
    ("taken_due", "f8"),                # share of assets a shock has taken this month
    ("reuse_due", "f8"),                # share of those assets put to social use
], align=True)  # fmt: skip

ENABLER = np.dtype([
    ("active", "?"),
    ("id", "u8"),
    ("service", "i4"),
    ("jurisdiction", "i4"),
    ("reach", "i8"),                    # jurisdictions served, one bit each
    ("centralised", "f8"),              # 0..1: how far one closure stops it
    ("capacity", "f8"),                 # USD of clients' value a month
    ("business", "f8"),                 # clients' value this month, USD
    ("clients", "f8"),                  # groups served
    ("fee", "f8"),                      # share of value
    ("caution", "f8"),                  # 0..1
    ("reputation", "f8"),               # 0..1
    ("evidence", "f8"),                 # held against it by agencies
    ("bite", "f8"),                     # share of its business under designation, 0..1
    ("successor", "?"),                 # a successor stands ready
    ("reopens", "i4"),                  # months until a new brand opens in this slot
], align=True)  # fmt: skip

NODE = np.dtype([
    ("traded", "?"),                    # anything is made, used or moved here; elsewhere nothing happens
    ("layer", "i4"),
    ("market", "i4"),
    ("kind", "i4"),
    ("input_node", "i4"),               # node of the goods it uses up, -1 none or made at home
    ("input_units", "f8"),              # units of them for each unit made
    ("jurisdiction", "i4"),
    ("price", "f8"),                    # wholesale price; smuggling: fee still to pay to the destination
    ("ordinary", "f8"),                 # price at the start, on the cheapest path
    ("bid", "f8"),                      # what the best onward path could pay, same unit
    ("tightness", "f8"),                # smuggling: fee above (below) the next leg's cost, as a share of it
    ("stock", "f8"),                    # units; smuggling: persons waiting
    ("embodied", "f8", _C),             # embodied cost of the stock, USD
    ("incoming", "f8", _C),             # embodied cost of what arrives this month, USD
    ("seized_cost", "f8", _C),          # embodied cost of what was lost on the way here, USD
    ("wanted", "f8"),                   # units wanted this month
    ("arrived", "f8"),                  # units that came in this month, production included
    ("requested", "f8"),                # units groups want to take away this month
    ("taken", "f8"),                    # units they took
    ("flow", "f8"),                     # smoothed throughput, units a month
    ("capacity", "f8"),                 # source: units a month at the reference price
    ("unit_cost", "f8"),                # source: reference price
    ("produced", "f8"),                 # units this month
    ("potential", "f8"),                # units it would make at the price if all could be sold
    ("volume", "f8"),                   # users: units a month at the reference price
    ("reference", "f8"),                # users: reference price
    ("user_price", "f8"),               # USD per unit
    ("use", "f8"),                      # units the domestic sector wants to take this month
    ("fill", "f8"),                     # share of what is wanted here that the stock can serve
    ("demand_shift", "f8"),             # 1 = no shock
    ("supply_shift", "f8"),             # 1 = no shock
    ("quality", "f8"),                  # 1 = ordinary purity; smuggling: inverse of crowding
    ("input_shift", "f8"),              # input made at home that can be had, 1 = no shock
    ("no_substitute", "?"),             # a shock leaves makers nothing to put in the input's place
    ("input_cost", "f8"),               # makers: bought input for one unit, as they were used to pay, USD
    ("built", "f8"),                    # makers: units a month that fields and laboratories are laid out for
    ("accustomed", "f8"),               # makers: units a month that their input used to reach for
    ("need", "f8"),                     # makers: share of output lost to a scarce or dear input, smoothed
    ("search", "f8"),                   # makers: months of search for a substitute behind them
    ("substitute", "f8"),               # makers: share of capacity that can do without the usual input
    ("hoard", "f8"),                    # units held back from before a ban, sold as orders go unmet
    ("windfall", "f8"),                 # units a month from outside the trade, such as looted arms
    ("habit", "f8"),                    # smoothed log price relative to reference
    ("delivered", "f8"),                # units this month
    ("gone", "f8"),                     # units that left the domestic sector for good this month
    ("cost", "f8", _C),                 # embodied cost of what was delivered this month, USD
    ("spent", "f8"),                    # by users or victims this month, USD
    ("held", "f8"),                     # exploited persons
    ("held_embodied", "f8", _C),        # USD
    ("attempts", "f8"),                 # fraud: smoothed attempts a month
], align=True)  # fmt: skip

LEG = np.dtype([
    ("layer", "i4"),
    ("market", "i4"),
    ("kind", "i4"),
    ("mode", "i4"),
    ("domain", "i4"),
    ("origin", "i4"),                   # jurisdiction
    ("destination", "i4"),              # jurisdiction
    ("start", "i4"),                    # node
    ("end", "i4"),                      # node
    ("transport", "f8"),                # USD per unit at the reference flow
    ("wage", "f8"),                     # legal wage, mean of both ends, USD a month
    ("corruption", "f8"),               # mean of both ends, 0..1
    ("exposure", "f8"),                 # -ln(1 - p/p_max) at the reference effort per volume
    ("reference_effort", "f8"),
    ("reference_flow", "f8"),           # units a month
    ("claim", "f8"),                    # weight of its claim on interdiction
    ("effort", "f8"),                   # officers
    ("weight", "f8"),                   # smoothed value moved, what agencies believe, USD a month
    ("probability", "f8"),              # true probability of loss
    ("belief", "f8"),                   # what groups not on it believe it to be
    ("risk", "f8"),                     # perceived risk compensation per member-month, USD
    ("pay", "f8"),                      # criminal wage over the ordinary one, mean of both ends
    ("carriage", "f8"),                 # moving a unit at this month's flow and crowding; USD
    ("gain", "f8"),                     # price of what arrives, or fee; USD per unit
    ("outlay", "f8"),                   # purchase with capital on it, and transport; USD per unit
    ("hands", "f8"),                    # what a member asks for a month's work; USD
    ("served", "f8"),                   # share of what was asked for that its start could serve last month
    ("volume", "f8"),                   # units entering this month
    ("lost", "f8"),                     # units lost this month
    ("flow", "f8"),                     # smoothed volume
    ("intensity", "f8"),                # chokepoint intensity, 0..1
    ("usual", "f8"),                    # volume it carries when open, smoothed over most of a year
    ("asked", "f8"),                    # units groups want to move on it this month
    ("passing", "f8"),                  # share of them that it lets through
    ("filled", "f8"),                   # share of them that goes: let through, and in stock at its start
    ("price", "f8"),                    # what a unit that arrives is paid with, USD
    ("purchase", "f8"),                 # what a unit taken away is bought for, USD
    ("labour", "f8"),                   # member-months used this month
    ("cost", "f8", _C),                 # of moving this month's consignments, overheads included, USD
    ("lost_cost", "f8", _C),            # of it, on what was lost
    ("closed", "f8"),                   # 0 open .. 1 closed
    ("added", "f8"),                    # share of what moves that a shock takes, beside the ordinary loss
    ("peril", "f8"),                    # expected harm to crew and craft, times the value carried
    ("equipment", "f8"),                # boats, vehicles and handsets at hand, 1 = all
], align=True)  # fmt: skip

AGENCY = np.dtype([
    ("officers", "f8"),
    ("effort", "f8", (6,)),             # officers by kind of effort
    ("analysts", "f8"),
    ("pace", "f8"),                     # evidence an analyst reads a month
    ("powers", "f8"),                   # 0..1
    ("bound", "f8"),                    # share of officers bound by armed conflict
    ("severity", "f8", (7,)),           # sentence multiplier by market
    ("regime", "f8"),                   # migration sanctions regime, 0..1
    ("pursuit", "f8"),                  # share of identified assets pursued
    ("diligence", "f8"),                # duty of care laid on enablers, 0..1
    ("integrity", "f8"),                # 0..1
    ("technology", "f8"),               # stock, log units
    ("gap", "f8"),                      # own technology less criminals'
    ("queue", "f8"),                    # items waiting
    ("wait", "f8"),                     # months an item waits
    ("load", "f8"),                     # items arriving this month
    ("throughput", "f8"),               # share of arriving evidence that becomes usable
    ("eyes", "f8", (7,)),               # evidence a month on an ordinary group wholly here, by market
    ("cases", "f8"),                    # groups ripe for action this month
    ("chance", "f8"),                   # that a ripe case is acted on
    ("member", "?"),
    ("standing", "f8"),                 # 1 a member not suspended, else 0
    ("suspended", "i4"),                # months left
    ("warned", "?"),
    ("contribution", "f8"),             # share of its evidence it really gives, relative to the rule
    ("gives", "f8"),                    # smoothed evidence given
    ("gets", "f8"),                     # smoothed evidence got
    ("presences", "f8"),                # groups active here
    ("recovered", "f8"),                # confiscated this month, USD
    ("operations", "f8"),               # this month
    ("acts", "f8"),                     # 1 where it joins the designation at hand, else 0
], align=True)  # fmt: skip

COMMUNITY = np.dtype([
    ("vulnerability", "f8"),            # 0..1
    ("base_vulnerability", "f8"),
    ("openness", "f8"),                 # of those at risk to an offer, 1 = as at the start
    ("corruption", "f8"),               # 0..1
    ("base_corruption", "f8"),
    ("wage", "f8"),                     # legal wage, USD a month
    ("population", "f8"),
    ("illicit_income", "f8"),           # this month, USD
    ("reference_income", "f8"),         # smoothed, at the start
    ("violence", "f8"),                 # deaths this month
    ("reference_violence", "f8"),       # deaths a month at the start
    ("pipeline", "f8", (3,)),           # reinvestment on its way to effect, USD
    ("relief", "f8"),                   # USD a month in effect
    ("hazard", "f8", (7,)),             # arrest hazard per member-month, as believed, by market
    ("death", "f8", (7,)),              # death hazard per member-month, as believed, by market
    ("arrests", "f8", (7,)),            # persons this month
    ("deaths", "f8", (7,)),             # persons this month
    ("employed", "f8", (7,)),           # members and sector workers
    ("hands", "f8"),                    # smoothed employed, all markets
    ("reference_hands", "f8"),          # the same before the first reported month
    ("pay", "f8"),                      # criminal wage over the ordinary one
    ("reinvested", "f8"),               # USD this month
    ("routine", "f8", (7,)),            # routine arrest hazard per worker-month, by market
    ("patronage", "f8"),
    ("patron_shift", "f8"),             # 1 = no shock
    ("hiring", "f8", (7,)),             # inflow of recruits by market, 1 = no shock
    ("truce", "f8", (7,)),              # share of violence that has stopped, by market
    ("conflict", "f8"),                 # intensity of armed conflict brought by a shock, 0..1
    ("transfers", "f8"),                # paid to those at risk, USD a month
    ("earmarked", "f8"),                # confiscated here and kept for this place's use, USD
    ("finance_weight", "f8"),           # share of the world's financial reach
    ("blackout", "f8"),                 # 0..1
], align=True)  # fmt: skip

TALLY = np.dtype([
    ("kind", "i4"),                     # the first three are remembered, the rest a month's sums
    ("typical", "f8"),                  # members of an ordinary group
    ("unreported", "f8"),               # units seized that are not yet in the record
    ("incurred", "f8", _C),             # cost incurred this month by component, USD
    ("unallocated", "f8", _C),          # of it, spent on no shipment
    ("written_off", "f8", _C),          # lost with nothing arriving to bear it
    ("delivered", "f8"),                # units
    ("spent", "f8"),                    # by users and victims, USD
    ("proceeds", "f8"),
    ("profit", "f8"),
    ("fees", "f8"),
    ("members", "f8"),
    ("workers", "f8"),
    ("groups", "f8"),
    ("recruits", "f8"),
    ("arrests", "f8"),
    ("violence", "f8"),
    ("seized", "f8"),
    ("entered", "f8"),
    ("seizures_detected", "f8"),
    ("recovery", "f8"),
    ("produced", "f8"),
    ("harm", "f8"),
    ("wanted", "f8"),
    ("quality", "f8"),                  # mean over what was delivered
    ("usual", "f8"),                    # value users take at the reference, USD
    ("value", "f8"),                    # value users take, USD
    ("scarcity", "f8"),                 # how contested the market is, 1 in ordinary times
], align=True)  # fmt: skip
"""A market, and what its month added up to: all but the first three set to zero when a month begins."""

ALLIANCE = np.dtype([
    ("technology", "f8"),               # members' pool, log units
    ("group_technology", "f8"),         # mean stock of groups, log units
    ("fund", "f8"),                     # recovered assets to reinvest, USD
    ("carry", "f8"),                    # designations earned but not yet made
    ("distrust", "f8"),                 # of groups in their counterparties, from stings, 0..1
    ("latency", "f8"),                  # months from evidence held to evidence received
    ("sharing", "f8"),                  # share of evidence the rules ask members to give
    ("standards", "f8"),                # 0..1: how far shared evidence is usable as it comes
    ("joint_action", "f8"),             # chance that an asked member joins an operation
    ("compute", "f8"),                  # pooled compute, 0..1
    ("targeting", "f8", (4,)),          # joint targeting of enablers by service, 0..1
    ("coverage", "f8", (3,)),           # private partners: finance, digital, logistics, 0..1
    ("cost_members", "f8"),             # USD this month
    ("cost_alliance", "f8"),
    ("average_fee", "f8", (4,)),        # by service, share of value
    ("compliance", "f8"),               # legal firms', USD this month
    ("innocent", "f8"),                 # actions against the innocent this month
    ("minor", "f8"),
    ("moderate", "f8"),
    ("major", "f8"),
    ("refused_births", "f8"),
    ("enablers_closed", "f8", (4,)),
    ("reference_income", "f8"),
], align=True)  # fmt: skip

CLOCK = np.dtype([
    ("key", "u8"),                      # of the replicate
    ("month", "i8"),
    ("free_from", "i8"),                # no slot of groups below this is free
    ("slots", "i8"),                    # slots of groups ever used: none stands at this one or above
], align=True)  # fmt: skip


AGENCY_LEVERS = np.dtype([
    ("member", "?"),
    ("blackout", "?"),
    ("budget_multiplier", "f8"),
    ("effort", "f8", (6,)),             # shares, in the order of EFFORTS
    ("powers", "f8"),
    ("severity", "f8", (7,)),
    ("migration_sanctions", "f8"),
    ("asset_recovery_share", "f8"),
    ("enabler_due_diligence", "f8"),
], align=True)  # fmt: skip

ALLIANCE_LEVERS = np.dtype([
    ("data_sharing_share", "f8"),
    ("channel", "i4"),                  # in the order of vocabulary.CHANNELS
    ("common_standards", "f8"),
    ("joint_action_share", "f8"),
    ("suspension_threshold", "f8"),
    ("audit_share", "f8"),
    ("sanctions_per_year", "f8"),
    ("sanctions_coordination", "f8"),
    ("sanctions_target", "i4"),         # in the order of vocabulary.SANCTION_TARGETS
    ("enabler_targeting", "f8", (4,)),
    ("federated_data", "f8"),
    ("pooled_compute", "f8"),
    ("innovation_budget", "f8"),
    ("private_partners", "f8", (3,)),   # in the order of vocabulary.PARTNERS
    ("stings", "f8"),
    ("reinvestment_share", "f8"),
], align=True)  # fmt: skip


class Levers(NamedTuple):
    """Every lever's value this month."""

    agencies: Any  # AGENCY_LEVERS (J,)
    alliance: Any  # ALLIANCE_LEVERS (1,)
    chokepoints: Any  # f8 (L,): intensity by leg


class State(NamedTuple):
    """Everything a month reads and writes. G groups, E enablers, J jurisdictions, L legs, N nodes."""

    clock: Any  # CLOCK (1,)
    groups: Any  # GROUP (G,)
    enablers: Any  # ENABLER (E,)
    enabler_slots: Any  # i8 (services + 1,): first slot of each service
    agencies: Any  # AGENCY (J,)
    communities: Any  # COMMUNITY (J,)
    alliance: Any  # ALLIANCE (1,)
    trust: Any  # f8 (J, J, domains): how far row trusts column with its evidence, 0..1
    base_trust: Any  # f8 (J, J): what trust recovers towards
    custody: Any  # f8 (12, J): frozen assets by months left and freezing jurisdiction, USD
    custody_market: Any  # f8 (12, M): the same assets by market, USD
    nodes: Any  # NODE (N,), layer x jurisdiction
    legs: Any  # LEG (L,)
    reach_start: Any  # i8 (M * J + 1,): where a market's legs at a jurisdiction start in reach_legs
    reach_legs: Any  # i4: leg numbers, by market and jurisdiction touched
    candidates: Any  # f8 (M, J): expected entrants a month at ordinary profit
    tallies: Any  # TALLY (M,)
    ledger: Any  # f8 (sectors,): change of each sector's money this month, USD
