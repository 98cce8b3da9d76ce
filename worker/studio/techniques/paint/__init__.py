"""Techniques of painting and drawing."""
