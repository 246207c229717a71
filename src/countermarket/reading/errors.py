"""What is wrong with an input: where, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Read = TypeVar("Read")


class InputError(Exception):
    """What is wrong with an input, where, and what to do; `also` holds further errors of the same file.

    What is no file, such as a dict of factors, has no lines: its line is 0 or None and is not told.
    """

    def __init__(
        self, file: str, line: int | None, key: str, message: str, also: tuple[InputError, ...] = ()
    ) -> None:
        super().__init__(file, line, key, message, also)
        self.file, self.line, self.key, self.message, self.also = file, line, key, message, also

    def render(self) -> str:
        """Return one line an error: `file:line: key: message`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        own = ": ".join(part for part in (place, self.key, self.message) if part)
        return "\n".join([own, *(error.render() for error in self.also)])

    def __str__(self) -> str:
        return self.render()


def together(errors: Sequence[InputError]) -> InputError:
    """Join the errors of one file into one, in the order of their lines."""
    first, *rest = sorted(errors, key=lambda error: error.line or 0)
    return InputError(first.file, first.line, first.key, first.message, (*first.also, *rest))


def each_read(items: Iterable[Item], read: Callable[[Item], Read]) -> list[Read]:
    """Read each item; one InputError with all that is wrong, rather than the first of it."""
    values: list[Read] = []
    errors: list[InputError] = []
    for item in items:
        try:
            values.append(read(item))
        except InputError as error:
            errors.append(error)
    if errors:
        raise together(errors)
    return values
