"""Review a list of words with a chat model: which words can no artwork show?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from cas.errors import CasError

INSTRUCTION = (
    "You help to make the vocabulary of a painter. Of the words given, name those that no artwork"
    " could show or evoke, and those that are names, misspelt or meaningless. Answer with those"
    " words alone, one a line; answer NONE if there are none."
)
"""What the model is asked."""


class ReviewError(CasError):
    """A review that could not be had."""


class LanguageModelReview:
    """Asks a chat model behind any OpenAI-compatible endpoint, `batch` words at a time.

    Args:
        client: an `openai.OpenAI`.
        model: its name there.
        batch: words a question.
    """

    def __init__(self, client: Any, model: str, *, batch: int = 100) -> None:
        self._client = client
        self._model = model
        self._batch = batch

    def __call__(self, words: Sequence[str]) -> Collection[str]:
        """Return the words refused.

        Raises:
            ReviewError: the endpoint failed, or an answer names no word of its question.
        """
        refused: set[str] = set()
        for start in range(0, len(words), self._batch):
            refused |= self._refused(words[start : start + self._batch])
        return refused

    def _refused(self, words: Sequence[str]) -> set[str]:
        from openai import OpenAIError

        messages = [
            {"role": "system", "content": INSTRUCTION},
            {"role": "user", "content": "\n".join(words)},
        ]
        try:
            reply = self._client.chat.completions.create(
                model=self._model, messages=messages, temperature=0.0
            )
            answer = str(reply.choices[0].message.content or "")
        except (OpenAIError, AttributeError, IndexError, TypeError, ValueError) as error:
            raise ReviewError(
                f"{self._model} could not be asked ({type(error).__name__}: {error!s:.200}). Run"
                " again when the endpoint answers, or without the review."
            ) from error
        named = {line.strip(" -*.\t").lower() for line in answer.splitlines() if line.strip()}
        if named == {"none"}:
            return set()
        known = named & set(words)
        if not known:
            raise ReviewError(
                f"{self._model} answered {answer!r:.90}, which names no word that it was given:"
                " name another model, or leave the review out."
            )
        return known
