"""The values of one run in a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from countermarket.results.folders import replacing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values = NDArray[np.float64]


def save_values(path: Path, values: Values) -> None:
    """The values of one run, whole or not at all."""
    import numpy as np

    with replacing(path) as partial:
        np.save(partial, values)


def read_values(path: Path) -> Values:
    """The values of one run."""
    import numpy as np

    values: Values = np.load(path)
    return values
