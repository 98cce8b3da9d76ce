"""Settings: `artist.toml`, with the environment over it."""
