"""2013 to 2022: detected crime as sourced drivers alone make it, beside four published numbers."""
