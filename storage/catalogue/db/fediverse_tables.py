"""The tables of the fediverse: what other servers told, and what they are told.

The ids of ActivityPub are addresses; longer ones than `LONGEST_ID` are refused before they get
here.
"""

from typing import Final

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, Text

from storage.catalogue.db.column_types import CleanText, Name
from storage.catalogue.db.tables import metadata

LONGEST_ID: Final = 512
"""Characters of the longest id of an actor or activity: PostgreSQL indexes no longer ones."""

_ID: Final = String(LONGEST_ID)

keys = Table(
    "fediverse_keys",
    metadata,
    Column("artist", String(64), primary_key=True),
    Column("private", Text, nullable=False, doc="the artist's private key, encrypted"),
)

actors = Table(
    "fediverse_actors",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("handle", Name(320), nullable=False, doc="as in @ada@example.org"),
    Column("inbox", _ID, nullable=False),
    Column("shared_inbox", _ID, nullable=False, doc="of its server; empty: none"),
    Column("key_id", _ID, nullable=False),
    Column("key", Text, nullable=False, doc="public, PEM"),
    Column("fetched_at", Float, nullable=False),
)

followers = Table(
    "fediverse_followers",
    metadata,
    Column("artist", String(64), primary_key=True),
    Column("actor", ForeignKey("fediverse_actors.id"), primary_key=True),
    Column("follow", _ID, nullable=False, doc="id of the activity"),
    Column("since", Float, nullable=False),
    Index("ix_fediverse_followers_actor", "actor"),
)

reactions = Table(
    "fediverse_reactions",
    metadata,
    Column("work", String(96), primary_key=True),
    Column("actor", ForeignKey("fediverse_actors.id"), primary_key=True),
    Column("kind", String(8), primary_key=True, doc="like, boost or reply"),
    Column("note", _ID, primary_key=True, doc="id of the reply; empty for the others"),
    Column("activity", _ID, nullable=False),
    Column("at", Float, nullable=False),
    Column("state", String(8), nullable=False, doc="counted; a reply is held, allowed or refused"),
    Column("url", _ID, nullable=False, doc="of the reply's page"),
    Column("text", Text, nullable=False, doc="of the reply, plain"),
    Index("ix_fediverse_reactions_actor", "actor"),
    Index("ix_fediverse_reactions_state_at", "state", "at"),
)

seen = Table(
    "fediverse_seen",
    metadata,
    Column("id", String(64), primary_key=True, doc="SHA-256 of an accepted activity's id"),
    Column("at", Float, nullable=False),
    Index("ix_fediverse_seen_at", "at"),
)

blocks = Table(
    "fediverse_blocks",
    metadata,
    Column("name", _ID, primary_key=True, doc="id of an actor, or a domain"),
    Column("who", Name(64), nullable=False),
    Column("since", Float, nullable=False),
)

posts = Table(
    "fediverse_posts",
    metadata,
    Column("work", String(96), primary_key=True),
    Column("told", String(8), nullable=False, doc="shown, blurred or deleted"),
)

deliveries = Table(
    "fediverse_deliveries",
    metadata,
    Column("activity", _ID, primary_key=True),
    Column("inbox", _ID, primary_key=True),
    Column("artist", String(64), nullable=False, doc="who signs it"),
    Column("body", Text, nullable=False, doc="the activity, JSON; empty once it is delivered"),
    Column("state", String(8), nullable=False, doc="waiting, sending, sent or failed"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", Float, nullable=False),
    Column("next_at", Float, nullable=False, server_default="0", doc="while sending: lease's end"),
    Column("detail", CleanText, nullable=False, server_default=""),
    Index("ix_fediverse_deliveries_state_next_at", "state", "next_at"),
    Index("ix_fediverse_deliveries_inbox_state", "inbox", "state"),
)

inboxes = Table(
    "fediverse_inboxes",
    metadata,
    Column("inbox", _ID, primary_key=True),
    Column("failing_since", Float, nullable=False, doc="no delivery has succeeded since then"),
)
