"""The admins' desk: how the artists are, what they are tuned to, what waits for a person.

Everything that it does, the `artist` command does too; both write down who it was.
"""
