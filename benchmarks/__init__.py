"""Measurements of what the project promises, printed as ratios of one run: ``make bench``."""
