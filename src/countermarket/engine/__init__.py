"""What a run computes with, whatever it computes: the same bits on every machine."""
