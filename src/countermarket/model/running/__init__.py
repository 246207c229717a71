"""How a run goes: what is in force each month, and the months one after another."""
