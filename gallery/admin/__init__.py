"""The admin pages: artists, their tuning, and what waits for a decision.

Everything that it does, the `artist` command does too; both write down who it was.
"""
