"""Tables of agencies and of the alliance, each column with its unit."""

import numpy as np

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
