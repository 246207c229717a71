"""Tables of groups and enablers, each column with its unit."""

import numpy as np

from countermarket.model.state.codes import LEG_SLOTS, OVERHEADS, PRESENCES

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
