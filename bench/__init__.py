"""Measurements: peers and product side by side. ``python -m bench`` prints tables and writes results/latest.json."""
