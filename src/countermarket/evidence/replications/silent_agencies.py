"""Silent agencies: how long a group spread over k jurisdictions stays under every threshold.

Each agency sees the group only through what it does on that agency's ground, and evidence fades. Spread evenly
over k silent agencies, each holds after t months

    E(t) = (s / k) (1 - kappa^t) / (1 - kappa)

with s the evidence a month on the whole group and kappa what evidence keeps of its worth. A case opens when E
exceeds the threshold T: in the month ln(1 - k T (1 - kappa) / s) / ln kappa, rounded up, and never from
k = s / (T (1 - kappa)) on. Agencies that share all they hold open it when one alone would on the whole group.
This is decision with distributed sensors at fixed thresholds (Tenney and Sandell 1981, "Detection with
distributed sensors", IEEE Transactions on Aerospace and Electronic Systems 17) without noise.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from countermarket.charts.chart import Cell, Chart
from countermarket.charts.style import BLUE, ORANGE, panels
from countermarket.engine.compiled import machine_code
from countermarket.engine.elementary import exp, log
from countermarket.engine.streams import replicate_key
from countermarket.evidence.replications.blocks import table
from countermarket.model.law.enforcement import ripeness
from countermarket.model.law.intelligence import gather, share
from countermarket.model.opening.initial import initial_state
from countermarket.model.running.schedule import schedule
from countermarket.model.state.codes import INVESTIGATION, PRESENCES
from countermarket.model.state.levers import empty_levers
from countermarket.parameters.load import load_parameters, pack, replace
from countermarket.policy.reading import load_scenario
from countermarket.world.synthetic import synthetic_world

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SPREADS = tuple(range(1, PRESENCES + 1))
HORIZON = 240
"""Months after which a group counts as never found."""
LEAST_EXPOSURE = 0.01
"""Sighting that hardly saturates, so that any effort can be asked for."""
REACH = 3.5
"""Jurisdictions among which the group drawn here is just out of silent agencies' sight."""


def months_to_case(seen: float, kept: float, threshold: float) -> float:
    """Months until evidence that arrives at `seen` a month and keeps `kept` of its worth exceeds a threshold."""
    left = 1.0 - threshold * (1.0 - kept) / seen
    if left <= 0.0:
        return np.inf
    return float(np.floor(log(left) / log(kept)) + 1.0)


def predicted(spread: int, sharing: bool) -> float:
    """Month in which a case opens, by the formula; inf if never."""
    p = load_parameters()
    kept, threshold = float(exp(-p["evidence_decay"])), float(p["case_threshold"])
    whole = REACH * threshold * (1.0 - kept)
    return months_to_case(whole if sharing else whole / spread, kept, threshold)


def simulated(spread: int, sharing: bool) -> float:
    """Month in which a case opens in our month's `intelligence.gather` and `share`; inf if not by the horizon."""
    state, packed, levers = _one_group(spread, sharing)
    mechanisms = machine_code((gather, share), state, packed, levers)
    row = int(np.flatnonzero(state.groups["active"])[0])
    for month in range(1, HORIZON + 1):
        for mechanism in mechanisms:
            mechanism(state, packed, levers)
        if max(ripeness(state, packed[0], state.groups[row], slot) for slot in range(PRESENCES)) > 1.0:
            return float(month)
    return np.inf


