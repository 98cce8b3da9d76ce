"""Signed cookies of visitors."""
