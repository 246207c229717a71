"""Choice as data: scenarios, their baseline, and what every lever is worth in a month."""
