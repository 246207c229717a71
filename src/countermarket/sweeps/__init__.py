"""Many points of a design: levers and parameters varied together."""
