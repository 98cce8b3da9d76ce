"""Speed of the gallery with a hundred thousand works."""
