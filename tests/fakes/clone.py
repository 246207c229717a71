"""Where the clone is that the tests stand in."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
