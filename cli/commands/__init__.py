"""The subcommands of `artist`, by theme."""
