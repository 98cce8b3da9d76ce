"""A chat endpoint on this machine, for tests of what asks a language model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from openai import OpenAI


@contextmanager
def chat_server(answer: Any) -> Iterator[tuple[OpenAI, list[dict[str, Any]]]]:
    """A chat endpoint on this machine; `answer(request)` gives its text, or an HTTP status."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(request)
            text = answer(request)
            status = text if isinstance(text, int) else 200
            message = {"role": "assistant", "content": text}
            choice = {"index": 0, "finish_reason": "stop", "message": message}
            reply = {"id": "1", "object": "chat.completion", "model": "local", "choices": [choice]}
            body = json.dumps(reply if status == 200 else {"error": {"message": "away"}}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/v1"
        with OpenAI(base_url=url, api_key="none", max_retries=0) as client:
            yield client, asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
