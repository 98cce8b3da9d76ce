"""What other servers send: follows, likes, boosts, replies, and taking them back.

An activity takes effect if its signature is verified with the key in its own actor's document, and
it was not accepted before. Everything else in it is text of a stranger.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection

from gallery.fediverse.addresses import host_of, is_id
from gallery.fediverse.documents import PUBLIC, Documents, as_json
from gallery.fediverse.plain_text import plain_text
from gallery.fediverse.remote import ActorUnknown, Remote
from gallery.fediverse.signatures import Claim, Request, SignatureRefused, claim_of
from storage.catalogue import Catalogue, WorkRow
from storage.catalogue.fediverse import RemoteActor

Activity = dict[str, Any]
Effect = Callable[[Connection], object]

_FRESH: Final = 7 * 86400.0
"""Seconds after which an actor's document is fetched anew."""

_AGAIN: Final = 300.0
"""Seconds before a document is fetched again because a signature does not fit its key."""

_PUBLIC: Final = frozenset({PUBLIC, "as:Public", "Public"})


class Malformed(Exception):  # noqa: N818 - reads as what it says
    """What was sent is no activity."""


class Blocked(Exception):  # noqa: N818
    """The actor, or its domain, is blocked."""


class Inbox:
    """Takes in activities for all artists."""

    def __init__(self, catalogue: Catalogue, documents: Documents, remote: Remote) -> None:
        self._catalogue = catalogue
        self._stored = catalogue.fediverse
        self._documents = documents
        self._remote = remote
        self._read: dict[str, Callable[[Activity, RemoteActor], Effect | None]] = {
            "Follow": self._follow,
            "Undo": self._undo,
            "Like": self._reaction,
            "Announce": self._reaction,
            "Create": self._reply,
            "Delete": self._delete,
            "Block": self._block,
        }

    def receive(self, request: Request, *, artist: str) -> bool:
        """Take in one request in the name of an artist; False if nothing follows from it.

        Raises:
            Malformed: it is no activity.
            SignatureRefused: it is not signed by its actor.
            Blocked: the actor is blocked.
            Busy: its key can't be fetched now.
        """
        claim = claim_of(request, now=time.time())
        activity = self._parsed(request.body)
        actor, name = activity["actor"], activity["id"]
        if host_of(claim.key_id) != host_of(actor):
            raise SignatureRefused("the key is of another host than the actor")
        if self._stored.people.is_blocked(actor):
            raise Blocked(f"{actor} is blocked here")
        read = self._read.get(str(activity.get("type")))
        known = self._stored.people.get(actor)
        if read is None or (read == self._delete and known is None):
            return False  # a deleted actor has no key any more, and left nothing here
        signer = self._signer(claim, actor, known, artist)
        effect = read(activity, signer)
        if effect is None:
            return False
        with self._catalogue.database.write() as connection:
            if not self._stored.people.accept_in(connection, actor, name):
                return False
            self._stored.deliveries.revive_in(connection, signer.inbox, signer.shared_inbox)
            effect(connection)
        return True

    def _parsed(self, body: bytes) -> Activity:
        """An activity, whose actor is in it as an id alone."""
        try:
            activity = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise Malformed("the body is not JSON") from error
        if not isinstance(activity, dict):
            raise Malformed("the body is no activity")
        actor, name = _id(activity.get("actor")), activity.get("id")
        if not self._is_id(actor) or not self._is_id(name):
            raise Malformed("the activity has no id, or no actor")
        if host_of(actor) != host_of(str(name)):
            raise Malformed("the activity is of another host than its actor")
        return {**activity, "actor": actor}

    def _signer(
        self, claim: Claim, actor: str, known: RemoteActor | None, artist: str
    ) -> RemoteActor:
        """The actor, once its key verifies the signature."""
        known = self._remote.recent(actor) or known
        if known is not None:
            age = time.time() - known.fetched_at
            fits = known.key_id == claim.key_id and claim.is_by(known.key)
            if fits and age < _FRESH:
                return known
            if not fits and age < _AGAIN:
                raise SignatureRefused("the signature is not by the actor's key")
        try:
            found = self._remote.actor(actor, by=artist)
        except ActorUnknown as error:
            if known is not None and fits:
                return known
            raise SignatureRefused(str(error)) from error
        if found.key_id != claim.key_id or not claim.is_by(found.key):
            raise SignatureRefused("the signature is not by the actor's key")
        return found

    def _follow(self, activity: Activity, signer: RemoteActor) -> Effect | None:
        artist = self._artist(activity.get("object"))
        if artist is None:
            return None
        accept = self._documents.accept(artist, follow=activity["id"], follower=signer.id)

        def effect(connection: Connection) -> None:
            self._stored.people.keep_in(connection, signer)
            self._stored.people.follow_in(connection, artist, signer.id, activity["id"])
            self._stored.deliveries.add_in(
                connection, accept["id"], artist, as_json(accept), [signer.inbox]
            )

        return effect

    def _undo(self, activity: Activity, signer: RemoteActor) -> Effect | None:
        undone = activity.get("object")
        people, reactions = self._stored.people, self._stored.reactions
        if isinstance(undone, dict) and _id(undone.get("actor", signer.id)) == signer.id:
            about = undone.get("object")
            artist, work = self._artist(about), self._work(about)
            kind = {"Like": "like", "Announce": "boost"}.get(str(undone.get("type")), "")
            if undone.get("type") == "Follow" and artist is not None:
                return lambda connection: people.unfollow_in(connection, signer.id, artist=artist)
            if kind and work is not None:
                return lambda connection: reactions.remove_in(
                    connection, signer.id, work=work.id, kind=kind
                )
        name = _id(undone)
        if not self._is_id(name):
            return None

        def effect(connection: Connection) -> None:
            people.unfollow_in(connection, signer.id, follow=name)
            reactions.undo_in(connection, signer.id, name)

        return effect

    def _reaction(self, activity: Activity, signer: RemoteActor) -> Effect | None:
        work = self._work(activity.get("object"))
        if work is None or not work.visible:
            return None

        def effect(connection: Connection) -> None:
            self._stored.people.keep_in(connection, signer)
            self._stored.reactions.add_in(
                connection,
                work.id,
                signer.id,
                "like" if activity["type"] == "Like" else "boost",
                activity=activity["id"],
            )

        return effect

    def _reply(self, activity: Activity, signer: RemoteActor) -> Effect | None:
        note = activity.get("object")
        if not isinstance(note, dict) or note.get("type") != "Note":
            return None
        name, url, content = _id(note), note.get("url"), note.get("content")
        is_own = self._is_id(name) and host_of(name) == host_of(signer.id)
        if not is_own or _id(note.get("attributedTo")) != signer.id:
            return None
        work = self._work(note.get("inReplyTo"))
        is_public = _PUBLIC & {*_ids(note.get("to")), *_ids(note.get("cc"))}
        if work is None or not work.visible or not is_public or not isinstance(content, str):
            return None
        page = url if self._is_id(url) and host_of(str(url)) == host_of(name) else name

        def effect(connection: Connection) -> None:
            self._stored.people.keep_in(connection, signer)
            self._stored.reactions.add_in(
                connection,
                work.id,
                signer.id,
                "reply",
                activity=activity["id"],
                note=name,
                url=str(page),
                text=plain_text(content),
            )

        return effect

    def _delete(self, activity: Activity, signer: RemoteActor) -> Effect | None:
        name = _id(activity.get("object"))
        if name == signer.id:
            return lambda connection: self._stored.people.forget_in(connection, signer.id)
        if not self._is_id(name):
            return None
        return lambda connection: self._stored.reactions.remove_in(connection, signer.id, note=name)

    def _block(self, activity: Activity, signer: RemoteActor) -> Effect | None:
        artist = self._artist(activity.get("object"))
        if artist is None:
            return None
        return lambda connection: self._stored.people.unfollow_in(
            connection, signer.id, artist=artist
        )

    def _artist(self, about: Any) -> str | None:
        name = self._documents.at.artist_of(_id(about))
        return name if name and self._catalogue.artists.get(name) is not None else None

    def _work(self, about: Any) -> WorkRow | None:
        found = self._documents.at.work_of(_id(about))
        return None if found is None else self._catalogue.works.get(f"{found[0]}:{found[1]}")

    def _is_id(self, value: object) -> bool:
        return is_id(value, trusted=self._remote.trusted)


def _id(value: Any) -> str:
    """The id of something that is named by it or embedded; empty if it has none."""
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) else ""


def _ids(value: Any) -> list[str]:
    return [_id(one) for one in (value if isinstance(value, list) else [value])]
