"""The brief of a study, for a reader who does not run it."""
