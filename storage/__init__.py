"""Storage: archive, catalogue and memory."""
