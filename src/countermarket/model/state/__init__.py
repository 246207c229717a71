"""What is remembered between months."""
