"""Settings: `artist.toml`, which the environment overrides."""
