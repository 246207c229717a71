"""What a number is: name, unit, bounds, meaning. How much it is, and who says so, stands in data files."""
