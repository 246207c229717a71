"""The baseline held to what an expert checks at a glance: routes and levels beside evidence, on one page."""
