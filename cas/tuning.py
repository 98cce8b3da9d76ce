"""The sampler's parameters, and named presets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cas.errors import CasError
from cas.validation import check_number


@dataclass(frozen=True, slots=True)
class SamplerTuning:
    """The sampler's settings. The paper's are N = 256, t = 2.5, β = 0.85 and no more.

    Args:
        candidates: N, how many distinct concepts are drawn and ranked.
        temperature: t, of the draw: low follows the coherence model, high is nearly even.
        beta: β in [0, 1]: 0 picks the most coherent candidate, 1 the one that the context model
            expects least.
        permutations: K, random orders of the pool that the scores are averaged over.
        calibration: in [0, 1]: the share of a concept's own base rate (its score under the same
            model with nothing in the pool) that is taken off before candidates are ranked. 0 is the
            published formula; 1 ranks by how much the pool changes a concept's odds.
        floor: in (0, 1]: candidates come only from this most coherent share of the vocabulary.
            1 is the published formula.

    Raises:
        CasError: a value out of range.
    """

    candidates: int = 256
    temperature: float = 2.5
    beta: float = 0.85
    permutations: int = 4
    calibration: float = 0.0
    floor: float = 1.0

    def __post_init__(self) -> None:
        for name in ("candidates", "permutations"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise CasError(f"{name} must be a whole number of at least 1, not {value!r}.")
        check_number("temperature", self.temperature, "above 0", low=0, above=True)
        meaning = "from 0 (most coherent) to 1 (least expected)"
        check_number("beta", self.beta, meaning, low=0, high=1)
        check_number("calibration", self.calibration, "from 0 (off) to 1", low=0, high=1)
        check_number("floor", self.floor, "above 0, up to 1 (off)", low=0, high=1, above=True)


@dataclass(frozen=True, slots=True)
class Reading(SamplerTuning):
    """What the paper may have meant where it does not say; each is off by default.

    Args:
        top_k: only the so many likeliest concepts are proposed (Hugging Face's `generate` has 50
            unless told otherwise); None for all.
        replacement: N draws with replacement, so that fewer distinct candidates are ranked.
        whole_sequence: a candidate is ranked by the mean NLL of the pool and itself as one
            sequence, in orders of its own, in place of its NLL as the next concept.
        z_scores: S adds standardised NLLs in place of ranks, which keeps how far apart they are.

    Raises:
        CasError: a value out of range.
    """

    top_k: int | None = None
    replacement: bool = False
    whole_sequence: bool = False
    z_scores: bool = False

    def __post_init__(self) -> None:
        SamplerTuning.__post_init__(self)
        if self.top_k is not None and self.top_k < 1:
            raise CasError(f"top_k must be at least 1, or None, not {self.top_k}.")


PRESETS: Mapping[str, SamplerTuning] = MappingProxyType(
    {
        # arXiv 2510.20849, section 4: the published formula.
        "paper": SamplerTuning(candidates=256, temperature=2.5, beta=0.85),
        # docs/sampler-collapse.md describes how it was chosen.
        "default": SamplerTuning(
            candidates=24, temperature=2.5, beta=0.85, calibration=0.25, floor=0.28
        ),
    }
)
"""Tunings by name: `paper` as published, `default` as chosen here."""
