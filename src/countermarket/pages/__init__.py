"""Pages for readers: one HTML file each, nothing fetched."""
