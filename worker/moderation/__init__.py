"""Checks of text and picture before a work is shown."""
