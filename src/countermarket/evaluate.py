"""`from countermarket.evaluate import evaluate`, the address that the documents give. The code stands in `sweeps/`."""

from countermarket.sweeps.point import evaluate

__all__ = ["evaluate"]
