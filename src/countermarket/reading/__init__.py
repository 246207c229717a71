"""How text becomes values, and faults become sentences."""
