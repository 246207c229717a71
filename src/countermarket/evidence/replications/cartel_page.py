"""The tables and the chart of the page on cartels."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from countermarket.charts.chart import Cell, Chart
from countermarket.charts.style import BLUE, GREY, ORANGE, few_ticks, heading, key, panels
from countermarket.evidence.replications import cartels, territories, whole_model
from countermarket.evidence.replications.blocks import rise, table, thousands, whole
from countermarket.evidence.replications.cartels import DECADE, FIVE_YEARS, POLICIES, Floats, Rates

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PUBLISHED = {
    "members 2022": "160,000 to 185,000",
    "recruits a week": "350 to 370",
    "losses a week": "about 200",
}
PUBLISHED_POLICIES = {
    "status quo": ("+26%", "+40%"),
    "recruitment halved": ("-11%", "(-25%)"),
    "arrests doubled": ("up (+6%)", "up (+8%)"),
    "both": ("not given", "not given"),
}
"""Members and casualties in 2027 against 2022. In brackets: quoted second-hand, not checked against the paper."""

PATTERNS = {
    "every pair, evenly": cartels.even_rivalry(),
    "30% of pairs by lot, seed 0": cartels.random_rivalry(0.3, 0),
    "30% of pairs by lot, seed 1": cartels.random_rivalry(0.3, 1),
    "wars of the ten largest": cartels.rivalry_of_the_largest(10),
    "wars of the five largest": cartels.rivalry_of_the_largest(5),
}

OURS = {
    "all three laws theirs": frozenset(territories.LAWS),
    "arrests by our law": frozenset({"conflict", "saturation"}),
    "conflict by our law": frozenset({"incapacitation", "saturation"}),
    "leaving by our law": frozenset({"incapacitation", "conflict"}),
    "all three laws ours": frozenset(),
}


class Made(NamedTuple):
    """What the page is made of."""

    equations: dict[str, cartels.Result]
    inside: dict[str, territories.Result]


def made() -> Made:
    """Solve the equation under each pattern of rivalry, and run it inside ours under the first."""
    scaled = {name: cartels.scaled_to_losses(pattern) for name, pattern in PATTERNS.items()}
    even = next(iter(scaled.values()))
    return Made(
        {name: cartels.result(rivals) for name, rivals in scaled.items()},
        {name: territories.result(even, theirs) for name, theirs in OURS.items()},
    )


def blocks(solved: Made) -> dict[str, str]:
    """The page's tables of the equation and of the special case, by name."""
    return {"equation": _equation(solved), "inside": _inside(solved), "policies": _policies(solved)}


def _equation(solved: Made) -> str:
    heads = ["", "printed", *solved.equations]
    answers = list(solved.equations.values())
    rows: list[list[str]] = [
        ["members in 2022", PUBLISHED["members 2022"], *(thousands(a.members_2022) for a in answers)],
        ["recruits a week, mean of the decade", PUBLISHED["recruits a week"], *(whole(a.recruits) for a in answers)],
        ["killed or arrested a week, mean of the decade (set)", PUBLISHED["losses a week"],
         *(whole(a.losses) for a in answers)],
    ]  # fmt: skip
    for policy in POLICIES:
        printed = PUBLISHED_POLICIES[policy]
        rows.append([f"members to 2027, {policy}", printed[0], *(rise(a.growth[policy]) for a in answers)])
        rows.append([f"casualties to 2027, {policy}", printed[1], *(rise(a.casualties[policy]) for a in answers)])
    return table(heads, rows)


def _inside(solved: Made) -> str:
    first = next(iter(solved.equations.values()))
    rows = [
        ["printed", PUBLISHED["members 2022"], PUBLISHED["recruits a week"], PUBLISHED["losses a week"]],
        ["their equation, solved", thousands(first.members_2022), whole(first.recruits), whole(first.losses)],
    ]
    for name, answer in solved.inside.items():
        past = answer.past
        losses = (past.arrests + past.deaths).mean()
        rows.append([f"our month, {name}", thousands(answer.members_2022), whole(past.recruits.mean()), whole(losses)])
    return table(["", "members in 2022", "recruits a week", "killed or arrested a week"], rows)


def _policies(solved: Made) -> str:
    first = next(iter(solved.equations.values()))
    heads = ["members / casualties, 2022 to 2027", *POLICIES]
    rows = [
        ["printed", *(" / ".join(PUBLISHED_POLICIES[policy]) for policy in POLICIES)],
        ["their equation, solved", *(f"{rise(first.growth[p])} / {rise(first.casualties[p])}" for p in POLICIES)],
    ]
    for name, answer in solved.inside.items():
        cells = (f"{rise(answer.growth(p))} / {rise(answer.casualties(p))}" for p in POLICIES)
        rows.append([f"our month, {name}", *cells])
    return table(heads, rows)


