"""How fast the gallery answers when a hundred thousand works hang in it."""
