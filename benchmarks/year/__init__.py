"""A simulated year of one artist, with faults of all kinds."""
