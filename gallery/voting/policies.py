"""Name the picking policy of a tuning, for rankings across artists."""

from __future__ import annotations

from dataclasses import asdict

from cas.tuning import PRESETS
from storage.archive.manifest import Tuning

_SHORT = {"beta": "β", "candidates": "N", "permutations": "K"}


def policy(tuning: Tuning) -> str:
    """The preset with the fewest differences from a tuning, and those: `default, β 1`."""
    found = {
        name: {key: value for key, value in asdict(preset).items() if getattr(tuning, key) != value}
        for name, preset in PRESETS.items()
    }
    name = min(found, key=lambda each: (len(found[each]), each))
    departures = (f"{_SHORT.get(key, key)} {getattr(tuning, key):g}" for key in found[name])
    answers = () if tuning.feedback == "off" else (f"feedback {tuning.feedback}",)
    return ", ".join((name, *departures, *answers))
