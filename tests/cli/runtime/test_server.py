"""The gallery's listening socket, and its errors."""

from __future__ import annotations

import pytest

from cli.errors import UserError
from cli.runtime.server import listen, web_address


@pytest.mark.parametrize(
    ("host", "address"), [("127.0.0.1", "http://127.0.0.1:{}/"), ("::1", "http://[::1]:{}/")]
)
def test_it_listens_on_ipv4_and_ipv6(host: str, address: str) -> None:
    with listen(host, 0) as listener:
        port = listener.getsockname()[1]
        assert web_address(host, port) == address.format(port)


@pytest.mark.parametrize("host", ["no such host", "a" * 300, "a..b", "192.0.2.1"])
def test_an_address_of_another_machine_is_an_error(host: str) -> None:
    with pytest.raises(UserError, match=r"can't listen on .*gallery\.host"):
        listen(host, 0)
