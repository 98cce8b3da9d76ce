"""Errors of the sampler; each message says what is wrong, with the value, and what to do."""

from __future__ import annotations

from collections.abc import Sequence


class CasError(ValueError):
    """Base of every error that a user of the sampler can cause."""


class UnknownConceptError(CasError):
    """A concept that the vocabulary does not hold."""

    def __init__(self, concept: str, suggestions: Sequence[str] = ()) -> None:
        self.concept = concept
        self.suggestions = tuple(suggestions)
        hint = (
            f" Did you mean {', '.join(repr(s) for s in self.suggestions)}?"
            if self.suggestions
            else " Print the vocabulary to see the concepts that it holds."
        )
        super().__init__(f"Unknown concept {concept!r}.{hint}")


class VocabularyError(CasError):
    """A vocabulary that cannot be used: empty, doubled, or not the one a model was trained on."""


class CorpusError(CasError):
    """A corpus that cannot be read or trained on."""


class CheckpointError(CasError):
    """A model folder or training checkpoint that is missing, corrupt or of another kind."""


class TrainingError(CasError):
    """A training run that cannot start, resume or go on."""
