"""Checks of words and picture before a work is shown."""
