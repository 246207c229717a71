"""Ablations: what each change to the model's structure did, taken away alone, left alone, and all together."""
