"""Doubtful numbers: their values, ranges and sources, and the calibrated draws of them."""
