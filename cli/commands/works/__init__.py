"""Commands about finished works and the gallery."""
