"""What communities do."""
