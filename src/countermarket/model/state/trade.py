"""Tables of nodes, legs and markets, each column with its unit."""

import numpy as np

from countermarket.model.state.codes import _C

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
