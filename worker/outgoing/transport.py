"""The transport of every outgoing HTTP exchange, except with stores and memory."""

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
from worker.outgoing.hosts import is_listed
from worker.outgoing.sockets import Deadline, DeadlineBackend

MOST_HOPS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_HARMLESS = frozenset({"accept", "accept-encoding", "content-type", "user-agent"})
_SIGNED = ("webhook-", "x-artist-signature")


class TooLarge(TransportError):  # noqa: N818
    """The response's body is larger than allowed."""


@dataclass(frozen=True)
class Transport(httpx2.BaseTransport):
    """One connection per request, with a limit on the time and size of the whole exchange.

    `seconds` limits the whole exchange: resolving, connecting, sending, reading, and redirects; a
    request's own timeout may shorten it. `largest` is the maximum number of bytes of a decoded
    body; with 0 the body is not read. Only the host `trusted`, which the settings name, may have a
    private address. Redirects must stay on the host, or lead to one of `hosts` (see `is_listed`);
    with `elsewhere` they may lead to every other public host. There they have no secrets in the
    headers.
    """

    seconds: float
    largest: int
    trusted: str = ""
    elsewhere: bool = False
    hosts: tuple[str, ...] = ()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, follow redirects, and read the response.

        Raises:
            NotAllowed: the target of the request or of a redirect is not allowed.
            TooLarge: the body is larger than `largest`.
            TransportError: the exchange failed, or took too long.
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
            _httpx_errors(),
            self._pool(request.url, deadline) as pool,
            pool.stream(
                request.method,
                _core_url(request.url),
                headers=[*headers, (b"accept-encoding", b"gzip")],
                content=content or None,
            ) as answer,
        ):
            received = httpx2.Headers(answer.headers)
            is_redirect = answer.status in _REDIRECTS and "location" in received
            body = b""
            if self.largest and not is_redirect:
                body = self._read(answer, received.get("content-encoding", ""))
        for name in ("content-encoding", "content-length", "transfer-encoding"):
            received.pop(name, None)
        return httpx2.Response(answer.status, headers=received, content=body, request=request)

    def _read(self, answer: httpcore2.Response, encoding: str) -> bytes:
        """Return the decoded body; decode at most `largest` + 1 bytes."""
        decode, is_whole = _decoder(encoding.strip().lower())
        body = bytearray()
        started = False
        for chunk in answer.iter_stream():
            started = True
            body += decode(chunk, self.largest + 1 - len(body))
            if len(body) > self.largest:
                raise TooLarge(f"the response has more than {self.largest} bytes")
        if started and not is_whole():
            raise RemoteProtocolError("the response's compressed body is truncated")
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
                f"the proxy {proxy.scheme}://{proxy.host} can't be used: only http:// is supported"
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
            return  # only the proxy can resolve the name
        check_public(url.host, addresses)

    def _redirected(
        self, request: httpx2.Request, content: bytes, response: httpx2.Response
    ) -> httpx2.Request:
        """Return the request of a redirect."""
        try:
            url = request.url.join(response.headers["location"])
        except (httpx2.InvalidURL, ValueError) as error:
            raise NotAllowed(f"{request.url.host} redirects to an invalid URL: {error}") from error
        where = f"{request.url.host} redirects to {url.scheme}://{url.netloc.decode('latin-1')}"
        if not _is_address(url):
            raise NotAllowed(f"{where}, which is not allowed")
        if (request.url.scheme, url.scheme) == ("https", "http"):
            raise NotAllowed(f"{where}, which is not encrypted")
        if request.method not in ("GET", "HEAD") and response.status_code not in (307, 308):
            raise NotAllowed(
                f"{where} ({response.status_code}), which a {request.method} can't follow: set that"
                " address"
            )
        headers = [pair for pair in request.headers.multi_items() if pair[0] != "host"]
        if not _same_place(request.url, url):
            if not self.elsewhere and not is_listed(url, self.hosts):
                raise NotAllowed(f"{where}: if that is intended, set that address")
            headers = [pair for pair in headers if _is_harmless(pair[0])]
        return httpx2.Request(request.method, url, headers=headers, content=content)


def client(
    *,
    seconds: float,
    largest: int,
    trusted: str = "",
    elsewhere: bool = False,
    hosts: tuple[str, ...] = (),
) -> httpx2.Client:
    """Create an HTTP client with a `Transport`; `trusted` is the URL in the settings."""
    transport = transport_to(
        trusted, seconds=seconds, largest=largest, elsewhere=elsewhere, hosts=hosts
    )
    return httpx2.Client(transport=transport, timeout=seconds, trust_env=False)


def transport_to(
    address: str,
    *,
    seconds: float,
    largest: int,
    elsewhere: bool = False,
    hosts: tuple[str, ...] = (),
) -> Transport:
    """Create the transport to a URL of the settings; empty: only to public hosts."""
    host = httpx2.URL(address).host if address else ""
    return Transport(
        seconds=seconds, largest=largest, trusted=host, elsewhere=elsewhere, hosts=hosts
    )


def _core_url(url: httpx2.URL) -> httpcore2.URL:
    return httpcore2.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _is_address(url: httpx2.URL) -> bool:
    """Whether a redirect may lead there: an http(s) URL without user name and password."""
    is_web = url.scheme in ("http", "https") and bool(url.host) and not url.userinfo
    return is_web and (url.port or 0) < 2**16


def _same_place(before: httpx2.URL, after: httpx2.URL) -> bool:
    """Whether both have the same origin, or the second only adds TLS on the default port."""
    if before.host != after.host:
        return False
    upgraded = (before.scheme, after.scheme) == ("http", "https")
    if upgraded and before.port is None and after.port is None:
        return True
    return (before.scheme, before.port) == (after.scheme, after.port)


def _is_harmless(name: str) -> bool:
    return name.lower() in _HARMLESS or name.lower().startswith(_SIGNED)


def _proxy_for(url: httpx2.URL) -> httpx2.URL | None:
    """Return the proxy that the environment sets for a URL, if any."""
    proxies = getproxies()
    named = proxies.get(url.scheme) or proxies.get("all")
    if not named or proxy_bypass(url.netloc.decode("latin-1")):
        return None
    return httpx2.URL(named if "://" in named else f"http://{named}")


@functools.cache
def _ssl_context() -> ssl.SSLContext:
    return httpx2.create_ssl_context()


def _decoder(encoding: str) -> tuple[Callable[[bytes, int], bytes], Callable[[], bool]]:
    """Return two functions: decode a chunk to at most n bytes; whether the end was reached."""
    if encoding in ("", "identity"):
        return (lambda chunk, most: chunk[:most]), (lambda: True)
    if encoding not in ("gzip", "x-gzip"):
        raise RemoteProtocolError(f"the response has the unexpected encoding {encoding!r}")
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def inflate(chunk: bytes, most: int) -> bytes:
        try:
            return inflater.decompress(chunk, most)
        except zlib.error as error:
            raise RemoteProtocolError(f"the response's body is not gzip: {error}") from error

    return inflate, lambda: inflater.eof


@contextmanager
def _httpx_errors() -> Iterator[None]:
    """Raise httpcore's errors as httpx's errors of the same names."""
    try:
        yield
    except (
        httpcore2.TimeoutException,
        httpcore2.NetworkError,
        httpcore2.ProtocolError,
        httpcore2.ProxyError,
        httpcore2.UnsupportedProtocol,
    ) as error:
        text = str(error) or type(error).__name__
        raise getattr(httpx2, type(error).__name__)(text) from error
