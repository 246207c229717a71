"""Every lever's value in a month, as mechanisms read it."""

from typing import Any, NamedTuple

import numpy as np

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
