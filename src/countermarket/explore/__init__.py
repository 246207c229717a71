"""A page to explore: an emulator fitted on a saved sweep, inside one HTML file."""
