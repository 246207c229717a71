"""Studies: what will be run, on which processes, and what is saved of it."""
