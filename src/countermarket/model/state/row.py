"""How a table is declared: a class names the columns of its rows, with their types and what they run along.

Mechanisms are annotated with the class, so that mypy finds a misspelt column; numba reads the same names from the
table itself and ignores annotations.
"""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeAlias, TypeVar, get_args, get_type_hints, overload

import numpy as np
import numpy.typing as npt

from countermarket.declared.slots import MARKET_SLOTS
from countermarket.declared.vocabulary import PARTNERS, SERVICES
from countermarket.model.state.codes import EFFORTS, LEG_SLOTS, N_COMPONENTS, OVERHEADS, PRESENCES

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int32]

Number = Annotated[float, "f8"]
Flag = Annotated[bool, "?"]
Code = Annotated[int, "i4"]
"""A row of another table, a code, or a count."""
Count = Annotated[int, "i8"]
Identity = Annotated[np.uint64, "u8"]
ByMarket = Annotated[Floats, "f8", "market"]
ByService = Annotated[Floats, "f8", "service"]
ByPartner = Annotated[Floats, "f8", "partner"]
ByEffort = Annotated[Floats, "f8", "effort"]
ByComponent = Annotated[Floats, "f8", "component"]
ByOverhead = Annotated[Floats, "f8", "overhead"]
ByStage = Annotated[Floats, "f8", "stage"]
ByLeg = Annotated[Floats, "f8", "leg"]
ByPresence = Annotated[Floats, "f8", "presence"]
LegCodes = Annotated[Integers, "i4", "leg"]
ServiceCodes = Annotated[Integers, "i4", "service"]
PresenceCodes = Annotated[Integers, "i4", "presence"]

ALONG = {
    "service": len(SERVICES), "partner": len(PARTNERS), "effort": len(EFFORTS), "component": N_COMPONENTS + 1,
    "overhead": OVERHEADS, "stage": 3, "leg": LEG_SLOTS, "presence": PRESENCES,
}  # fmt: skip
"""How many numbers stand side by side in a column; by market, as many as the world of the table needs."""


class Row:
    """A row of a table: its class declares the columns, in the order in which they lie."""

    if TYPE_CHECKING:

        def __getitem__(self, column: str, /) -> Any: ...


T_co = TypeVar("T_co", bound=Row, covariant=True)


class Rows(Protocol[T_co]):
    """A table as mypy sees it: a row by its number, and whatever else an array can do."""

    @property
    def size(self) -> int:
        """How many rows."""

    @overload
    def __getitem__(self, number: int, /) -> T_co: ...
    @overload
    def __getitem__(self, chosen: Any, /) -> Any: ...
    def __setitem__(self, chosen: Any, value: Any, /) -> None: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __getattr__(self, name: str, /) -> Any: ...


@cache
def columns(row: type[Row], markets: int = MARKET_SLOTS) -> Any:
    """The columns of a table whose rows a class declares, with room for so many markets."""
    along = {**ALONG, "market": markets}
    declared = get_type_hints(row, include_extras=True).items()
    return np.dtype([(name, *_type(get_args(kind)[1:], along)) for name, kind in declared], align=True)


def _type(kind: tuple[str, ...], along: dict[str, int]) -> tuple[Any, ...]:
    """The type of a column: of one number, or of several side by side."""
    return (kind[0], tuple(along[axis] for axis in kind[1:])) if len(kind) > 1 else kind


def table(row: type[T_co], length: int, markets: int = MARKET_SLOTS) -> Rows[T_co]:
    """An empty table of so many rows."""
    declared: Any = row
    rows: Any = np.zeros(length, columns(declared, markets))
    return rows
