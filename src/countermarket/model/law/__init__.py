"""What agencies and their alliance decide, and what their actions do."""
