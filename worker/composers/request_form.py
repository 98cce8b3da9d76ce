"""How a server wants to be asked for a JSON answer; it is found out by what it refuses.

Servers that call themselves compatible with OpenAI lack endpoints, response formats and parameters.
The best form is tried first; a refusal that names what it refuses leads to an easier one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from worker.composers.answer import write_form
from worker.composers.replies import Reply, read_chat, read_response
from worker.error_body import error_words, named_in
from worker.openai_api import BILLING_CODES, MODERATION_CODES

if TYPE_CHECKING:
    import openai

MOST_TOKENS = 8192
"""Of one answer, thinking included."""
LEAST_TOKENS = 512

_REFUSALS = frozenset({400, 403, 404, 405, 422, 500, 501})
_OTHER_CAUSES = MODERATION_CODES | BILLING_CODES | {"model_not_found"}


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


_NO_RESPONSES = _words(
    r"responses|unsupported|unknown|unrecogni[sz]ed|unexpected|extra inputs|field required"
    r"|validation error|input should|schema|format|not (?:supported|enabled|implemented|available"
    r"|permitted|allowed|found)"
)
_NO_ROUTE = _words(r"route|endpoint|not implemented|convert_request")
_NO_FORMAT = _words(
    r"response.?format|json.?(?:schema|object|mode)|structured|schema|grammar|guided"
    r"|requested parameters"
)
_TOO_LONG = _words(
    r"max_\w*tokens\b.{0,80}(?:too large|at most|less than|exceed|range|maximum)"
    r"|range of max_\w*tokens|maximum context length|context (?:length|window|size).{0,60}exceed"
    r"|exceed.{0,60}context|too many tokens"
)
_NO_SYSTEM = _words(r"(?:system|developer) (?:role|message|prompt|instruction)s?\b.{0,40}\bnot\b")


class Format(Enum):
    """Endpoint and response format, the best first."""

    RESPONSES = "the Responses API"
    JSON_SCHEMA = "chat completions with a JSON schema"
    JSON_OBJECT = "chat completions in JSON mode"
    TEXT = "chat completions without a response format"


@dataclass(frozen=True)
class Question:
    """What a model is asked. `tells_form`: the schema is told in words, too."""

    model: str
    instructions: str
    turns: Sequence[Mapping[str, str]]
    shape: Mapping[str, Any]
    seed: int
    tokens: int
    tells_form: bool = False


@dataclass(frozen=True)
class RequestForm:
    """A way of asking; `left_out` are the parameters that the server refuses.

    `most_tokens` is halved where the server finds the requested length too long. The instructions
    are in the user's message where `system` is left out.
    """

    format: Format = Format.RESPONSES
    left_out: frozenset[str] = frozenset()
    token_limit: str = "max_tokens"
    most_tokens: int = MOST_TOKENS

    def __str__(self) -> str:
        parts = [self.format.value]
        if self.left_out:
            parts.append(f"without {', '.join(sorted(self.left_out))}")
        if self.most_tokens < MOST_TOKENS:
            parts.append(f"for at most {self.most_tokens} tokens")
        return ", ".join(parts)

    def instructions(self, question: Question) -> str:
        """The instructions, with the answer's schema where the format does not carry it."""
        if question.tells_form or self.format in (Format.JSON_OBJECT, Format.TEXT):
            return f"{question.instructions}\n{write_form(question.shape)}"
        return question.instructions

    def send(self, client: openai.OpenAI, question: Question) -> Reply:
        """Ask, and read the reply.

        Raises:
            openai.OpenAIError: the request failed.
            Exception: one of `NONSENSE`; the reply is not of this API.
        """
        if self.format is Format.RESPONSES:
            return read_response(self._respond(client, question))
        return read_chat(self._chat(client, question))

    def after(self, error: openai.APIStatusError) -> RequestForm | None:
        """The form to try after a refusal; None if the refusal has another cause.

        No form comes twice: each one leaves out more, is shorter, or has a later format.
        """
        code = error.code if isinstance(error.code, str) else ""
        if error.status_code not in _REFUSALS or code in _OTHER_CAUSES:
            return None
        words = error_words(error)
        if _TOO_LONG.search(words):
            fewer = self.most_tokens // 2
            return replace(self, most_tokens=fewer) if fewer >= LEAST_TOKENS else None
        if error.status_code in (400, 422, 500, 501):
            without = self._without_parameters(words)
            if without != self:
                return without
        return self._next_format(error.status_code, words)

    def _without_parameters(self, words: str) -> RequestForm:
        if self.format is Format.RESPONSES:
            return replace(self, left_out=self.left_out | named_in(words, {"store"}))
        left_out = self.left_out | named_in(words, {"seed"})
        if _NO_SYSTEM.search(words):
            left_out |= {"system"}
        limit = "max_completion_tokens" if named_in(words, {"max_tokens"}) else self.token_limit
        return replace(self, left_out=left_out, token_limit=limit)

    def _next_format(self, status: int, words: str) -> RequestForm | None:
        formats = list(Format)
        following = formats[formats.index(self.format) + 1 :]
        if not following:
            return None
        if self.format is not Format.RESPONSES:
            is_refused = status != 403 and bool(_NO_FORMAT.search(words))
        elif status in (404, 405, 501):
            is_refused = True
        else:
            causes = _NO_RESPONSES if status in (400, 422) else _NO_ROUTE
            is_refused = bool(causes.search(words))
        return replace(self, format=following[0]) if is_refused else None

    def _respond(self, client: openai.OpenAI, question: Question) -> Any:
        # Not `responses.parse`: it raises on an answer that breaks the schema, which has its price,
        # and the answer and its usage would be lost.
        arguments: dict[str, Any] = {
            "model": question.model,
            "instructions": self.instructions(question),
            "input": list(question.turns),
            "max_output_tokens": min(question.tokens, self.most_tokens),
            "text": {"format": {"type": "json_schema", **question.shape}},
            "store": False,
        }
        return client.responses.create(**self._kept(arguments))

    def _chat(self, client: openai.OpenAI, question: Question) -> Any:
        arguments: dict[str, Any] = {
            "model": question.model,
            "messages": self._messages(question),
            self.token_limit: min(question.tokens, self.most_tokens),
            "seed": question.seed % 2**31,
        }
        if self.format is Format.JSON_SCHEMA:
            shape = {"type": "json_schema", "json_schema": dict(question.shape)}
            arguments["response_format"] = shape
        elif self.format is Format.JSON_OBJECT:
            arguments["response_format"] = {"type": "json_object"}
        return client.chat.completions.create(**self._kept(arguments))

    def _messages(self, question: Question) -> list[Mapping[str, str]]:
        instructions, turns = self.instructions(question), list(question.turns)
        if "system" not in self.left_out:
            return [{"role": "system", "content": instructions}, *turns]
        first = {**turns[0], "content": f"{instructions}\n{turns[0]['content']}"}
        return [first, *turns[1:]]

    def _kept(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in arguments.items() if name not in self.left_out}
