"""The values of one run in a file of its own, with the checksum by which damage is seen."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

from countermarket.results.folders import replacing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

LONG = hashlib.sha256().digest_size


def save_values(path: Path, values: Values) -> None:
    """The values of one run, whole or not at all; numpy reads the file too, and stops before the checksum."""
    import numpy as np

    held = io.BytesIO()
    np.save(held, values)
    with replacing(path) as partial:
        partial.write_bytes(held.getvalue() + hashlib.sha256(held.getvalue()).digest())


def read_values(path: Path) -> Values:
    """The values of one run. ValueError unless they are as they were written."""
    import numpy as np

    data = path.read_bytes()
    if hashlib.sha256(data[:-LONG]).digest() != data[-LONG:]:
        raise ValueError(f"{path.name} is not as it was written")
    values: Values = np.load(io.BytesIO(data))
    return values


def saved_values(path: Path) -> Values | None:
    """The values of one run if they are there; what is damaged is removed, to be made again."""
    try:
        return read_values(path)
    except FileNotFoundError:
        return None
    except ValueError:
        path.unlink(missing_ok=True)
        return None
