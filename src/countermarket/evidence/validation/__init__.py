"""Natural experiments beside the model: what was found when somebody did this, and what the model says."""
