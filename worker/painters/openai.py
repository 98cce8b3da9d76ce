"""The painter that uses OpenAI Images, or a server that speaks that API."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from worker.errors import BadPicture
from worker.meter import Meter, PaidCall
from worker.openai_api import NONSENSE, Endpoint, explain, token_counts
from worker.painters import TRAINED, PaintRequest, PaintResult
from worker.painters.picture import inspect_picture

if TYPE_CHECKING:
    import openai
    from openai.types import ImagesResponse


class OpenAIPainter:
    """Paints through `images.generate`; every picture is paid for, and kept before it is judged.

    `ceiling` is the most that one picture may cost, in US dollars.
    """

    name = "openai"

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        model: str = "gpt-image-2",
        size: str = "1024x1024",
        quality: str = "medium",
        ceiling: float = 0.25,
    ) -> None:
        self._endpoint = endpoint
        self._model = model
        self._size = size
        self._quality = quality
        self._ceiling = ceiling

    def paint(self, request: PaintRequest, meter: Meter) -> PaintResult:
        """Paint one picture.

        Raises:
            ComponentError: see `worker.openai_api.explain`; and BadPicture, paid for, where what
                came is no picture.
        """
        client = self._endpoint.client
        with meter.paid(
            "paint", provider=self._endpoint.provider, model=self._model, ceiling=self._ceiling
        ) as call:
            answer = self._generate(client, request.prompt, call)
            data = self._settle(answer, call)
        facts = inspect_picture(data)
        return PaintResult(
            data=data,
            media_type=facts.media_type,
            width=facts.width,
            height=facts.height,
            model=self._model,
            digital_source_type=TRAINED,
        )

    def _generate(self, client: openai.OpenAI, prompt: str, call: PaidCall) -> ImagesResponse:
        import openai
        from openai.types import ImagesResponse

        try:
            answer: object = client.images.generate(  # type: ignore[call-overload]
                model=self._model,
                prompt=prompt,
                n=1,
                size=self._size,
                quality=self._quality,
            )
        except openai.OpenAIError as error:
            raise explain(error, call) from error
        except NONSENSE as error:
            call.settle(self._cost(None))
            raise BadPicture(
                f"{self._endpoint.provider} sent no JSON of this API: {error}"
            ) from error
        if not isinstance(
            answer, ImagesResponse
        ):  # the SDK hands over text that is no JSON as it is
            call.settle(self._cost(None))
            raise BadPicture(f"{self._endpoint.provider} sent no JSON: {str(answer)[:80]!r}")
        return answer

    def _settle(self, answer: ImagesResponse, call: PaidCall) -> bytes:
        """Book the answer with its picture, and return the picture's bytes."""
        cost = self._cost(answer)
        request_id = answer._request_id or ""
        encoded = _encoded(answer)
        if not encoded:
            call.settle(cost, request_id=request_id)
            raise BadPicture(
                f"{self._endpoint.provider} sent an answer without a picture in base64"
            )
        try:
            data = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            call.settle(cost, request_id=request_id)
            raise BadPicture(f"{self._endpoint.provider} sent broken base64: {error}") from error
        call.settle(cost, request_id=request_id, result=data)
        return data

    def _cost(self, answer: ImagesResponse | None) -> float:
        usage = answer.usage if answer else None
        tokens = token_counts(usage, "input_tokens", "output_tokens")
        return self._endpoint.cost(self._model, tokens, ceiling=self._ceiling)


def _encoded(answer: ImagesResponse) -> str:
    """The picture in base64; empty where there is none."""
    try:
        encoded: object = answer.data[0].b64_json if answer.data else None
    except NONSENSE:
        return ""
    return encoded if isinstance(encoded, str) else ""
