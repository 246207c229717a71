"""Files that come with the package: the one place that says where they are."""

from importlib import resources
from pathlib import Path


def packaged(*names: str) -> Path:
    """The path of a file or folder of the package; of the package itself without a name."""
    return Path(str(resources.files("countermarket").joinpath(*names)))


def beside_source(name: str) -> Path:
    """A folder of the project: in the wheel it is part of the package, run from source it stands beside `src`."""
    inside = packaged(name)
    return inside if inside.is_dir() else packaged().parents[1] / name
