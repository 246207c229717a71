"""The same rules written the ordinary way with Mesa: one Python object for each group, enabler and agency.

What it is for: the speed of the package's kernels is measured against it, and its outputs check theirs. It takes its
world, its parameters and its first month from the package; everything that happens afterwards is its own. Rules that
do nothing under the baseline policy (shocks, chokepoints, stings, audits, suspension, members that leave, a blackout
zone, the migration regime, pooled research and computing, designated enablers) are left out, which makes it faster
than a whole twin.
"""
