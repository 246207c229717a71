"""What a policy costs and saves, in money of one year: the economic case in the manner of the Green Book."""
