"""Routes held to evidence: sourced facts about what passes where, the fit of access to them, and their report."""