def whole_model_block(effects: dict[str, whole_model.Effect]) -> str:
    """What the same policies do in the whole model: means over replicates, and their range."""
    rows = []
    for policy, effect in effects.items():
        columns = (effect.members, effect.deaths, *effect[2:])
        rows.append([policy, *(f"{rise(c.mean())} ({rise(c.min())} to {rise(c.max())})" for c in columns)])
    heads = [
        "policy", "members, year 5 on year 1", "deaths, year 5 on year 1", "members on status quo",
        "deaths on status quo", "arrests on status quo", "kilograms delivered on status quo",
        "recruits on status quo",
    ]  # fmt: skip
    return table(heads, rows)


# The chart.

SHOWN = ("status quo", "recruitment halved", "arrests doubled")
TITLES = ("Status quo", "Recruitment halved in 2022", "Arrests doubled in 2022")


def chart(solved: Made) -> Chart:
    """Members from 2012 to 2027 by their equation and by ours, one panel per policy."""
    theirs = {policy: _equation_members(policy) for policy in SHOWN}
    ours = {policy: _our_members(solved.inside["arrests by our law"], policy) for policy in SHOWN}
    same = {policy: _our_members(solved.inside["all three laws theirs"], policy) for policy in SHOWN}
    rows: list[tuple[Cell, ...]] = [
        (policy, name, float(year), float(value))
        for policy in SHOWN
        for name, (years, values) in (
            ("their equation", theirs[policy]),
            ("our month with their laws", same[policy]),
            ("our month with our law of arrest", ours[policy]),
        )
        for year, value in list(zip(years, values, strict=True))[::6]
    ]
    return Chart(
        "cartels",
        "How arrests scale decides whether doubling them shrinks cartels",
        "Members of cartels, thousands, Mexico, 2012 to 2027",
        "Prieto-Curiel, Campedelli and Hope (2023), Science 381: equation and rates as printed; countermarket",
        "Three panels of members over time. Their equation and our month with their laws lie on one another: "
        "growth to about 184 thousand in 2022, then on, down when recruitment is halved, and slightly up when "
        "arrests are doubled. With arrests in proportion to members the last panel falls instead.",
        ("policy", "model", "year", "members"),
        rows,
        lambda width: _draw(theirs, same, ours, width),
        "Grey: the published range for 2022. Our month with their laws is drawn as dots on their line.",
    )


def _equation_members(policy: str) -> tuple[Floats, Floats]:
    rivals = cartels.scaled_to_losses(PATTERNS["every pair, evenly"])
    past = cartels.solve(Rates(), rivals, cartels.first_sizes(), DECADE)
    recruitment, incapacitation = POLICIES[policy]
    rates = Rates()
    rates = rates._replace(
        recruitment=rates.recruitment * recruitment, incapacitation=rates.incapacitation * incapacitation
    )
    ahead = cartels.solve(rates, rivals, past.sizes, FIVE_YEARS)
    members = np.concatenate([past.members, ahead.members[1:]])
    return np.linspace(2012.0, 2012.0 + (len(members) - 1) * 7.0 / 365.25, len(members)), members


def _our_members(answer: territories.Result, policy: str) -> tuple[Floats, Floats]:
    members = np.concatenate([answer.past.members, answer.ahead[policy].members])
    return np.linspace(2012.0, 2012.0 + (len(members) - 1) / 12.0, len(members)), members


Lines = dict[str, tuple[Floats, Floats]]


def _draw(theirs: Lines, same: Lines, ours: Lines, width: float) -> "Figure":
    narrow = width < 6.0
    figure, shown = panels(width, len(SHOWN), 1 if narrow else len(SHOWN), 3.1, share_x=True, share_y=True)
    for axes, policy, title in zip(shown, SHOWN, TITLES, strict=True):
        axes.fill_between([2021.5, 2022.5], 160, 185, color=GREY, alpha=0.8, linewidth=0)
        axes.plot(*_in_thousands(theirs[policy]), color=BLUE)
        years, members = _in_thousands(same[policy])
        axes.plot(years[6::12], members[6::12], "o", color=BLUE, markersize=4.5)
        axes.plot(*_in_thousands(ours[policy]), color=ORANGE)
        heading(axes, title, 26)
        axes.set_xlim(2012, 2027.4)
        axes.set_ylim(100, 250)
        few_ticks(axes, x=4, y=4, whole=True)
    key(
        figure,
        [("Their equation, and ours with their laws (dots)", BLUE), ("Ours: arrests per head", ORANGE)],
    )
    return figure


def _in_thousands(line: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    return line[0], line[1] / 1000.0
