"""Paint through APIs that take a job, and have its picture later: FLUX.2, Replicate, fal.

A job is paid for when it is accepted. Its address is in the ledger before it is asked for the first
time, so that a worker that was started again fetches the picture, and buys no other.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

import httpx2

from storage.text import message
from worker import outgoing
from worker.config.settings import Settings
from worker.errors import (
    BadPicture,
    ContentRejected,
    Misconfigured,
    OutcomeUnknown,
    ServiceUnavailable,
)
from worker.meter import Meter
from worker.model_servers import ModelServer, painter_server
from worker.openai_api import NONSENSE, explain
from worker.painters import PaintRequest, PaintResult
from worker.painters.image_url import ImageUrls
from worker.painters.openai import ImageSettings

PAUSE: Final = 1.0
"""Seconds between two questions whether the picture is done."""

EXCHANGE_SECONDS: Final = 30.0
LARGEST_ANSWER: Final = 2**24
"""Most seconds and bytes of one such question."""

_LATER: Final = frozenset({408, 425, 429})
_REFUSED: Final = re.compile(r"moderat|flagged|nsfw|sensitive|content_policy", re.IGNORECASE)

Json = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What a job came to; `picture` is the URL of its picture, `says` the provider's words.

    *lost*: the provider does not know it any more. With *look* the result is at `picture`.
    """

    state: Literal["waits", "done", "look", "refused", "failed", "lost"]
    picture: str = ""
    says: str = ""


@dataclass(frozen=True)
class Dialect:
    """One provider's form of such an API; `{}` in `key` stands for the key.

    `submit` makes path and body of a job from model and input, `address` reads the job's address
    from the answer, `outcome` what it came to, and `size` makes the input's width and height.
    `own_hosts` are other hosts of the provider, which may get the key; pictures come from
    `picture_hosts`, without it.
    """

    title: str
    base_url: str
    key: tuple[str, str]
    submit: Callable[[str, Json], tuple[str, Json]]
    address: Callable[[Json], object]
    outcome: Callable[[Json], Outcome]
    size: Callable[[int, int], Json]
    picture_hosts: tuple[str, ...]
    own_hosts: tuple[str, ...] = ()


