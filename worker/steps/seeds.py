"""Random seeds: one for each artist, cycle and step."""

from __future__ import annotations

import hashlib


def step_seed(artist_seed: int, number: int, step: str) -> int:
    """Return the seed of a step, the same on every machine; below 2³¹ for all generators."""
    digest = hashlib.sha256(f"{artist_seed}:{number}:{step}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
