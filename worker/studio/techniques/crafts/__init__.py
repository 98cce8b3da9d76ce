"""Techniques of the crafts: glass, gold, paper, wool, clay."""
