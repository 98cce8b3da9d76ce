"""Adapters: the HTTP libraries of Mastodon's and Bluesky's clients use `worker.outgoing`."""

from __future__ import annotations

import time
from dataclasses import replace
from io import BytesIO
from typing import Any

import httpx
import httpx2
from requests import PreparedRequest, RequestException, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from worker.outgoing import Transport

LONGEST_DELIVERY = 60.0
"""Seconds for all that is asked to publish one work in one place."""


class _Delivery:
    """The exchanges of one delivery at a time, all of which together have a deadline."""

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport
        self.begin()

    def begin(self) -> None:
        """A new delivery begins."""
        self._until = time.monotonic() + LONGEST_DELIVERY

    def _exchange(self, request: httpx2.Request) -> httpx2.Response:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpx2.ReadTimeout(f"the delivery was not over in {LONGEST_DELIVERY:g} s")
        bounded = replace(self._transport, seconds=min(self._transport.seconds, left))
        return bounded.handle_request(request)


class HttpxTransport(_Delivery, httpx.BaseTransport):
    """For a client of `httpx`."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it; errors are those of `httpx` by the same names."""
        ours = httpx2.Request(
            request.method,
            str(request.url),
            headers=request.headers.multi_items(),
            content=request.read(),
        )
        try:
            answer = self._exchange(ours)
        except httpx2.TimeoutException as error:
            raise httpx.ReadTimeout(str(error)) from error
        except httpx2.TransportError as error:
            raise httpx.NetworkError(str(error)) from error
        return httpx.Response(
            answer.status_code, headers=answer.headers.multi_items(), content=answer.content
        )


class RequestsAdapter(_Delivery, BaseAdapter):
    """For a session of `requests`."""

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        """Send it.

        Raises:
            RequestException: it could not be sent or answered, or not in time.
        """
        body: Any = request.body or b""
        ours = httpx2.Request(
            request.method or "GET",
            request.url or "",
            headers=[(name, str(value)) for name, value in request.headers.items()],
            content=body.encode() if isinstance(body, str) else body,
        )
        try:
            answer = self._exchange(ours)
        except httpx2.TransportError as error:
            raise RequestException(str(error)) from error
        response = Response()
        response.status_code = answer.status_code
        response.headers = CaseInsensitiveDict(answer.headers.items())
        response.encoding = "utf-8"
        response.raw = BytesIO(answer.content)
        response.url, response.request = str(ours.url), request
        return response

    def close(self) -> None:
        """There is nothing to let go of."""
