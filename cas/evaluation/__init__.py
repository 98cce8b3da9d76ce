"""How good a pair is on works and artists that it was not trained on."""
