"""Measurements of the served form, as real processes on this machine."""
