"""The language model as composer: OpenAI's Responses API, or a compatible server.

A wrong answer (see `answer.py`) is sent back with what is wrong with it, twice at most.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.archive.manifest import Composition
from storage.text import fit, message, prose
from worker.composers import ComposeRequest
from worker.composers.answer import INSTRUCTIONS, read_answer, schema, write_brief, write_faults
from worker.errors import ContentRejected, InvalidResponse, Misconfigured, ServiceUnavailable
from worker.meter import Meter, PaidCall
from worker.openai_api import MILLION, NONSENSE, Endpoint, explain, token_counts

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletion
    from openai.types.responses import Response

REPAIRS = 2
MOST_TOKENS = 8192
"""Of one answer, thinking included."""
LEAST_TOKENS = 512
LONGEST_TOLD_BACK = 10_000


@dataclass(frozen=True)
class _Reply:
    """One answer of either endpoint."""

    text: str
    model: str
    request_id: str
    tokens: tuple[int, int] | None
    refusal: str = ""
    cut_short: str = ""
    failure: str = ""


class OpenAIComposer:
    """Composes through `/responses`; where a server has none, through `/chat/completions`.

    `ceiling` is the most that one answer may cost, in US dollars; it bounds the answer's length.
    """

    name = "openai"

    def __init__(
        self, endpoint: Endpoint, *, model: str = "gpt-5.2", ceiling: float = 0.05
    ) -> None:
        self._endpoint = endpoint
        self._model = model
        self._ceiling = ceiling
        self._has_responses = True

    def compose(self, request: ComposeRequest, meter: Meter) -> Composition:
        """Write a title, the concepts used and an image prompt.

        Raises:
            InvalidResponse: the answer was still unusable after two repairs.
            ComponentError: see `worker.openai_api.explain`.
        """
        turns = [{"role": "user", "content": write_brief(request)}]
        faults: list[str] = []
        for repairs in range(REPAIRS + 1):
            reply = self._ask(turns, request.seed, meter)
            answer, faults = read_answer(reply.text, request)
            if reply.cut_short:
                faults = [f"it was cut short: {reply.cut_short}"]
            elif answer and not faults:
                return Composition(
                    title=answer.title.strip(),
                    prompt=answer.prompt.strip(),
                    concepts=tuple(answer.concepts),
                    thought=answer.thought,
                    composer=self.name,
                    model=reply.model or self._model,
                    repairs=repairs,
                )
            turns = [
                *turns[:1],
                {"role": "assistant", "content": _told_back(reply.text)},
                {"role": "user", "content": write_faults(faults)},
            ]
        raise InvalidResponse(
            f"{self._model} gave no usable answer, {REPAIRS} repairs included; the last one was"
            f" wrong in this: {message('; '.join(faults))}"
        )

    def _ask(self, turns: Sequence[dict[str, str]], seed: int, meter: Meter) -> _Reply:
        """One paid answer."""
        import openai

        client = self._endpoint.client
        most_tokens = self._most_tokens(turns)
        while True:
            with meter.paid(
                "compose",
                provider=self._endpoint.provider,
                model=self._model,
                ceiling=self._ceiling,
            ) as call:
                try:
                    if self._has_responses:
                        reply = read_response(self._respond(client, turns, most_tokens))
                    else:
                        reply = read_chat(self._chat(client, turns, most_tokens, seed))
                except openai.APIStatusError as error:
                    if self._lacks_responses(error):
                        call.refuse(f"{self._endpoint.provider} has no /responses")
                        self._has_responses = False
                        continue
                    raise explain(error, call) from error
                except openai.OpenAIError as error:
                    raise explain(error, call) from error
                except NONSENSE as error:
                    raise self._explain_nonsense(error, call) from error
                self._settle(reply, call)
            return reply

    def _respond(
        self, client: openai.OpenAI, turns: Sequence[dict[str, str]], most_tokens: int
    ) -> Response:
        # Not `responses.parse`: it raises on an answer that breaks the schema, which has its price,
        # and the answer and its usage would be lost.
        turns_: Any = list(turns)
        text: Any = {"format": {"type": "json_schema", **schema()}}
        return client.responses.create(
            model=self._model,
            instructions=INSTRUCTIONS,
            input=turns_,
            max_output_tokens=most_tokens,
            text=text,
            store=False,
        )

    def _chat(
        self, client: openai.OpenAI, turns: Sequence[dict[str, str]], most_tokens: int, seed: int
    ) -> ChatCompletion:
        messages: Any = [{"role": "system", "content": INSTRUCTIONS}, *turns]
        response_format: Any = {"type": "json_schema", "json_schema": schema()}
        return client.chat.completions.create(
            model=self._model,
            messages=messages,
            max_tokens=most_tokens,
            seed=seed % 2**31,
            response_format=response_format,
        )

    def _lacks_responses(self, error: openai.APIStatusError) -> bool:
        return (
            self._has_responses
            and not self._endpoint.is_openai
            and error.status_code in (404, 405, 501)
            and error.code != "model_not_found"
        )

    def _most_tokens(self, turns: Sequence[dict[str, str]]) -> int:
        """Tokens that the ceiling leaves for the answer; a token is one byte at least."""
        price = self._endpoint.price(self._model)
        if price is None or not price.output:
            return MOST_TOKENS
        asked = len((INSTRUCTIONS + json.dumps([schema(), *turns])).encode())
        left = self._ceiling - price.of(asked, 0)
        tokens = int(left * MILLION / price.output)
        if tokens < LEAST_TOKENS:
            raise Misconfigured(
                f"a ceiling of {self._ceiling} US dollars leaves {max(tokens, 0)} tokens for an"
                f" answer of {self._model}, which needs {LEAST_TOKENS}: raise openai.text_ceiling"
            )
        return min(tokens, MOST_TOKENS)

    def _settle(self, reply: _Reply, call: PaidCall) -> None:
        call.settle(
            self._endpoint.cost(self._model, reply.tokens, ceiling=self._ceiling),
            request_id=reply.request_id,
        )
        if reply.refusal:
            raise ContentRejected(f"{self._model} will not write this: {reply.refusal}")
        if reply.failure:
            raise ServiceUnavailable(f"{self._model} broke off: {reply.failure}")

    def _explain_nonsense(self, error: Exception, call: PaidCall) -> ServiceUnavailable:
        call.settle(self._endpoint.cost(self._model, None, ceiling=self._ceiling))
        return ServiceUnavailable(
            f"{self._endpoint.provider} sent an answer that is not of this API: {error}"
        )


def read_response(response: Response) -> _Reply:
    """Answer of the Responses API."""
    contents = [
        content for item in response.output if item.type == "message" for content in item.content
    ]
    refusals = [content.refusal for content in contents if content.type == "refusal"]
    details = response.incomplete_details
    reason = message(str(details.reason or "")) if details else ""
    if reason == "content_filter":
        refusals.append(reason)
    failure = response.error
    if failure and failure.code == "invalid_prompt":
        refusals.append(failure.message)
    return _Reply(
        text=fit("".join(content.text for content in contents if content.type == "output_text")),
        model=_words(response.model),
        request_id=response._request_id or "",
        tokens=token_counts(response.usage, "input_tokens", "output_tokens"),
        refusal=message("; ".join(refusals)),
        cut_short=reason,
        failure=message(str(failure.message)) if failure else "",
    )


def read_chat(completion: ChatCompletion) -> _Reply:
    """Answer of the Chat Completions API."""
    choice = completion.choices[0]
    filtered = "content_filter" if choice.finish_reason == "content_filter" else ""
    return _Reply(
        text=fit(choice.message.content or ""),
        model=_words(completion.model),
        request_id=completion._request_id or "",
        tokens=token_counts(completion.usage, "prompt_tokens", "completion_tokens"),
        refusal=message(str(choice.message.refusal or filtered)),
        cut_short="max_output_tokens" if choice.finish_reason == "length" else "",
    )


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""


def _told_back(text: str) -> str:
    """A wrong answer as its writer sees it again; the whole of a long one would cost too much."""
    return prose(text, longest=LONGEST_TOLD_BACK) or "(nothing)"
