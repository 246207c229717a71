"""What a run leaves behind, and whether its books balance."""
