import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from huggingface_hub import constants

from worker.hub import go_offline_if_away


@pytest.fixture
def hub() -> Iterator[str]:
    """A hub that answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_hub_that_was_unavailable_is_found_again(
    hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.hub._OFFLINE_BY_WISH", False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    assert go_offline_if_away()
    assert constants.HF_HUB_OFFLINE
    monkeypatch.setattr(constants, "ENDPOINT", hub)
    assert not go_offline_if_away()
    assert not constants.HF_HUB_OFFLINE


def test_the_offline_variable_is_obeyed(hub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.hub._OFFLINE_BY_WISH", True)
    monkeypatch.setattr(constants, "ENDPOINT", hub)
    assert go_offline_if_away()
