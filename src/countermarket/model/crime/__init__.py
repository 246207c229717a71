"""What criminals decide: groups, their choices, those who serve them, violence."""
