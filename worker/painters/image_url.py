"""Fetch the pictures that an image endpoint names by URL."""

from __future__ import annotations

import time
from dataclasses import dataclass

import httpx2

from worker import outgoing
from worker.errors import BadPicture, Misconfigured, ServiceUnavailable
from worker.openai_api import LARGEST_ANSWER
from worker.painters.image_answer import decode_data_url

LARGEST_PICTURE = LARGEST_ANSWER * 3 // 4
"""Most bytes of a fetched picture, as many as the largest answer holds in base64."""

FETCH_SECONDS = 50.0
"""Most seconds of all attempts together; a worker that is to stop waits for them."""

ATTEMPTS = 3
PAUSE = 2.0
"""Attempts to fetch one picture, and seconds between them."""

_LATER = frozenset({404, 408, 425, 429})
"""Statuses, besides those of 500 and more, after which a picture may still appear."""


@dataclass(frozen=True)
class ImageUrls:
    """Fetches pictures from the endpoint `base_url` and from `hosts` (see `outgoing.is_listed`).

    Only the endpoint's own host may have a private address, and only its own origin gets the key.
    """

    base_url: str
    api_key: str = ""
    hosts: tuple[str, ...] = ()
    pause: float = PAUSE

    def fetch(self, url: str) -> bytes:
        """Return the bytes that a URL names; it may be relative to the endpoint, or a `data:` URL.

        Raises:
            Misconfigured: it leads to a host that is not allowed.
            ServiceUnavailable: it could not be fetched now.
            BadPicture: there is nothing that could be a picture.
        """
        if url[:5].lower() == "data:":
            try:
                return decode_data_url(url)
            except ValueError as error:
                raise BadPicture(f"the answer's data: URL can't be decoded: {error}") from error
        target = self._checked(url)
        end = time.monotonic() + FETCH_SECONDS
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._fetch_once(target, seconds=end - time.monotonic())
            except ServiceUnavailable:
                if attempt == ATTEMPTS or time.monotonic() + self.pause >= end:
                    raise
                time.sleep(self.pause)
        raise AssertionError("the last attempt returns or raises")

    def _checked(self, url: str) -> httpx2.URL:
        """Return the absolute URL, if its host is allowed."""
        try:
            target = httpx2.URL(self.base_url.rstrip("/") + "/").join(url)
        except (httpx2.InvalidURL, ValueError) as error:
            raise BadPicture(f"the picture's URL {url[:200]!r} is invalid: {error}") from error
        if target.scheme not in ("http", "https") or not target.host or target.userinfo:
            raise BadPicture(f"the picture's URL {url[:200]!r} is not a plain http(s) URL")
        if not outgoing.is_listed(target, self._allowed):
            raise Misconfigured(
                f"{self._own} answers with pictures at {outgoing.origin(target)}, which is not"
                " allowed: if it is the provider's, add it to openai.image_hosts, or let"
                ' openai.image_options ask for response_format = "b64_json"'
            )
        return target

    def _fetch_once(self, target: httpx2.URL, *, seconds: float) -> bytes:
        is_own = (target.scheme, outgoing.origin(target)) == (
            httpx2.URL(self.base_url).scheme,
            self._own,
        )
        headers = {"Authorization": f"Bearer {self.api_key}"} if is_own and self.api_key else {}
        where = f"the picture at {outgoing.origin(target)}{target.path}"
        try:
            with outgoing.client(
                seconds=seconds,
                largest=LARGEST_PICTURE,
                trusted=self.base_url,
                hosts=self._allowed,
            ) as client:
                response = client.get(target, headers=headers)
        except outgoing.NotAllowed as error:
            raise Misconfigured(f"{where} is not fetched: {error}") from error
        except outgoing.TooLarge as error:
            raise BadPicture(f"{where} is too large: {error}") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise ServiceUnavailable(f"{where} could not be fetched: {error}") from error
        status = response.status_code
        if status in _LATER or status >= 500:
            raise ServiceUnavailable(f"{where} could not be fetched: status {status}")
        if status != 200:
            raise BadPicture(f"{where} can't be fetched: status {status}")
        return response.content

    @property
    def _own(self) -> str:
        return outgoing.origin(httpx2.URL(self.base_url))

    @property
    def _allowed(self) -> tuple[str, ...]:
        return (self._own, *self.hosts)
