"""Access to legs, fitted to facts about routes: once before anything else, then again inside each draw kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from countermarket.evidence.calibration.library import Draw, Library, run_batch
from countermarket.parameters.load import Parameters, with_access, with_access_of
from countermarket.results.folders import refused, replace_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.world.structure import World

    Floats = NDArray[np.float64]

Progress = Callable[[int, int, str], None]
DIGITS = 4
SOURCE = "assumption: fitted to sourced facts about routes (evidence/routes/facts.csv)"


def with_fitted_access(library: Library, progress: Progress | None) -> Library:
    """A library whose runs pay for access what facts about routes ask for at central values."""
    runner = library.runner
    free = with_access_of(runner.parameters, {})
    usd = _fits(library, free, "access", [()], progress)[0]
    return library._replace(runner=runner._replace(parameters=with_access(free, runner.world, usd)))


def within_draws(library: Library, draws: Sequence[Draw], progress: Progress | None) -> Floats:
    """Access fitted anew inside each draw, from the central fit on. USD per unit, (draws, L)."""
    return _fits(library, library.runner.parameters, "access-of-draws", draws, progress)


def _fits(
    library: Library, parameters: Parameters, name: str, draws: Sequence[Draw], progress: Progress | None
) -> Floats:
    """Fits as runs of a library. InputError if one of them failed, since a draw without access is another world."""
    import numpy as np

    from countermarket.evidence.routes.measure import MONTHS, refitted

    runner = library.runner._replace(simulate=refitted, parameters=parameters)
    fits = library._replace(runner=runner, months=MONTHS, outputs=len(library.runner.world.legs))
    usd = run_batch(fits, name, draws, 0, progress)
    if not np.isfinite(usd).all():
        raise refused(library.folder, "a fit of access to routes failed; is the world without one of the facts' legs?")
    return usd


def table_of(world: World, central: Floats, of_draws: Floats) -> str:
    """The table of access that the package ships: central values, and the middle 80% of draws, by leg, as CSV."""
    import numpy as np

    low, high = np.quantile(of_draws, (0.1, 0.9), axis=0)
    rows = ["leg,value,unit,low,high,source"]
    for leg in np.flatnonzero(used(central, of_draws)):
        unit = f"USD per {world.unit_names[world.legs['layer'][leg]]}"
        value, least, most = (f"{number:.{DIGITS}g}" for number in (central[leg], low[leg], high[leg]))
        rows.append(f"{world.leg_names[leg]},{value},{unit},{least},{most},{SOURCE}")
    return "\n".join(rows) + "\n"


def used(central: Floats, of_draws: Floats) -> NDArray[np.bool_]:
    """Legs to which access costs anything in any fit. (L,)"""
    is_used: NDArray[np.bool_] = (central > 0.0) | (of_draws > 0.0).any(axis=0)
    return is_used


def columns_of(world: World, central: Floats, of_draws: Floats) -> tuple[list[str], Floats]:
    """Names and values of what an ensemble carries of access: `access.LEG`, (draws, legs in use)."""
    import numpy as np

    legs = np.flatnonzero(used(central, of_draws))
    return [f"access.{world.leg_names[leg]}" for leg in legs], of_draws[:, legs]


def write_table(folder: Path, world: World, central: Floats, of_draws: Floats) -> None:
    """Write access.csv into a calibration's folder."""
    replace_text(folder / "access.csv", table_of(world, central, of_draws))
