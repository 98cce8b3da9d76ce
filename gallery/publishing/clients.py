"""Adapters by which the clients of Mastodon and Bluesky send requests through `worker.outgoing`."""

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
"""Seconds for all requests that publish one work on one channel."""


class _Delivery:
    """The requests of one delivery at a time, with one deadline for all of them."""

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport
        self.begin()

    def begin(self) -> None:
        """Begin a new delivery."""
        self._until = time.monotonic() + LONGEST_DELIVERY

    def _exchange(self, request: httpx2.Request) -> httpx2.Response:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpx2.ReadTimeout(f"the delivery took more than {LONGEST_DELIVERY:g} s")
        bounded = replace(self._transport, seconds=min(self._transport.seconds, left))
        return bounded.handle_request(request)


class HttpxTransport(_Delivery, httpx.BaseTransport):
    """For a client of `httpx`."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; errors are translated to those of `httpx`."""
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
        """Send the request.

        Raises:
            RequestException: it failed or timed out.
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
        """Do nothing: there are no connections to close."""
