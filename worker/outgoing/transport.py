"""The transport of every outgoing HTTP exchange, except to stores and memory."""

from __future__ import annotations

import functools
import ssl
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import getproxies, proxy_bypass

import httpcore2
import httpx2
from httpx2 import ConnectError, RemoteProtocolError, TransportError, UnsupportedProtocol

from worker.outgoing.addresses import NotAllowed, check_public, resolve
from worker.outgoing.sockets import Deadline, DeadlineBackend

MOST_HOPS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_HARMLESS = frozenset({"accept", "accept-encoding", "content-type", "user-agent"})
_SIGNED = ("webhook-", "x-artist-signature")


class TooLarge(TransportError):  # noqa: N818
    """The answer's body is larger than the exchange allows."""


@dataclass(frozen=True)
class Transport(httpx2.BaseTransport):
    """One exchange a request, with a deadline for all of it and a ceiling on what comes back.

    `seconds` bound the whole exchange: looking up, connecting, sending, reading, and redirects; a
    shorter timeout of a single request counts, too. `largest` is the most bytes that a decoded body
    may have; with 0 it is not read at all. `trusted` is the host that the settings name: it alone
    may have a private address. Redirects stay on the host, unless `elsewhere`: then they may lead
    to another public one, without anything secret in the headers.
    """

    seconds: float
    largest: int
    trusted: str = ""
    elsewhere: bool = False

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, follow redirects, and read the answer.

        Raises:
            NotAllowed: it leads where it may not go.
            TooLarge: the body is over the ceiling.
            TransportError: it could not be sent or answered, or not in time.
        """
        deadline = Deadline(self._seconds(request))
        content = request.read()
        for _ in range(MOST_HOPS + 1):
            response = self._exchange(request, content, deadline)
            if response.status_code not in _REDIRECTS or "location" not in response.headers:
                return response
            request = self._redirected(request, content, response)
        raise NotAllowed(f"{request.url.host} redirects more than {MOST_HOPS} times")

    def _seconds(self, request: httpx2.Request) -> float:
        asked = request.extensions.get("timeout", {}).get("read")
        return self.seconds if asked is None else min(self.seconds, asked)

    def _exchange(
        self, request: httpx2.Request, content: bytes, deadline: Deadline
    ) -> httpx2.Response:
        headers = [pair for pair in request.headers.raw if pair[0].lower() != b"accept-encoding"]
        with (
            _told_by_httpx(),
            self._pool(request.url, deadline) as pool,
            pool.stream(
                request.method,
                _core_url(request.url),
                headers=[*headers, (b"accept-encoding", b"gzip")],
                content=content or None,
            ) as answer,
        ):
            told = httpx2.Headers(answer.headers)
            is_redirect = answer.status in _REDIRECTS and "location" in told
            body = b""
            if self.largest and not is_redirect:
                body = self._read(answer, told.get("content-encoding", ""))
        for name in ("content-encoding", "content-length", "transfer-encoding"):
            told.pop(name, None)
        return httpx2.Response(answer.status, headers=told, content=body, request=request)

    def _read(self, answer: httpcore2.Response, encoding: str) -> bytes:
        """The decoded body; never more than the ceiling is decoded."""
        decode, is_whole = _decoder(encoding.strip().lower())
        body = bytearray()
        began = False
        for chunk in answer.iter_stream():
            began = True
            body += decode(chunk, self.largest + 1 - len(body))
            if len(body) > self.largest:
                raise TooLarge(f"the answer has more than {self.largest} bytes")
        if began and not is_whole():
            raise RemoteProtocolError("the answer's compressed body is cut short")
        return bytes(body)

    def _pool(self, url: httpx2.URL, deadline: Deadline) -> httpcore2.ConnectionPool:
        proxy = _proxy_for(url) if self.trusted else None
        if proxy is None:
            backend = DeadlineBackend(deadline, lambda host: host == self.trusted)
            return httpcore2.ConnectionPool(ssl_context=_ssl_context(), network_backend=backend)
        if url.host != self.trusted:
            self._check_behind_proxy(url, deadline)
        if proxy.scheme != "http":
            raise UnsupportedProtocol(
                f"the proxy {proxy.scheme}://{proxy.host} can't be used: only http:// ones can"
            )
        return httpcore2.HTTPProxy(
            proxy_url=_core_url(proxy),
            proxy_auth=(proxy.username.encode(), proxy.password.encode())
            if proxy.username or proxy.password
            else None,
            ssl_context=_ssl_context(),
            network_backend=DeadlineBackend(deadline, lambda host: host == proxy.host),
        )

    def _check_behind_proxy(self, url: httpx2.URL, deadline: Deadline) -> None:
        try:
            seconds = deadline.left(httpcore2.ConnectTimeout)
            addresses = resolve(url.host, url.port or 0, seconds=seconds)
        except ConnectError:
            return  # only the proxy knows the name
        check_public(url.host, addresses)

    def _redirected(
        self, request: httpx2.Request, content: bytes, response: httpx2.Response
    ) -> httpx2.Request:
        """The request that a redirect asks for."""
        try:
            url = request.url.join(response.headers["location"])
        except (httpx2.InvalidURL, ValueError) as error:
            raise NotAllowed(f"{request.url.host} redirects to no address: {error}") from error
        where = f"{request.url.host} redirects to {url.scheme}://{url.netloc.decode('latin-1')}"
        if not _is_address(url):
            raise NotAllowed(f"{where}, which is no address to go to")
        if (request.url.scheme, url.scheme) == ("https", "http"):
            raise NotAllowed(f"{where}, which is not encrypted any more")
        if request.method not in ("GET", "HEAD") and response.status_code not in (307, 308):
            raise NotAllowed(
                f"{where} ({response.status_code}), where a {request.method} can't follow: set that"
                " address"
            )
        headers = [pair for pair in request.headers.multi_items() if pair[0] != "host"]
        if not _same_place(request.url, url):
            if not self.elsewhere:
                raise NotAllowed(f"{where}: if that is meant, set that address")
            headers = [pair for pair in headers if _is_harmless(pair[0])]
        return httpx2.Request(request.method, url, headers=headers, content=content)


def client(
    *, seconds: float, largest: int, trusted: str = "", elsewhere: bool = False
) -> httpx2.Client:
    """An HTTP client over a `Transport`; `trusted` is the address that the settings name."""
    transport = transport_to(trusted, seconds=seconds, largest=largest, elsewhere=elsewhere)
    return httpx2.Client(transport=transport, timeout=seconds, trust_env=False)


def transport_to(
    address: str, *, seconds: float, largest: int, elsewhere: bool = False
) -> Transport:
    """The transport to an address of the settings; empty: to public hosts alone."""
    host = httpx2.URL(address).host if address else ""
    return Transport(seconds=seconds, largest=largest, trusted=host, elsewhere=elsewhere)


def _core_url(url: httpx2.URL) -> httpcore2.URL:
    return httpcore2.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _is_address(url: httpx2.URL) -> bool:
    """Whether a redirect may name it: a web address without a name or password."""
    is_web = url.scheme in ("http", "https") and bool(url.host) and not url.userinfo
    return is_web and (url.port or 0) < 2**16


def _same_place(before: httpx2.URL, after: httpx2.URL) -> bool:
    """Whether both are one origin, or the second is the first one's default port with TLS."""
    if before.host != after.host:
        return False
    upgraded = (before.scheme, after.scheme) == ("http", "https")
    if upgraded and before.port is None and after.port is None:
        return True
    return (before.scheme, before.port) == (after.scheme, after.port)


