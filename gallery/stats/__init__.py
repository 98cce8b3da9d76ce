"""Numbers about works, concepts and prompts."""
