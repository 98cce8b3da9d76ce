"""Which hosts an exchange may reach, by a list in the settings."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import httpx2

DEFAULT_PORTS = {"http": 80, "https": 443}


def is_listed(url: httpx2.URL, hosts: Iterable[str]) -> bool:
    """Whether a URL's host and port are listed as `host`, `host:port` or `*.domain`.

    Hosts are compared as text, so another notation of an address is another host. Without a port
    only the default one is meant.
    """
    default = DEFAULT_PORTS.get(url.scheme)
    port = url.port or default
    return any(_matches(url.host, port, default, entry) for entry in hosts)


def origin(url: httpx2.URL) -> str:
    """Return a URL's host and port as an entry of such a list."""
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{host}:{url.port or DEFAULT_PORTS.get(url.scheme, 0)}"


def _matches(host: str, port: int | None, default: int | None, entry: str) -> bool:
    listed = urlsplit(f"//{entry}")
    name = listed.hostname or ""
    if port != (listed.port or default):
        return False
    return host == name or (name.startswith("*.") and host.endswith(name[1:]))
