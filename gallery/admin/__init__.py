"""The admin pages: artists, their tuning, and works and publications that need a decision.

The `artist` command can do the same; both record who made a change.
"""
