"""All randomness: one seed for each artist, cycle and step."""

from __future__ import annotations

import hashlib


def step_seed(artist_seed: int, number: int, step: str) -> int:
    """The seed of a step: the same artist seed, cycle and step give the same, everywhere.

    Below 2³¹, which every random generator that we use takes.
    """
    digest = hashlib.sha256(f"{artist_seed}:{number}:{step}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