class JobPainter:
    """Paints through a provider's jobs; `server.ceiling` is what one is charged at."""

    def __init__(
        self, name: str, server: ModelServer, images: ImageSettings, *, pause: float = PAUSE
    ) -> None:
        self.name = name
        self._dialect = DIALECTS[name]
        self._endpoint = server.endpoint
        self._model = server.model
        self._ceiling = server.ceiling
        self._images = images
        self._pause = pause
        self._blocked = ""
        own = httpx2.URL(self._endpoint.base_url)
        is_known = own.host == httpx2.URL(self._dialect.base_url).host
        is_known = is_known or outgoing.is_listed(own, self._dialect.own_hosts)
        # Hosts of the provider mean nothing to a server that only speaks as it does.
        self._hosts = (outgoing.origin(own), *(self._dialect.own_hosts if is_known else ()))
        theirs = self._dialect.picture_hosts if is_known else ()
        self._urls = ImageUrls(self._endpoint.base_url, hosts=(*images.hosts, *theirs))

    def paint(self, request: PaintRequest, meter: Meter) -> PaintResult:
        """Paint one picture, or fetch that of a job which an earlier try began.

        Another job is begun only where the earlier one failed, was refused or is lost.

        Raises:
            ComponentError: see `worker.openai_api.explain`; ContentRejected where the picture was
                refused, ServiceUnavailable while it is not done.
        """
        if self._blocked:
            raise Misconfigured(self._blocked)
        body = self._input(request)
        job = meter.unfetched("paint")
        data = None if not job else self._resumed(job)
        if data is None:
            data = self._picture(self._begin(body, meter))
        seed = body.get("seed")
        return PaintResult.of_model(
            data,
            model=self._model,
            seed=seed if isinstance(seed, int) else None,
        )

    def _input(self, request: PaintRequest) -> Json:
        found = re.fullmatch(r"(\d+)x(\d+)", self._images.size)
        size = self._dialect.size(int(found[1]), int(found[2])) if found else {}
        seed = {"seed": request.seed % 2**31} if self._images.seed else {}
        return {"prompt": request.prompt, **size, **seed, **self._images.options}

    def _begin(self, body: Json, meter: Meter) -> str:
        """Begin a job; return its address."""
        import openai

        path, content = self._dialect.submit(self._model, body)
        cost = self._endpoint.cost(self._model, None, ceiling=self._ceiling)
        provider = self._endpoint.provider
        with meter.paid("paint", provider=provider, model=self._model, ceiling=cost) as call:
            try:
                answer: object = self._endpoint.client.post(
                    path,
                    cast_to=object,
                    body=content,
                    options={"headers": {"Authorization": openai.omit, **self._key()}},
                )
            except openai.OpenAIError as error:
                told = explain(error, call, endpoint=self._endpoint)
                if getattr(error, "status_code", 0) == 404:
                    told = Misconfigured(f"{told}, or no model {self._model!r}: set painter.model")
                raise told from error
            try:
                job = self._checked(self._dialect.address(answer))  # type: ignore[arg-type]
            except NONSENSE as error:
                raise OutcomeUnknown(f"{provider} gave the job no address: {error}") from error
            except Misconfigured as error:
                call.settle(cost)
                self._blocked = str(error)
                raise
            call.settle(cost, url=job)
        return job

    def _resumed(self, job: str) -> bytes | None:
        """The picture of an earlier try's job; None if there will be none."""
        outcome = self._wait(job)
        if outcome.state != "done":
            return None
        try:
            return self._urls.fetch(outcome.picture)
        except BadPicture:  # its address is not valid any more
            return None

    def _picture(self, job: str) -> bytes:
        outcome = self._wait(job)
        says = f"{self._endpoint.provider}: {outcome.says or outcome.state}"
        if outcome.state == "refused":
            raise ContentRejected(f"{says}. The job is charged")
        if outcome.state != "done":
            raise ServiceUnavailable(f"{says}. The job is charged")
        return self._urls.fetch(outcome.picture)

    def _wait(self, job: str) -> Outcome:
        end = time.monotonic() + self._endpoint.timeout
        while (outcome := self._look(job)).state == "waits":
            if time.monotonic() + self._pause > end:
                raise ServiceUnavailable(
                    f"{self._endpoint.provider} was not done within {self._endpoint.timeout:g} s."
                    f" The job is asked for again; if it happens often, raise"
                    f" {self._endpoint.names.timeout}"
                )
            time.sleep(self._pause)
        return outcome

    def _look(self, address: str, *, is_result: bool = False) -> Outcome:
        status, answer = self._get(address)
        if status in (401, 403):
            raise Misconfigured(
                f"{self._endpoint.provider} answered {status}. Check {self._endpoint.key_name}"
            )
        if status == 404:
            return Outcome("lost", says="it does not know the job any more")
        if status >= 500 or status in _LATER:
            return Outcome("waits")
        if status >= 400:
            return _failed(_words(answer) or f"status {status}")
        try:
            outcome = self._dialect.outcome(answer)
            if outcome.state != "look":
                return outcome
            if not is_result:
                return self._look(outcome.picture, is_result=True)
        except NONSENSE:
            return Outcome("waits")
        return _failed("no picture")

    def _get(self, address: str) -> tuple[int, Json]:
        """Status and content of an answer; 0 where there was none."""
        url = self._checked(address)
        try:
            with outgoing.client(
                seconds=min(self._endpoint.timeout, EXCHANGE_SECONDS),
                largest=LARGEST_ANSWER,
                trusted=self._endpoint.base_url,
                hosts=self._hosts,
            ) as client:
                response = client.get(url, headers=self._key())
        except outgoing.NotAllowed as error:
            raise Misconfigured(f"{self._endpoint.provider}: {error}") from error
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return 0, {}
        try:
            answer = response.json()
        except NONSENSE:
            answer = {}
        if response.status_code == 429 and (wait := outgoing.retry_after(response.headers)):
            time.sleep(min(wait, EXCHANGE_SECONDS))
        return response.status_code, answer if isinstance(answer, dict) else {}

    def _checked(self, address: object) -> str:
        """The address of a job, if the key may be sent there.

        Raises:
            ValueError: it is none.
            Misconfigured: it is at a host that is not the provider's.
        """
        if not isinstance(address, str) or not address:
            raise ValueError(f"{address!r} is no address")
        try:
            url = httpx2.URL(self._endpoint.base_url.rstrip("/") + "/").join(address)
        except httpx2.InvalidURL as error:
            raise ValueError(f"{address[:200]!r} is no address") from error
        secure = url.scheme == "https" or url.scheme == httpx2.URL(self._endpoint.base_url).scheme
        if not secure or url.userinfo or not outgoing.is_listed(url, self._hosts):
            raise Misconfigured(
                f"{self._endpoint.provider} has its jobs at {outgoing.origin(url)}, which does not"
                f" get the key: set {self._endpoint.names.base_url} to the provider's address"
            )
        return str(url)

    def _key(self) -> dict[str, str]:
        name, form = self._dialect.key
        return {name: form.format(self._endpoint.api_key)} if self._endpoint.api_key else {}


