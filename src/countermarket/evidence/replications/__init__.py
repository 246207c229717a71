"""Published models run inside ours as special cases, and the pages that compare them with what was printed.

`python -m countermarket.replications` writes the tables and charts of the pages in `replications/` anew.
"""
