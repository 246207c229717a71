"""What a lever is: a quantity that an institution holds, read by one mechanism."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from countermarket.declared.quantity import Quantity

Kind = Literal["number", "word", "names", "map"]
Table = Literal["agencies", "alliance", "legs"]


@dataclass(frozen=True, kw_only=True)
class Lever(Quantity):
    """A lever; the bounds of a word or a list of names say how many may be written."""

    kind: Kind = "number"
    words: tuple[str, ...] = ()
    by_end: bool = False
    """Whether it has a value for each end of a leg, since who holds an end decides and pays there."""
    shared_column: str = ""
    """Column in which its value arrives, where that is not its own name."""
    read_by: str
    mechanisms: tuple[str, ...] = ()
    """Names of declared/mechanisms.py through which it works, and by whose tests it is believed."""
    public_cost: str
    private_cost: str = ""

    @property
    def institution(self) -> str:
        """Who holds the lever: `agencies` or `alliance`."""
        return self.name.partition(".")[0]

    @property
    def column(self) -> str:
        """The column of the lever tables in which its value arrives."""
        return self.shared_column or self.name.partition(".")[2]

    @property
    def table(self) -> Table:
        """The table of that column: a row for each jurisdiction, one for the alliance, or a number for each leg."""
        if "leg" in self.by:
            return "legs"
        return "agencies" if "jurisdiction" in self.by or self.kind == "names" else "alliance"

    def allowed(self) -> str:
        """Say in words what may be written."""
        if self.kind == "word":
            return "one of " + ", ".join(self.words)
        if self.kind == "names":
            return "a list of jurisdictions and groups such as [five_eyes, JPN]"
        number = super().allowed()
        if self.kind == "map":
            return f"a map from {' or '.join(self.by)} to {number}"
        return f"{number}, or a map by {' and '.join(self.by)}" if self.by else number
