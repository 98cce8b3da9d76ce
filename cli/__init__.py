"""The `artist` command."""
