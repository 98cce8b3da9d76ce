"""What the paper reports of each policy (arXiv 2510.20849)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

RECONSTRUCTED = (
    "The paper's metric formulas are not public: these are reconstructions, and its figures stand"
    " here for orientation only."
)
"""What every table says of its metrics."""


@dataclass(frozen=True)
class PaperFigures:
    """What the paper reports of a policy; NaN where it does not."""

    radius: float = nan
    return_rate: float = nan
    saturation: float = nan
    repetition: float = nan


PAPER: Mapping[str, PaperFigures] = {
    "Random": PaperFigures(1.25, 0.48, 130),
    "CAS paper": PaperFigures(1.33, 0.45, 100, 0.233),
    "restricted LLM": PaperFigures(1.28, 0.72, 40, 0.59),
    "free LLM": PaperFigures(nan, 0.95, 25, 0.743),
    "human": PaperFigures(repetition=0.217),
}
"""The paper's figures, by our policies' names."""
