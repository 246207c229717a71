"""A club of states of every size: members join in the order in which their routes overlap with the founders'."""
