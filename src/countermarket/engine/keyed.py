"""A value that can be the key of a cache though its content cannot be hashed."""

from typing import Generic, TypeVar

Value = TypeVar("Value")


class Keyed(Generic[Value]):
    """A value that equals another when their keys do; the key must say all that matters of it."""

    def __init__(self, key: object, value: Value) -> None:
        self.key, self.value = key, value

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Keyed) and self.key == other.key
