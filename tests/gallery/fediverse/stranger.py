"""A server of strangers, whose documents and requests a test makes as it likes.

It signs with code of its own, in the form of Mastodon's requests.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterable
from email.utils import formatdate
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import httpx2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

ACTIVITY = "application/activity+json"


@cache
def key_of(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key, the same for the same name."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def client() -> httpx2.Client:
    """A client that reads no certificates, since nothing here is encrypted."""
    return httpx2.Client(verify=False, timeout=60)


def pem_of(key: Any) -> str:
    """The public half of a key."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return str(key.public_key().public_bytes(serialization.Encoding.PEM, form).decode())


class Strangers:
    """The server; `documents` are (status, headers, body) by path."""

    def __init__(self) -> None:
        self.documents: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[str] = []
        self.posted: list[dict[str, Any]] = []
        self.answers = 202
        strangers = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                strangers.asked.append(self.path)
                missing: tuple[int, dict[str, str], bytes] = (404, {}, b"")
                status, headers, body = strangers.documents.get(self.path, missing)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                strangers.posted.append(
                    {"path": self.path, "headers": dict(self.headers), "body": json.loads(body)}
                )
                self.send_response(strangers.answers)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def settle(self, name: str, *, key: Any = None, **changes: Any) -> str:
        """Give the server an account; return its id."""
        actor = f"{self.address}/users/{name}"
        document = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": actor,
            "type": "Person",
            "preferredUsername": name,
            "inbox": f"{actor}/inbox",
            "endpoints": {"sharedInbox": f"{self.address}/inbox"},
            "publicKey": {
                "id": f"{actor}#main-key",
                "owner": actor,
                "publicKeyPem": pem_of(key or key_of(name)),
            },
            **changes,
        }
        self.serve(f"/users/{name}", document)
        return actor

    def serve(self, path: str, document: Any, *, kind: str = ACTIVITY) -> None:
        """Serve a document."""
        self.documents[path] = (200, {"content-type": kind}, json.dumps(document).encode())


def signed(
    target: str,
    body: bytes,
    *,
    actor: str,
    key: rsa.RSAPrivateKey,
    key_id: str = "",
    at: float | None = None,
    digest: str | None = None,
    covered: Iterable[str] = ("(request-target)", "host", "date", "digest", "content-type"),
    signed_target: str = "",
) -> dict[str, str]:
    """The headers of a POST to an address as Mastodon makes them."""
    parts = urlsplit(signed_target or target)
    hashed = base64.b64encode(hashlib.sha256(body).digest()).decode()
    headers = {
        "host": parts.netloc,
        "date": formatdate(time.time() if at is None else at, usegmt=True),
        "digest": f"SHA-256={hashed}" if digest is None else digest,
        "content-type": ACTIVITY,
    }
    values = {"(request-target)": f"post {parts.path}", **headers}
    text = "\n".join(f"{name}: {values[name]}" for name in covered)
    signature = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    headers["signature"] = (
        f'keyId="{key_id or f"{actor}#main-key"}",algorithm="rsa-sha256",'
        f'headers="{" ".join(covered)}",signature="{base64.b64encode(signature).decode()}"'
    )
    return headers


def post(target: str, activity: Any, *, raw: bytes | None = None, **options: Any) -> int:
    """Sign an activity, send it, and return the status."""
    body = json.dumps(activity).encode()
    headers = signed(target, body, **options)
    return client().post(target, content=raw or body, headers=headers).status_code
