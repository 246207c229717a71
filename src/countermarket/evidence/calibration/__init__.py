"""Calibration: uncertain parameters fitted to published magnitudes, and the ensemble of draws that comes of it.

targets.csv says what is fitted; outputs.py what a run gives to compare with it; space.py what may vary;
library.py keeps runs on disk; emulator.py, sampler.py and recovery.py do the statistics; fit.py walks through
all of it and report.py writes down what came out. Never imported by the model.
"""
