"""How a number is declared: its name, unit, bounds and meaning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quantity:
    """A number as it is declared once, before it has a value; `by` names what the value may vary over."""

    name: str
    unit: str
    low: float
    high: float
    meaning: str
    by: tuple[str, ...] = ()

    def admits(self, value: float) -> bool:
        """Say whether a value lies within the bounds (NaN never does)."""
        return self.low <= value <= self.high

    def allowed(self) -> str:
        """Say in words what may be written."""
        return f"a number from {self.low:g} to {self.high:g} ({self.unit})"