def job_server(settings: Settings, name: str) -> ModelServer:
    """Return the server of such a painter: that of `[painter]`, else the provider's own.

    Raises:
        Misconfigured: key or model is missing.
    """
    dialect = DIALECTS[name]
    own = settings.painter
    if not own.base_url:
        own = own.model_copy(update={"base_url": dialect.base_url})
    server = painter_server(settings.model_copy(update={"painter": own}))
    if not server.endpoint.api_key and own.base_url == dialect.base_url:
        raise Misconfigured(f"{name} needs {server.endpoint.key_name}, the key of {dialect.title}")
    if not own.model:
        raise Misconfigured(f"{name} needs painter.model, the name of a model of {dialect.title}")
    return server


def _bfl_outcome(answer: Json) -> Outcome:
    match answer["status"]:
        case "Ready":
            return Outcome("done", str(answer["result"]["sample"]))
        case "Request Moderated" | "Content Moderated" as status:
            return Outcome("refused", says=status)
        case "Error" | "Failed":
            return _failed(_words(answer))
        case "Task not found":
            return Outcome("lost", says="it does not know the job any more")
    return Outcome("waits")


def _replicate_outcome(answer: Json) -> Outcome:
    match answer["status"]:
        case "succeeded" if picture := next(_strings(answer.get("output")), ""):
            return Outcome("done", picture)
        case "succeeded":
            return Outcome("lost", says="its output was deleted")
        case "failed" | "canceled" | "aborted" as status:
            return _failed(_words(answer.get("error")) or status)
    return Outcome("waits")


def _fal_outcome(answer: Json) -> Outcome:
    if any(answer.get("has_nsfw_concepts") or ()):
        return Outcome("refused", says="has_nsfw_concepts: the picture was made black")
    images = answer.get("images") or [answer.get("image")]
    if isinstance(images[0], dict):
        return Outcome("done", str(images[0]["url"]))
    if answer["status"] != "COMPLETED":
        return Outcome("waits")
    if answer.get("error"):
        return _failed(_words([answer["error"], answer.get("error_type")]))
    return Outcome("look", str(answer["response_url"]))


def _failed(says: str) -> Outcome:
    return Outcome("refused" if _REFUSED.search(says) else "failed", says=says)


def _words(told: object) -> str:
    parts = dict.fromkeys(text.rstrip(" .") for text in _strings(told))
    return message("; ".join(parts))[:500]


def _strings(told: object) -> Iterator[str]:
    match told:
        case str():
            yield told
        case list():
            for one in told:
                yield from _strings(one)
        case dict():
            for name in ("error", "msg", "type", "detail", "details", "message"):
                yield from _strings(told.get(name))


DIALECTS: Final[Mapping[str, Dialect]] = MappingProxyType(
    {
        "bfl": Dialect(
            title="Black Forest Labs",
            base_url="https://api.bfl.ai/v1",
            key=("x-key", "{}"),
            submit=lambda model, body: (f"/{model}", body),
            address=lambda answer: answer["polling_url"],
            outcome=_bfl_outcome,
            size=lambda width, height: {"width": width, "height": height},
            picture_hosts=("*.bfl.ai",),
            own_hosts=("api.bfl.ai", "*.bfl.ai"),
        ),
        "replicate": Dialect(
            title="Replicate",
            base_url="https://api.replicate.com/v1",
            key=("Authorization", "Bearer {}"),
            submit=lambda model, body: ("/predictions", {"version": model, "input": body}),
            address=lambda answer: answer["urls"]["get"],
            outcome=_replicate_outcome,
            size=lambda width, height: {"width": width, "height": height},
            picture_hosts=("replicate.delivery", "*.replicate.delivery"),
        ),
        "fal": Dialect(
            title="fal",
            base_url="https://queue.fal.run",
            key=("Authorization", "Key {}"),
            submit=lambda model, body: (f"/{model}", body),
            address=lambda answer: answer["status_url"],
            outcome=_fal_outcome,
            size=lambda width, height: {"image_size": {"width": width, "height": height}},
            picture_hosts=("fal.media", "*.fal.media"),
        ),
    }
)
"""The providers, by the name of the painter."""
