"""The language model as composer: OpenAI's Responses API, or a compatible server.

A wrong answer (see `answer.py`) is sent back with what is wrong with it, twice at most. How the
server wants to be asked (see `request_form.py`) is found out by the first requests, and kept.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from storage.archive.manifest import Composition, Float32
from storage.text import message, prose
from worker.composers import ComposeRequest
from worker.composers.answer import FREE, Questions, write_faults
from worker.composers.replies import Reply
from worker.composers.request_form import LEAST_TOKENS, MOST_TOKENS, Question, RequestForm
from worker.error_body import error_words
from worker.errors import (
    ComponentError,
    ContentRejected,
    InvalidResponse,
    Misconfigured,
    ServiceUnavailable,
)
from worker.meter import Meter, PaidCall
from worker.openai_api import NONSENSE, Endpoint, explain
from worker.prices import MILLION

if TYPE_CHECKING:
    import openai

REPAIRS = 2
LONGEST_TOLD_BACK = 10_000

logger = logging.getLogger(__name__)


class OpenAIComposer:
    """Composes through the best form of request that the server does not refuse.

    `ceiling` is the most that one answer may cost, in US dollars; it bounds the answer's length.
    Where the painter paints plans, the model chooses the plan and not a prompt; `width`, `height`
    and `encode` are then the picture's, as the grammar has them.
    """

    name = "openai"

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        model: str = "gpt-5.2",
        ceiling: float = 0.05,
        width: int = 1024,
        height: int = 1024,
        encode: Callable[[Sequence[str]], Float32] | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._model = model
        self._ceiling = ceiling
        self._form = RequestForm()
        self._picture = (width, height, encode)

    def compose(self, request: ComposeRequest, meter: Meter) -> Composition:
        """Write a title, the concepts used and an image prompt.

        Raises:
            InvalidResponse: the answer was still unusable after two repairs.
            ComponentError: see `worker.openai_api.explain`.
        """
        questions = self._of_a_plan if request.paints_plan else FREE
        turns: list[Mapping[str, str]] = [{"role": "user", "content": questions.brief(request)}]
        faults: list[str] = []
        for repairs in range(REPAIRS + 1):
            question = Question(
                model=self._model,
                instructions=questions.instructions,
                turns=turns,
                shape=questions.schema,
                seed=request.seed,
                tokens=MOST_TOKENS,
                tells_form=repairs > 0,
            )
            reply = self._ask(question, meter)
            made, faults = questions.read(reply.text, request)
            if made is not None:
                written = {"model": reply.model or self._model, "repairs": repairs}
                return Composition(**{**dict(made), **written})
            if reply.cut_short:
                faults = [f"it was cut short: {reply.cut_short}"]
            turns = [
                *turns[:1],
                {"role": "assistant", "content": _told_back(reply.text)},
                {"role": "user", "content": write_faults(faults)},
            ]
        raise InvalidResponse(
            f"{self._model} gave no usable answer, {REPAIRS} repairs included; the last one was"
            f" wrong in this: {message('; '.join(faults))}"
        )

    @cached_property
    def _of_a_plan(self) -> Questions:
        # The studio takes a second to load: those who paint with a model need none.
        from worker.composers.plan_answer import plan_questions

        width, height, encode = self._picture
        return plan_questions(width, height, encode)

    def _ask(self, question: Question, meter: Meter) -> Reply:
        """One paid answer. Requests whose form the server refuses cost nothing."""
        import openai

        client = self._endpoint.client
        while True:
            asked = replace(question, tokens=self._most_tokens(question))
            with meter.paid(
                "compose",
                provider=self._endpoint.provider,
                model=self._model,
                ceiling=self._ceiling_cost(),
            ) as call:
                try:
                    reply = self._form.send(client, asked)
                except openai.APIStatusError as error:
                    if self._has_easier_form(error, call):
                        continue
                    raise self._explain(error, call) from error
                except openai.OpenAIError as error:
                    raise explain(error, call, endpoint=self._endpoint) from error
                except NONSENSE as error:
                    raise self._explain_nonsense(error, call) from error
                self._settle(reply, call)
            return reply

    def _has_easier_form(self, error: openai.APIStatusError, call: PaidCall) -> bool:
        """Whether another form can be tried; then the call is closed, and cost nothing."""
        easier = self._form.after(error)
        if easier is None:
            return False
        told = f"{self._endpoint.provider} refused {self._form}: {error_words(error)}"
        call.refuse(told)
        logger.info("%s. It is asked through %s from now on", told, easier)
        self._form = easier
        return True

    def _explain(self, error: openai.APIStatusError, call: PaidCall) -> ComponentError:
        explained = explain(error, call, endpoint=self._endpoint)
        if isinstance(explained, Misconfigured):
            # The server may be another one when a person has mended it.
            self._form = RequestForm()
        return explained

    def _most_tokens(self, question: Question) -> int:
        """Tokens that the ceiling leaves for the answer; a token is one byte at least."""
        price = self._endpoint.price(self._model)
        if price is None or not price.output:
            return MOST_TOKENS
        words = self._form.instructions(question)
        asked = len((words + json.dumps([question.shape, *question.turns])).encode())
        left = self._ceiling - price.of(asked, 0)
        tokens = int(left * MILLION / price.output)
        if tokens < LEAST_TOKENS:
            raise Misconfigured(
                f"a ceiling of {self._ceiling} US dollars leaves {max(tokens, 0)} tokens for an"
                f" answer of {self._model}, which needs {LEAST_TOKENS}: raise"
                f" {self._endpoint.names.ceiling}"
            )
        return min(tokens, MOST_TOKENS)

    def _settle(self, reply: Reply, call: PaidCall) -> None:
        call.settle(
            self._endpoint.cost(self._model, reply.tokens, ceiling=self._ceiling),
            request_id=reply.request_id,
        )
        if reply.refusal:
            raise ContentRejected(f"{self._model} will not write this: {reply.refusal}")
        if reply.failure:
            raise ServiceUnavailable(f"{self._model} broke off: {reply.failure}")

    def _ceiling_cost(self) -> float:
        """The most that one answer may cost."""
        return self._endpoint.cost(self._model, None, ceiling=self._ceiling)

    def _explain_nonsense(self, error: Exception, call: PaidCall) -> ServiceUnavailable:
        call.settle(self._ceiling_cost())
        return ServiceUnavailable(
            f"{self._endpoint.provider} sent an answer that is not of this API: {error}"
        )


def _told_back(text: str) -> str:
    """A wrong answer as its writer sees it again; the whole of a long one would cost too much."""
    return prose(text, longest=LONGEST_TOLD_BACK) or "(nothing)"
