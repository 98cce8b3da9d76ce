"""The painter that uses OpenAI Images, or a server that speaks that API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from worker.error_body import error_words
from worker.errors import (
    BadPicture,
    ComponentError,
    ContentRejected,
    Misconfigured,
    OutcomeUnknown,
    ServiceUnavailable,
)
from worker.meter import Meter, PaidCall
from worker.openai_api import MODERATION_CODES, NONSENSE, OPENAI_URL, Endpoint, explain
from worker.painters import PaintRequest, PaintResult
from worker.painters.image_answer import ImageAnswer, decode_base64, read_answer, read_events
from worker.painters.image_url import ImageUrls
from worker.stages import as_stage

if TYPE_CHECKING:
    import openai

PATH = "/images/generations"

NO_SUCH_PATH = (404, 405, 501)

FOREIGN = 2
"""Answers in a row, at hosts that are not allowed, that show that the settings are wrong."""


@dataclass(frozen=True)
class ImageSettings:
    """What is asked of the images API.

    An empty `size` or `quality` is left out. `options` are added to the request, and override all
    but model and prompt. `seed`: whether the picture's seed is sent. With `partials` the answer is
    streamed, with that many partial pictures. `hosts`: see `ImageUrls`. `path` is below the
    endpoint's base URL.
    """

    size: str = "1024x1024"
    quality: str = "medium"
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    seed: bool = False
    partials: int = 0
    hosts: tuple[str, ...] = ()
    path: str = PATH


class OpenAIPainter:
    """Paints through the images API; every picture is paid for, and kept before it is judged.

    `ceiling` is the most that one picture may cost, in US dollars.
    """

    name = "openai"

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        model: str = "gpt-image-2",
        images: ImageSettings | None = None,
        ceiling: float = 0.25,
        urls: ImageUrls | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._model = model
        self._images = images or ImageSettings()
        self._ceiling = ceiling
        self._urls = urls or ImageUrls(
            endpoint.base_url or OPENAI_URL, endpoint.api_key, self._images.hosts
        )
        # gpt-image models always answer in base64, and refuse to be asked for it.
        self._asks_for_base64 = "gpt-image" not in model
        self._foreign = 0
        self._blocked = ""

    def paint(self, request: PaintRequest, meter: Meter) -> PaintResult:
        """Paint one picture.

        A paid picture whose URL could not be fetched is not bought again: the next call fetches it
        (`Meter.unfetched`). After FOREIGN answers in a row that lead to a host that is not
        allowed, no more is bought.

        Raises:
            ComponentError: see `worker.openai_api.explain`; and BadPicture, paid for, where what
                came is no picture.
        """
        if self._blocked:
            raise Misconfigured(self._blocked)
        body = self._body(request)
        url = meter.unfetched("paint")
        data, stages = (self._fetch(url), ()) if url else self._buy(body, meter)
        self._foreign = 0
        seed = body.get("seed")
        return PaintResult.of_model(
            data,
            model=self._model,
            seed=seed if isinstance(seed, int) else None,
            stages=stages,
        )

    def _body(self, request: PaintRequest) -> dict[str, Any]:
        images = self._images
        body: dict[str, Any] = {
            "model": self._model,
            # LocalAI takes what follows a "|" as a negative prompt.
            "prompt": request.prompt.replace("|", "/"),
            "n": 1,
        }
        if images.size:
            body["size"] = images.size
        if images.quality:
            body["quality"] = images.quality
        if images.seed:
            body["seed"] = request.seed
        if images.partials:
            body |= {"stream": True, "partial_images": images.partials}
        return body | dict(images.options)

    def _buy(self, body: dict[str, Any], meter: Meter) -> tuple[bytes, tuple[bytes, ...]]:
        """The picture, and the partial ones before it."""
        if self._asks_for_base64 and "response_format" not in body:
            try:
                return self._call({**body, "response_format": "b64_json"}, meter)
            except _FormatRefused:
                self._asks_for_base64 = False
        return self._call(body, meter)

    def _call(self, body: dict[str, Any], meter: Meter) -> tuple[bytes, tuple[bytes, ...]]:
        client = self._endpoint.client
        with meter.paid(
            "paint",
            provider=self._endpoint.provider,
            model=self._model,
            ceiling=self._ceiling_cost(),
        ) as call:
            answer = self._send(client, body, call)
            cost = self._endpoint.cost(self._model, answer.tokens, ceiling=self._ceiling)
            try:
                data = self._picture(answer)
            except ServiceUnavailable:
                call.settle(cost, request_id=answer.request_id, url=answer.url)
                raise
            except ComponentError:
                call.settle(cost, request_id=answer.request_id)
                raise
            call.settle(cost, request_id=answer.request_id, result=data)
        return data, tuple(_stages(answer.partials))

    def _send(self, client: openai.OpenAI, body: dict[str, Any], call: PaidCall) -> ImageAnswer:
        import openai

        provider = self._endpoint.provider
        try:
            answer = _request(client, self._images.path, body)
        except openai.APIStatusError as error:
            if _refuses_format(error, body) and "response_format" not in self._images.options:
                call.refuse(f"{provider} refuses response_format: {error.message}")
                raise _FormatRefused from error
            raise _explained(error, call, self._endpoint) from error
        except openai.APIConnectionError as error:
            raise explain(error, call, endpoint=self._endpoint) from error
        except openai.APIError as error:  # an event of the stream reports it
            if isinstance(error.code, str) and error.code in MODERATION_CODES:
                raise ContentRejected(f"{provider} rejected the picture: {error}") from error
            raise OutcomeUnknown(f"{provider} ended the stream: {error}") from error
        except openai.OpenAIError as error:
            raise explain(error, call, endpoint=self._endpoint) from error
        except NONSENSE as error:
            call.settle(self._ceiling_cost())
            raise BadPicture(f"{provider} sent no JSON of this API: {error}") from error
        if isinstance(answer, str):  # the SDK hands over text that is no JSON as it is
            call.settle(self._ceiling_cost())
            raise BadPicture(
                f"{provider} sent no JSON: {answer[:80]!r}. Does {self._model} make images?"
            )
        if answer is None:
            raise OutcomeUnknown(f"{provider} ended the stream before the picture was complete")
        return answer

    def _picture(self, answer: ImageAnswer) -> bytes:
        """Return the picture's bytes.

        Raises:
            ComponentError: BadPicture, or as in `ImageUrls.fetch`.
        """
        provider = self._endpoint.provider
        if answer.encoded:
            try:
                return decode_base64(answer.encoded)
            except ValueError as error:
                raise BadPicture(f"{provider} sent broken base64: {error}") from error
        if answer.url:
            return self._fetch(answer.url)
        raise BadPicture(f"{provider} sent an answer without a picture in base64 or by URL")

    def _fetch(self, url: str) -> bytes:
        """Fetch a paid picture; see `ImageUrls.fetch` for what is raised."""
        try:
            return self._urls.fetch(url)
        except Misconfigured as error:
            self._foreign += 1
            if self._foreign < FOREIGN:
                raise BadPicture(str(error)) from error
            self._blocked = str(error)
            raise

    def _ceiling_cost(self) -> float:
        """The most that one picture may cost."""
        return self._endpoint.cost(self._model, None, ceiling=self._ceiling)


def _stages(partials: Sequence[str]) -> Iterator[bytes]:
    for encoded in partials:
        with suppress(ValueError):  # it is the last picture that was paid for
            stage = as_stage(decode_base64(encoded))
            if stage is not None:
                yield stage


class _FormatRefused(Exception):  # noqa: N818
    """The endpoint refuses `response_format`; nothing was made."""


def _refuses_format(error: openai.APIStatusError, body: Mapping[str, Any]) -> bool:
    is_named = "response_format" in error_words(error)
    return error.status_code in (400, 422) and "response_format" in body and is_named


def _explained(error: openai.APIStatusError, call: PaidCall, endpoint: Endpoint) -> ComponentError:
    told = explain(error, call, endpoint=endpoint)
    is_of_the_model = re.search("model|deployment", error_words(error), re.IGNORECASE)
    is_refusal = isinstance(told, ContentRejected)
    if error.status_code not in NO_SUCH_PATH or is_of_the_model or is_refusal:
        return told
    return Misconfigured(
        f"{told}. If that server makes no images, set parts.painter to another painter; if its"
        " images API has another path, set openai.image_path"
    )


def _request(client: openai.OpenAI, path: str, body: dict[str, Any]) -> ImageAnswer | str | None:
    """Send a request; text is an answer that is no JSON, None a stream without a picture."""
    import openai
    from openai.types import ImageGenCompletedEvent, ImagesResponse

    if not body.get("stream"):
        answer: object = client.post(path, cast_to=ImagesResponse, body=body)
        if not isinstance(answer, ImagesResponse):
            return str(answer)
        return read_answer(answer, request_id=answer._request_id or "")
    with client.post(
        path,
        cast_to=ImagesResponse,
        body=body,
        stream=True,
        stream_cls=openai.Stream[ImageGenCompletedEvent],
    ) as stream:
        request_id = stream.response.headers.get("x-request-id", "")
        if "json" not in stream.response.headers.get("content-type", ""):
            return read_events(stream, request_id=request_id)
        stream.response.read()  # a server that does not stream
        return read_answer(
            ImagesResponse.construct(**stream.response.json()), request_id=request_id
        )
