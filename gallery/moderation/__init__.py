"""Decisions on the visibility of works, and repeated automatic checks."""
