"""The table of communities, each column with its unit."""

import numpy as np

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
