"""How a run begins: flows, groups and enablers in a world as it is found."""
