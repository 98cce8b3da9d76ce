"""The vocabulary: an ordered list of concepts; concept *i* is token *i*."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import overload

from cas.atomic_files import appearing
from cas.errors import UnknownConceptError, VocabularyError
from cas.text_files import read_lines

_UNWRITABLE = re.compile("[\0\n\r\ud800-\udfff]")
"""What a line of text cannot hold."""


class Vocabulary(Sequence[str]):
    """An immutable sequence of distinct concepts with their token numbers.

    Args:
        concepts: at least two distinct, non-empty words or short phrases.

    Raises:
        VocabularyError: fewer than two concepts, an empty one, or one that occurs twice.
    """

    def __init__(self, concepts: Iterable[str]) -> None:
        self._concepts = tuple(concepts)
        self._tokens = {concept: token for token, concept in enumerate(self._concepts)}
        if len(self._concepts) < 2:
            raise VocabularyError(
                f"A vocabulary needs at least two concepts, but this one has {len(self._concepts)}."
                " Is the corpus too small, or the threshold of works too high?"
            )
        for token, concept in enumerate(self._concepts):
            if not concept.strip() or _UNWRITABLE.search(concept):
                raise VocabularyError(f"Concept {token} is {concept!r}: write words on one line.")
            if self._tokens[concept] != token:
                raise VocabularyError(
                    f"Concept {concept!r} occurs twice in the vocabulary (tokens {token} and"
                    f" {self._tokens[concept]}): keep one."
                )

    @overload
    def __getitem__(self, token: int) -> str: ...
    @overload
    def __getitem__(self, token: slice) -> tuple[str, ...]: ...
    def __getitem__(self, token: int | slice) -> str | tuple[str, ...]:
        return self._concepts[token]

    def __len__(self) -> int:
        return len(self._concepts)

    def __contains__(self, concept: object) -> bool:
        return concept in self._tokens

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self._concepts == other._concepts

    def __hash__(self) -> int:
        return hash(self._concepts)

    def __repr__(self) -> str:
        return f"Vocabulary({len(self)} concepts, {', '.join(self._concepts[:3])}, …)"

    def index(self, concept: str, start: int = 0, stop: int | None = None) -> int:
        """Return the token of `concept`.

        Raises:
            UnknownConceptError: with the nearest spellings that the vocabulary holds.
        """
        token = self._tokens.get(concept)
        if token is None or token < start or (stop is not None and token >= stop):
            raise UnknownConceptError(concept, self.suggest(concept))
        return token

    def indices(self, concepts: Iterable[str]) -> list[int]:
        """Return the tokens of `concepts`, duplicates left out, in the order given."""
        if isinstance(concepts, str):
            raise VocabularyError(
                f"Concepts come as a list of strings, but one string was given: {concepts!r}."
                f" Write {concepts.split(',')!r}."
            )
        return list(dict.fromkeys(self.index(concept) for concept in concepts))

    def suggest(self, concept: str, *, limit: int = 3) -> list[str]:
        """Return up to `limit` concepts spelt most like `concept`, the nearest first."""
        return difflib.get_close_matches(
            concept.strip().lower(), self._concepts, n=limit, cutoff=0.6
        )

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hex, of the concepts in their order."""
        return hashlib.sha256("\n".join(self._concepts).encode()).hexdigest()

    def save(self, path: Path | str) -> None:
        """Write one concept a line, in token order."""
        with appearing(Path(path)) as part:
            part.write_text("\n".join(self._concepts) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path | str) -> Vocabulary:
        """Read a file written by `save`.

        Raises:
            VocabularyError: the file is missing, is not text or holds no vocabulary.
        """
        concepts = [line.rstrip("\n") for line in read_lines(path, error=VocabularyError)]
        try:
            return cls(concepts)
        except VocabularyError as error:
            raise VocabularyError(f"{path}: {error}") from error