def _one_group(spread: int, sharing: bool) -> Any:
    """One ordinary, open group spread evenly over equal agencies that read everything at once."""
    world = synthetic_world(PRESENCES)
    plain = {
        "n_groups": 150, "bilateral_sharing": 0, "stance_effect": 0, "powers_effect": 0, "blackout_powers": 0,
        "sight_exposure": LEAST_EXPOSURE,
    }  # fmt: skip
    packed = pack(replace(load_parameters(), plain), world)
    levers = empty_levers(world)
    present = schedule(load_scenario("baseline"), world).changes[-1]
    state = initial_state(world, packed, present, levers, replicate_key(0, 0))
    row = int(np.flatnonzero(state.groups["active"])[0])
    group, p = state.groups[row : row + 1], packed[0]
    state.groups["active"] = False
    group["active"], group["patron"] = True, 0.0
    group["members"] = state.tallies["typical"][group["market"][0]]
    group["presence"], group["activity"], group["evidence"], group["received"] = -1, 0.0, 0.0, 0.0
    group["presence"][0, :spread], group["activity"][0, :spread] = np.arange(spread), 1.0 / spread
    agencies, alliance = state.agencies, state.alliance
    agencies["gap"], agencies["throughput"], agencies["effort"] = 0.0, 1.0, 0.0
    seen = REACH * p["case_threshold"] * (1.0 - exp(-p["evidence_decay"]))
    agencies["effort"][:, INVESTIGATION] = effort_that_sees(p, group["market"][0], seen)
    agencies["standing"] = agencies["contribution"] = float(sharing)
    alliance["sharing"] = alliance["standards"] = float(sharing)
    alliance["latency"], alliance["coverage"] = 0.0, 0.0
    state.trust[:] = 1.0
    return state, packed, levers


def effort_that_sees(p: Any, market: int, seen: float) -> float:
    """Investigators per head at whom sighting, which saturates, comes to `seen` a month on the whole group."""
    ordinary = p["reference_investigation_share"] * p["attention"][market]
    ordinary += p["reference_finance_share"] * p["finance_trace"][market]
    ordinary = (ordinary + p["reference_digital_share"] * p["digital_trace"][market]) * p["officers_scale"]
    eyes = seen * p["officers_scale"] / p["sighting"]
    part = 1.0 - eyes / ordinary * (1.0 - exp(-p["sight_exposure"]))
    return float(-ordinary / p["sight_exposure"] * log(part) / p["attention"][market])


def blocks() -> dict[str, str]:
    """The page's table, by name."""
    rows = [[str(k), *(_spoken(month) for month in (*_of(k, sharing=False), *_of(k, sharing=True)))] for k in SPREADS]
    heads = ["jurisdictions", "silent: formula", "silent: model", "sharing all: formula", "sharing all: model"]
    return {"months": table(heads, rows)}


def _of(spread: int, sharing: bool) -> tuple[float, float]:
    return predicted(spread, sharing), simulated(spread, sharing)


def _spoken(month: float) -> str:
    return f"{month:.0f}" if np.isfinite(month) else "never"


def chart() -> Chart:
    """Months to a case by the number of jurisdictions a group is spread over."""
    waits = [(k, *_of(k, sharing=False), *_of(k, sharing=True)) for k in SPREADS]
    rows: list[tuple[Cell, ...]] = [tuple(value if np.isfinite(value) else None for value in row) for row in waits]
    return Chart(
        "silent_agencies",
        "Spread over enough silent agencies, a group is never found",
        "Months until a case opens against one group, by the jurisdictions it is spread over",
        "countermarket: intelligence.gather, intelligence.share, enforcement.ripeness",
        "Silent agencies take longer the more there are, and from four on never open a case. Agencies that share "
        "take as long as one. Formula and model agree month for month.",
        ("jurisdictions", "silent, formula", "silent, model", "sharing, formula", "sharing, model"),
        rows,
        lambda width: _draw(np.array(waits, dtype=float), width),
        "Lines are the formula, dots the model. A group that is never found has no mark.",
    )


def _draw(waits: Any, width: float) -> "Figure":
    figure, (axes,) = panels(width, 1, 1, 3.4)
    spreads = waits[:, 0]
    for column, colour, name in ((1, BLUE, "silent agencies"), (3, ORANGE, "agencies that share")):
        known = np.isfinite(waits[:, column])
        axes.plot(spreads[known], waits[known, column], color=colour)
        axes.plot(spreads[known], waits[known, column + 1], "o", color=colour)
        axes.annotate(
            name, (spreads[known][-1], waits[known, column][-1]), (8, 0), textcoords="offset points", va="center"
        )
    axes.set_xlim(0.8, PRESENCES + 1.6)
    axes.set_ylim(0, None)
    axes.set_xticks(list(SPREADS))
    axes.set_xlabel("Jurisdictions the group is spread over")
    axes.set_title("Months until a case opens")
    return figure
