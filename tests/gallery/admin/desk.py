"""What tests of the admin pages share."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

PASSWORD = "correct horse battery"


def csrf(client: TestClient, page: str = "/admin") -> str:
    """The token that a page's forms carry."""
    return re.findall(r'name="csrf" value="([^"]+)"', client.get(page).text)[0]


def send(client: TestClient, path: str, **data: object) -> object:
    """Send a form of the session."""
    return client.post(path, data={"csrf": csrf(client), **data})