def _is_harmless(name: str) -> bool:
    return name.lower() in _HARMLESS or name.lower().startswith(_SIGNED)


def _proxy_for(url: httpx2.URL) -> httpx2.URL | None:
    """The proxy that the environment names for an address, if any."""
    proxies = getproxies()
    named = proxies.get(url.scheme) or proxies.get("all")
    if not named or proxy_bypass(url.netloc.decode("latin-1")):
        return None
    return httpx2.URL(named if "://" in named else f"http://{named}")


@functools.cache
def _ssl_context() -> ssl.SSLContext:
    return httpx2.create_ssl_context()


def _decoder(encoding: str) -> tuple[Callable[[bytes, int], bytes], Callable[[], bool]]:
    """What decodes a piece into at most so many bytes, and what tells whether the end was seen."""
    if encoding in ("", "identity"):
        return (lambda chunk, most: chunk[:most]), (lambda: True)
    if encoding not in ("gzip", "x-gzip"):
        raise RemoteProtocolError(f"the answer is encoded as {encoding!r}, which nobody asked for")
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def inflate(chunk: bytes, most: int) -> bytes:
        try:
            return inflater.decompress(chunk, most)
        except zlib.error as error:
            raise RemoteProtocolError(f"the answer's body is not gzip: {error}") from error

    return inflate, lambda: inflater.eof


@contextmanager
def _told_by_httpx() -> Iterator[None]:
    """Turn httpcore's errors into httpx's of the same names."""
    try:
        yield
    except (
        httpcore2.TimeoutException,
        httpcore2.NetworkError,
        httpcore2.ProtocolError,
        httpcore2.ProxyError,
        httpcore2.UnsupportedProtocol,
    ) as error:
        said = str(error) or type(error).__name__
        raise getattr(httpx2, type(error).__name__)(said) from error
