"""Other servers: their actors' documents, and posts to their inboxes.

Every exchange goes through `worker.outgoing`, which bounds its time and size and refuses private
addresses. Documents are fetched with a signature, which servers in secure mode ask for.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2

from gallery.fediverse.addresses import Addresses, host_of, is_id
from gallery.fediverse.documents import MEDIA_TYPE
from gallery.fediverse.keys import ActorKeys
from gallery.fediverse.signatures import Request, public_key, sign
from gallery.middleware.rate_limit import Rate, TokenBuckets
from storage.catalogue.fediverse import RemoteActor
from worker import outgoing

_SECONDS: Final = 10.0
_LARGEST: Final = 256 * 1024
_TYPES: Final = ("Person", "Service", "Application", "Group", "Organization")
_ACCEPTED: Final = ("application/activity+json", "application/ld+json")
_ACCEPT: Final = (
    f'{MEDIA_TYPE}, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
)

FETCHES: Final = Rate(per_second=1.0, burst=30)
"""Documents that are fetched of one host because of what it sends."""

_AT_ONCE: Final = 4
_REMEMBERED: Final = 2000
_FAILED_SECONDS: Final = 300.0
_HOUR: Final = 3600.0


class ActorUnknown(Exception):  # noqa: N818 - reads as what it says
    """An actor's document can't be had, or is none."""


class Busy(Exception):  # noqa: N818
    """Too many documents are being fetched now."""


class Remote:
    """Talks to other servers in the name of an artist; safe for threads.

    Only the host `trusted` may be in this network and without TLS: tests have such servers.
    """

    def __init__(self, at: Addresses, keys: ActorKeys, *, trusted: str = "") -> None:
        self._at = at
        self._keys = keys
        self.trusted = trusted
        self._fetching = threading.BoundedSemaphore(_AT_ONCE)
        self._lock = threading.Lock()
        self._hosts = TokenBuckets(FETCHES)
        self._failed: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._actors: OrderedDict[str, RemoteActor] = OrderedDict()

    def recent(self, actor: str) -> RemoteActor | None:
        """An actor that was fetched in the last hour."""
        with self._lock:
            known = self._actors.get(actor)
        fresh = known is not None and known.fetched_at > time.time() - _HOUR
        return known if fresh else None

    def actor(self, actor: str, *, by: str) -> RemoteActor:
        """Fetch an actor's document in the name of an artist.

        Raises:
            ActorUnknown: there is none, or it does not say what an actor's must.
            Busy: too many are being fetched now.
        """
        self._check_may_fetch(actor)
        if not self._fetching.acquire(blocking=False):
            raise Busy("too many documents are being fetched now")
        try:
            found = replace(self._parsed(actor, self._get(actor, by)), fetched_at=time.time())
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            self._note_failure(actor, str(error))
            raise ActorUnknown(f"{actor} can't be read: {error}") from error
        finally:
            self._fetching.release()
        with self._lock:
            self._actors[actor] = found
            while len(self._actors) > _REMEMBERED:
                self._actors.popitem(last=False)
        return found

    def post(self, inbox: str, artist: str, body: bytes) -> httpx2.Response:
        """Send an activity of an artist, signed.

        Raises:
            httpx2.TransportError: it did not get there, or its outcome is unknown.
            KeyLocked: the artist's key can't be read.
        """
        headers = self._signed("POST", inbox, artist, {"content-type": MEDIA_TYPE}, body)
        with self._client(largest=0) as client:
            return client.post(inbox, content=body, headers=headers)

    def _get(self, address: str, artist: str) -> Any:
        headers = self._signed("GET", address, artist, {"accept": _ACCEPT})
        with self._client(largest=_LARGEST) as client:
            answer = client.get(address, headers=headers)
        if not answer.is_success:
            raise ValueError(f"the server answered {answer.status_code}")
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in _ACCEPTED:
            # A server may let its users upload JSON, which would speak for its actors.
            raise ValueError(f"the server answered with the type {kind!r}")
        try:
            return json.loads(answer.content)
        except RecursionError as error:
            raise ValueError("its JSON is nested too deeply") from error

    def _signed(
        self, method: str, address: str, artist: str, headers: dict[str, str], body: bytes = b""
    ) -> dict[str, str]:
        parts = urlsplit(address)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        agent = {"user-agent": f"cultural-alien (+{self._at.to.origin})"}
        request = Request(method, f"{parts.scheme}://{parts.netloc}", target, headers | agent, body)
        return sign(request, key_id=self._at.key(artist), key=self._keys.private(artist))

    def _client(self, *, largest: int) -> httpx2.Client:
        trusted = f"http://{self.trusted}" if self.trusted else ""
        return outgoing.client(seconds=_SECONDS, largest=largest, trusted=trusted)

    def _parsed(self, actor: str, document: Any) -> RemoteActor:
        """What an actor's document says.

        Raises:
            ValueError: it is not that actor's, or lacks something.
        """
        if not isinstance(document, dict) or document.get("id") != actor:
            raise ValueError("the document is not of this id")
        if document.get("type") not in _TYPES:
            raise ValueError(f"{str(document.get('type'))[:40]!r} is no type of an actor")
        inbox = document.get("inbox")
        if not self._is_there(inbox, actor):
            raise ValueError("its inbox is not on its host")
        endpoints = document.get("endpoints")
        shared = endpoints.get("sharedInbox") if isinstance(endpoints, dict) else None
        key_id, pem = self._key_of(actor, document.get("publicKey"))
        name = str(document.get("preferredUsername") or "")[:200]
        return RemoteActor(
            id=actor,
            handle=f"@{name}@{host_of(actor)}" if name.isprintable() else actor,
            inbox=str(inbox),
            shared_inbox=str(shared) if self._is_there(shared, actor) else "",
            key_id=key_id,
            key=pem,
        )

    def _key_of(self, actor: str, given: Any) -> tuple[str, str]:
        """Id and PEM of an actor's key; of several, the first."""
        for key in (given if isinstance(given, list) else [given])[:8]:
            if not isinstance(key, dict) or key.get("owner") != actor:
                continue
            key_id, pem = key.get("id"), key.get("publicKeyPem")
            if self._is_there(key_id, actor) and isinstance(pem, str) and len(pem) < 4096:
                public_key(pem)
                return str(key_id), pem
        raise ValueError("it has no public key of its own")

    def _is_there(self, address: Any, actor: str) -> bool:
        return is_id(address, trusted=self.trusted) and host_of(address) == host_of(actor)

    def _check_may_fetch(self, actor: str) -> None:
        with self._lock:
            until, why = self._failed.get(actor, (0.0, ""))
            if until > time.monotonic():
                raise ActorUnknown(f"{actor} can't be read: {why}")
            if self._hosts.take(host_of(actor)) > 0:
                raise Busy(f"{host_of(actor)} makes too many documents be fetched")

    def _note_failure(self, actor: str, why: str) -> None:
        with self._lock:
            self._failed[actor] = time.monotonic() + _FAILED_SECONDS, why
            while len(self._failed) > _REMEMBERED:
                self._failed.popitem(last=False)
