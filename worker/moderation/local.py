"""Moderation of text and image by local classifiers; nothing is sent out."""

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
    """Asks a picture's or a text's classifier, or both, in the format of Hugging Face transformers.

    A work is marked by each of the labels `marked` that a model gives a probability of `threshold`
    or more. Of a text longer than its model can read, the beginning is read. The models are loaded
    at the first work, and one work is looked at at a time.
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
        """Labels that say that a work had better not be shown.

        Raises:
            Misconfigured: a folder holds no such model, or one that knows none of the labels.
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

        # A name that is no folder would be looked for in the world.
        if folder is None or not folder.is_dir():
            raise Misconfigured(f"there is no folder {folder} with a model for {task}")
        try:
            classifier = transformers.pipeline(task, model=str(folder), device="cpu", top_k=None)
        except (OSError, ValueError, KeyError) as error:
            raise Misconfigured(f"{folder} holds no model for {task}: {error}") from error
        known = {
            str(label).casefold() for label in (classifier.model.config.id2label or {}).values()
        }
        if not known & self.marked:
            raise Misconfigured(
                f"the model in {folder} knows none of moderation.marks"
                f" ({', '.join(sorted(self.marked))}), but: {', '.join(sorted(known))}"
            )
        return classifier
