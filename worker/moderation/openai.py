"""Automatic moderation of text and image before a work is shown.

It uses OpenAI's moderation API or a compatible server; `worker.moderation.local` uses local models.
A work that is marked, or that can't be checked, is stored as usual, but held: it stays hidden until
an admin shows it.
"""

from __future__ import annotations

import base64
import logging
from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from storage.text import line
from worker import outgoing
from worker.errors import ComponentError, ServiceUnavailable
from worker.openai_api import Endpoint, status_text
from worker.painters.picture import load_picture

if TYPE_CHECKING:
    from openai.types import ModerationMultiModalInputParam

LONGEST_EDGE = 1024
"""Pixels of the copy that is checked; servers refuse files of many megabytes."""

UNCHECKED = "it could not be checked by machine; a person will look at it"
"""Reason of an unchecked work; works are found by it, so it must not change."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """The visibility of a work, and the reason shown to visitors.

    `detail` tells admins why the check could not be made.
    """

    visibility: Literal["shown", "held"]
    reason: str
    detail: str = field(default="", compare=False)


class Moderator(ABC):
    """Checks works; `model` is the name of the model."""

    model: str

    def check(self, words: str, image: bytes) -> Finding:
        """Decide whether a work is shown or held; after any error it is held."""
        try:
            marks = sorted(self.marks(words, image))
        except (ComponentError, ValueError, OSError) as error:
            logger.warning("the check could not be made, so the work is held: %s", error)
            return Finding("held", UNCHECKED, str(error))
        if marks:
            return Finding("held", line(f"the automatic check marked it: {', '.join(marks)}"))
        return Finding("shown", "the automatic check found nothing")

    @abstractmethod
    def marks(self, words: str, image: bytes) -> Collection[str]:
        """Return the marks of text and picture; empty if there are none.

        Raises:
            ComponentError: the check failed, or the picture can't be read.
            ValueError: the answer is invalid.
        """


class _Result(BaseModel):
    flagged: bool
    categories: dict[str, bool | None] = Field({})


class _Answer(BaseModel):
    results: list[_Result] = Field(min_length=1)


@dataclass(frozen=True)
class ServerModerator(Moderator):
    """Checks each work by a server (`POST /moderations`, free of charge at OpenAI)."""

    endpoint: Endpoint
    model: str = "omni-moderation-latest"

    def marks(self, words: str, image: bytes) -> Collection[str]:
        """Return the categories that the server marks."""
        from openai import APIConnectionError, APIStatusError, OpenAIError

        try:
            results = self._ask(words, image).results
        except APIStatusError as error:
            raise ServiceUnavailable(status_text(error)) from error
        except APIConnectionError as error:
            why = outgoing.why_unreachable(error.__cause__ or error)
            raise ServiceUnavailable(f"{error.request.url.host} can't be reached: {why}") from error
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
    """Return the picture as a JPEG data URL, at most `LONGEST_EDGE` pixels wide and high."""
    copy = load_picture(image)
    copy.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    stream = BytesIO()
    copy.save(stream, "JPEG", quality=90)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()
