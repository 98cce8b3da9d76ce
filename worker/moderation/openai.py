"""Automatic moderation of text and image before a work is shown.

By OpenAI's moderation API, or any server that speaks it; `local_moderation` asks a model here. A
work that is marked, or that can't be checked, is held for a person: it is kept like every other,
and nobody sees it until it is let go.
"""

from __future__ import annotations

import base64
import logging
from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from storage.text import line
from worker.errors import ComponentError, ServiceUnavailable
from worker.openai_api import Endpoint
from worker.painters.picture import load_picture

if TYPE_CHECKING:
    from openai.types import ModerationMultiModalInputParam

LONGEST_EDGE = 1024
"""Pixels of the copy that is looked at; servers refuse files of many megabytes."""

UNCHECKED = "it could not be checked by machine; a person will look at it"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """The visibility of a work, and the reason, which visitors see."""

    visibility: Literal["shown", "held"]
    reason: str


class Moderator(ABC):
    """Looks at works; `model` names what looks."""

    model: str

    def check(self, words: str, image: bytes) -> Finding:
        """Let a work be shown, or hold it; whatever goes wrong, it is held."""
        try:
            marks = sorted(self.marks(words, image))
        except (ComponentError, ValueError, OSError) as error:
            logger.warning("the check could not be made, so the work is held: %s", error)
            return Finding("held", UNCHECKED)
        if marks:
            return Finding("held", line(f"a check by machine marked it: {', '.join(marks)}"))
        return Finding("shown", "a check by machine found nothing")

    @abstractmethod
    def marks(self, words: str, image: bytes) -> Collection[str]:
        """What words and picture are marked as; nothing, if all is well.

        Raises:
            ComponentError: the check can't be made, or the picture can't be read.
            ValueError: nobody can read the answer.
        """


class _Result(BaseModel):
    flagged: bool
    categories: dict[str, bool | None] = Field({})


class _Answer(BaseModel):
    results: list[_Result] = Field(min_length=1)


@dataclass(frozen=True)
class ServerModerator(Moderator):
    """Asks a server about each work (`POST /moderations`, which costs nothing at OpenAI's)."""

    endpoint: Endpoint
    model: str = "omni-moderation-latest"

    def marks(self, words: str, image: bytes) -> Collection[str]:
        """The categories that the server names."""
        from openai import OpenAIError

        try:
            results = self._ask(words, image).results
        except OpenAIError as error:
            raise ServiceUnavailable(str(error)) from error
        named = {name for result in results for name, hit in result.categories.items() if hit}
        return named or {"flagged" for result in results if result.flagged}

    def _ask(self, words: str, image: bytes) -> _Answer:
        parts: list[ModerationMultiModalInputParam] = [
            {"type": "text", "text": words},
            {"type": "image_url", "image_url": {"url": _small_copy(image)}},
        ]
        raw = self.endpoint.client.moderations.with_raw_response.create(
            model=self.model, input=parts
        )
        return _Answer.model_validate_json(raw.content)


def _small_copy(image: bytes) -> str:
    """The picture as a JPEG in a data address, at most `LONGEST_EDGE` pixels wide and high."""
    copy = load_picture(image)
    copy.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    stream = BytesIO()
    copy.save(stream, "JPEG", quality=90)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()
