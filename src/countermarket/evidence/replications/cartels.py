"""Cartels as a population: the equation of Prieto-Curiel, Campedelli and Hope (2023), solved as it is printed.

"Reducing cartel recruitment is the only way to lower violence in Mexico", Science 381, 1312-1316; preprint
arXiv 2307.06302. Sizes C_i of cartels i change in a week by

    dC_i/dt = rho C_i - eta C_i / sum_j C_j - theta C_i sum_j S_ij C_j - omega C_i^2

recruitment, incapacitation by the state (a fixed number a week), conflict between rivals, saturation.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Rates(NamedTuple):
    """Rates of the equation, per week, as printed."""

    recruitment: float = 2.527e-3
    """rho: recruits per member."""
    incapacitation: float = 110.0
    """eta: persons arrested, whatever the size of the cartels."""
    conflict: float = 1.549e-8
    """theta: deaths per pair of members of rival cartels."""
    saturation: float = 4e-8
    """omega: members who leave, per pair of members of one cartel."""


CARTELS = 150
MEMBERS_2012 = 115_000.0
DECADE, FIVE_YEARS = 522, 261
"""Weeks from 2012 to 2022, and from 2022 to 2027."""
WEEKLY_LOSSES = 200.0
"""Members killed or arrested a week, mean of the decade: the one published number used to set the rivalry."""

POLICIES = {
    "status quo": (1.0, 1.0),
    "recruitment halved": (0.5, 1.0),
    "arrests doubled": (1.0, 2.0),
    "both": (0.5, 2.0),
}
"""From 2022 on: factor on recruitment, factor on incapacitation."""


class Course(NamedTuple):
    """What happened: members at each week's end, and flows in persons a week. (weeks + 1,) each."""

    members: Floats
    recruits: Floats
    arrests: Floats
    deaths: Floats
    leavers: Floats
    sizes: Floats
    """Members of each cartel at the end. (cartels,)."""


def first_sizes(members: float = MEMBERS_2012, cartels: int = CARTELS) -> Floats:
    """Members of each cartel in 2012, in proportion to 1/rank. (cartels,)."""
    shares = 1.0 / np.arange(1, cartels + 1)
    return np.asarray(members * shares / shares.sum(), dtype=float)


def even_rivalry(cartels: int = CARTELS) -> Floats:
    """Every pair rivals to the same extent. (cartels, cartels)."""
    return np.ones((cartels, cartels)) - np.eye(cartels)


def random_rivalry(density: float, seed: int, cartels: int = CARTELS) -> Floats:
    """Each pair is at war or not, by lot, a share `density` of them. (cartels, cartels)."""
    drawn = np.random.default_rng(seed).random((cartels, cartels)) < density
    upper = np.triu(drawn, 1)
    return np.asarray(upper | upper.T, dtype=float)


def rivalry_of_the_largest(largest: int, cartels: int = CARTELS) -> Floats:
    """Only pairs in which one of the largest cartels is a side are rivals. (cartels, cartels)."""
    rivals = np.zeros((cartels, cartels))
    rivals[:largest, :] = rivals[:, :largest] = 1.0
    np.fill_diagonal(rivals, 0.0)
    return rivals


def solve(rates: Rates, rivals: Floats, start: Floats, weeks: int) -> Course:
    """Integrate the equation week by week (scipy, Runge-Kutta 4/5, relative tolerance 1e-8)."""
    from scipy.integrate import solve_ivp

    rho, eta, theta, omega = rates

    def change(_: float, sizes: Floats) -> Floats:
        conflict = theta * sizes * (rivals * sizes).sum(axis=1)
        net: Floats = rho * sizes - eta * sizes / sizes.sum() - conflict - omega * sizes**2
        return net

    solved = solve_ivp(change, (0, weeks), start, t_eval=np.arange(weeks + 1), rtol=1e-8, atol=1e-6)
    sizes = solved.y
    members = sizes.sum(axis=0)
    met = np.stack([(rivals * week).sum(axis=1) for week in sizes.T], axis=1)
    return Course(
        members,
        rho * members,
        np.full(len(members), eta),
        theta * (sizes * met).sum(axis=0),
        omega * (sizes**2).sum(axis=0),
        sizes[:, -1],
    )


def scaled_to_losses(pattern: Floats, losses: float = WEEKLY_LOSSES) -> Floats:
    """The rivalry of this pattern under which the decade's mean of deaths and arrests is `losses` a week.

    How many pairs are rivals is not among the printed rates we have, so one printed number sets it; all others
    are then comparisons. (cartels, cartels).
    """
    from scipy.optimize import brentq

    def excess(strength: float) -> float:
        course = solve(Rates(), strength * pattern, first_sizes(), DECADE)
        return float((course.deaths + course.arrests).mean()) - losses

    return float(brentq(excess, 1e-3, 3.0, xtol=1e-6)) * pattern


class Result(NamedTuple):
    """The published quantities, by our calculation."""

    members_2022: float
    recruits: float
    """A week, mean of the decade."""
    losses: float
    """Deaths and arrests a week, mean of the decade."""
    growth: dict[str, float]
    """Members in 2027 over 2022, less 1, by policy."""
    casualties: dict[str, float]
    """Deaths a week in 2027 over 2022, less 1, by policy."""
    deaths: dict[str, float]
    """Deaths from 2022 to 2027, by policy."""


def result(rivals: Floats) -> Result:
    """The decade to 2022, then five years under each policy."""
    past = solve(Rates(), rivals, first_sizes(), DECADE)
    growth, casualties, deaths = {}, {}, {}
    for name, (recruitment, incapacitation) in POLICIES.items():
        ours = Rates()
        rates = ours._replace(
            recruitment=ours.recruitment * recruitment, incapacitation=ours.incapacitation * incapacitation
        )
        ahead = solve(rates, rivals, past.sizes, FIVE_YEARS)
        growth[name] = float(ahead.members[-1] / ahead.members[0] - 1.0)
        casualties[name] = float(ahead.deaths[-1] / ahead.deaths[0] - 1.0)
        deaths[name] = float(ahead.deaths[:-1].sum())
    losses = float((past.deaths + past.arrests).mean())
    return Result(float(past.members[-1]), float(past.recruits.mean()), losses, growth, casualties, deaths)
