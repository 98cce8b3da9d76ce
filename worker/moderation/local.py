"""Moderation of text and image by local classifiers, without network access."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from worker.cpu_threads import share, torch_threads
from worker.errors import Misconfigured
from worker.moderation.openai import Moderator
from worker.painters.picture import load_picture

Task = Literal["image-classification", "text-classification"]


@dataclass(frozen=True)
class LocalModerator(Moderator):
    """Classifies pictures, texts, or both with models of Hugging Face transformers.

    A work is marked with each label in `marked` whose probability is at least `threshold`. A long
    text is truncated to its model's limit. The models are loaded at the first work; works are
    checked one at a time.
    """

    image_model: Path | None
    text_model: Path | None
    marked: frozenset[str]
    threshold: float
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @property
    def model(self) -> str:  # type: ignore[override]
        """The folders' names."""
        return ", ".join(path.name for path in (self.image_model, self.text_model) if path)

    def marks(self, words: str, image: bytes) -> Collection[str]:
        """Return the labels that hold a work back.

        Raises:
            Misconfigured: a folder has no such model, or the model has none of the labels.
            BadPicture: the picture can't be read.
        """
        with self._lock, torch_threads(share()):
            found: set[str] = set()
            if self.image_model is not None:
                found |= self._above(self._looks([load_picture(image)]))
            if self.text_model is not None:
                found |= self._above(self._reads([words], truncation=True))
            return found

    def _above(self, answers: Sequence[Sequence[dict[str, Any]]]) -> set[str]:
        return {
            label
            for answer in answers[0]
            if (label := answer["label"].casefold()) in self.marked
            and answer["score"] >= self.threshold
        }

    @cached_property
    def _looks(self) -> Any:
        return self._load("image-classification", self.image_model)

    @cached_property
    def _reads(self) -> Any:
        return self._load("text-classification", self.text_model)

    def _load(self, task: Task, folder: Path | None) -> Any:
        from cas.lazy_imports import transformers

        # A name that is not a folder would be searched on the model hub.
        if folder is None or not folder.is_dir():
            raise Misconfigured(f"there is no folder {folder} with a model for {task}")
        try:
            classifier = transformers.pipeline(task, model=str(folder), device="cpu", top_k=None)
        except (OSError, ValueError, KeyError) as error:
            raise Misconfigured(f"{folder} has no model for {task}: {error}") from error
        known = {
            str(label).casefold() for label in (classifier.model.config.id2label or {}).values()
        }
        if not known & self.marked:
            raise Misconfigured(
                f"the model in {folder} has none of moderation.marks"
                f" ({', '.join(sorted(self.marked))}), but: {', '.join(sorted(known))}"
            )
        return classifier
