"""What is on disk: folders, manifests, rows, where they came from."""
