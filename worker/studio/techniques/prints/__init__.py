"""Techniques of printmaking."""
