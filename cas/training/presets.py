"""Named training presets: the shipped pair's size, and GPT-2 small.

The paper reads about seven million sequences a model (arXiv 2510.20849, section 3.1) and does not
say how large its GPT-2s are. Sequences are drawn as training goes and never lie on disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from cas.model import ModelSize
from cas.training.batches import SequenceRules
from cas.training.settings import TrainingSettings

PAPER_SEQUENCES = 7_000_000
"""That the paper trains each model on."""
GPT2_SMALL = ModelSize(layers=12, width=768, heads=12, dropout=0.1)
"""124 million weights with GPT-2's own 50,257 tokens; 86 million with 1,300 concepts."""


@dataclass(frozen=True)
class TrainingPreset:
    """How the two models of a pair are trained."""

    coherence: TrainingSettings
    context: TrainingSettings


def _both(coherence: TrainingSettings) -> TrainingPreset:
    rules = replace(coherence.rules, artist_power=0.5)
    return TrainingPreset(coherence, replace(coherence, rules=rules))


_QUICK = TrainingSettings()
_SHIPPED = TrainingSettings(
    size=ModelSize(layers=3, width=256, heads=4, dropout=0.1),
    rules=SequenceRules(artist_power=0.75),
    sequences=PAPER_SEQUENCES,
    learning_rate=2e-3,
    evaluate_every=500,
    patience=16,
)
_GPT2_SMALL = TrainingSettings(
    size=GPT2_SMALL,
    rules=SequenceRules(artist_power=0.75),
    sequences=PAPER_SEQUENCES,
    batch=256,
    groups=8,
    learning_rate=6e-4,
    warmup=0.02,
    weight_decay=0.1,
    evaluate_every=500,
    patience=16,
)

TRAINING_PRESETS: Mapping[str, TrainingPreset] = MappingProxyType(
    {
        # A first pair within the hour on a processor.
        "quick": TrainingPreset(_QUICK, _QUICK),
        # The sizes of the pair `museums`, one pass, as many sequences as the paper's.
        "shipped-size": TrainingPreset(
            _SHIPPED,
            replace(
                _SHIPPED,
                size=ModelSize(layers=3, width=192, heads=4, dropout=0.2),
                rules=SequenceRules(artist_power=0.5),
            ),
        ),
        # GPT-2 small from nothing but the corpus; for a GPU.
        "gpt2-small": _both(_GPT2_SMALL),
        # The same, begun with GPT-2's weights and at a lower rate, so that it keeps what it knows.
        "gpt2": _both(
            replace(_GPT2_SMALL, learning_rate=2e-4, begin_from_gpt2="openai-community/gpt2")
        ),
    }
)
"""Settings of both models, by name."""
