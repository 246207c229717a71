"""What is kept in hand at a node."""

from typing import Any

from countermarket.engine.compiled import kernel
from countermarket.model.state.trade import Node


@kernel
def stock_wanted(p: Any, node: Node) -> float:
    """Units the sector at a node wants to hold: so many months of what passes it. Makers hold inputs for longer."""
    return (p.input_cover if node.feeds else p.stock_cover) * node.flow


@kernel
def rebuilding(p: Any, node: Node) -> float:
    """Units a month that are wanted to bring a stock to what the sector wants to hold; negative to run it down."""
    return (stock_wanted(p, node) - node.stock) / p.stock_adjustment_months
