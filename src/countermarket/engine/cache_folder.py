"""Where compiled code is kept between processes."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_FOLDER_OF_PARENT = "COUNTERMARKET_CACHE"
"""Environment variable that tells the processes of a run where its kernels are."""


def _cache_folder() -> Path:
    """The folder for compiled kernels. Where nothing can be kept, a temporary one serves this process and those it
    starts, and goes with it.
    """
    kept = os.environ.get(_FOLDER_OF_PARENT) or os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = Path(kept) / "countermarket" / "kernels"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        passing = tempfile.mkdtemp(prefix="countermarket-")
        atexit.register(shutil.rmtree, passing, ignore_errors=True)
        os.environ[_FOLDER_OF_PARENT] = passing
        return _cache_folder()


CACHE = _cache_folder()
