"""The model beside what is known: calibration, natural experiments, published models."""
