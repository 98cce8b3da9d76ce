"""The tables of the catalogue. A change needs a migration in `storage/migrations`.

Times are seconds since 1970 (UTC), money is in millionths of a US dollar, records are JSON text as
they lie in the archive.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.catalogue.db.column_types import LONGEST_CONCEPT, CleanText, Name

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

artists = Table(
    "artists",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("created", Text, nullable=False, doc="the ArtistCreated event as edited since, JSON"),
    Column("edited", Text, doc="the ArtistEdited event that the next cycle begins with, JSON"),
    Column("retired", Boolean, nullable=False, server_default=text("false")),
    Column("paused", Boolean, nullable=False, server_default=text("false")),
    Column("pause_reason", CleanText, nullable=False, server_default=""),
    Column("paused_by", Name(64), nullable=False, server_default="", doc="empty: by itself"),
    Column("resumed_at", Float, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0", doc="cycles failed in a row"),
    Column("rests_until", Float, nullable=False, server_default="0", doc="no new cycle before"),
    Column("next_due", Float, nullable=False, server_default="0", doc="start of the next cycle"),
)

tunings = Table(
    "tunings",
    metadata,
    Column("artist", ForeignKey("artists.name"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("changed", Text, nullable=False, doc="the TuningChanged event, JSON"),
)

cycles = Table(
    "cycles",
    metadata,
    Column("id", String(96), primary_key=True, doc="artist:number"),
    Column("artist", ForeignKey("artists.name"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(8), nullable=False, doc="open, done or failed"),
    Column("step", String(16), nullable=False, doc="the step that comes next, or that failed"),
    Column("tuning_version", Integer, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("progress_at", Float, nullable=False, doc="when a step was last committed or tried"),
    Column("finished_at", Float),
    Column("retry_at", Float, nullable=False, server_default="0", doc="not to be tried before"),
    Column(
        "trouble",
        CleanText,
        nullable=False,
        server_default="",
        doc="why it waits, or why it failed",
    ),
    # The lease on the step that comes next.
    Column("token", Integer, nullable=False, server_default="0", doc="grows with every claim"),
    Column("holder", String(128), nullable=False, server_default=""),
    Column("leased_until", Float, nullable=False, server_default="0"),
    Column("claims", Integer, nullable=False, server_default="0", doc="of this step so far"),
    Column("crashes", Integer, nullable=False, server_default="0", doc="claims that broke off"),
    # What the steps decided, while the cycle runs; afterwards only the manifest has it.
    Column("inspiration", Text),
    Column("composition", Text),
    Column("painting", Text),
    Column("judgement", Text),
    Column("pool", Text, doc="the pool that the cycle left, JSON; stays"),
    UniqueConstraint("artist", "number"),
    Index("ix_cycles_state", "state"),
)
Index(
    "uq_cycles_one_open",
    cycles.c.artist,
    unique=True,
    sqlite_where=cycles.c.state == "open",
    postgresql_where=cycles.c.state == "open",
)

scopes = Table(
    "scopes",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("sequence", Integer, nullable=False, doc="the last sequence that was given"),
)

vectors = Table(
    "vectors",
    metadata,
    Column("work", ForeignKey("cycles.id"), primary_key=True),
    Column("artist", String(64), nullable=False),
    Column("scope", String(64), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("text", LargeBinary, nullable=False, doc="float32, little-endian"),
    Column("image", LargeBinary, nullable=False, doc="float32, little-endian"),
    UniqueConstraint("scope", "sequence"),
)

works = Table(
    "works",
    metadata,
    Column("id", ForeignKey("cycles.id"), primary_key=True),
    Column("artist", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("title", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("concept", Text, nullable=False, doc="the concept that joined the pool"),
    Column("concepts", Text, nullable=False, doc="JSON list, in the prompt's order"),
    Column("image", String(64), nullable=False, doc="SHA-256"),
    Column("media_type", String(32), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("novelty", Float, nullable=False),
    Column("cost", BigInteger, nullable=False),
    Column(
        "showing",
        String(8),
        nullable=False,
        server_default="shown",
        doc="see `Visibility`",
    ),
    Column("showing_reason", CleanText, nullable=False, server_default=""),
    Column("placeholder", Text, nullable=False, server_default="", doc="colour, tiny WebP"),
    Column("beta", Float, doc="of its pick, where feedback decided it; else the tuning's"),
    Column("changed_at", Float, nullable=False, server_default="0", doc="how it is shown"),
    Column(
        "fallback",
        CleanText,
        nullable=False,
        server_default="",
        doc="why the fallback composed it; empty: the artist's composer did",
    ),
    Column("technique", Text, doc="empty: the painter has none; NULL: not looked up yet"),
    Column(
        "colours", Text, nullable=False, server_default="", doc="names, each between two spaces"
    ),
    UniqueConstraint("artist", "number"),
    Index("ix_works_created_at_id", "created_at", "id"),
    Index("ix_works_artist_created_at_id", "artist", "created_at", "id"),
    Index("ix_works_artist_changed_at", "artist", "changed_at"),
    Index("ix_works_image", "image"),
    Index(
        "ix_works_waiting",
        "created_at",
        "id",
        sqlite_where=text("placeholder = ''"),
        postgresql_where=text("placeholder = ''"),
    ),
    Index("ix_works_technique", "technique", "created_at", "id"),
    Index(
        "ix_works_unclassified",
        "created_at",
        "id",
        sqlite_where=text("technique IS NULL"),
        postgresql_where=text("technique IS NULL"),
    ),
    Index(
        "ix_works_fallback",
        "artist",
        sqlite_where=text("fallback != ''"),
        postgresql_where=text("fallback != ''"),
    ),
    Index(
        "ix_works_held",
        "created_at",
        "id",
        sqlite_where=text("showing = 'held'"),
        postgresql_where=text("showing = 'held'"),
    ),
)

work_concepts = Table(
    "work_concepts",
    metadata,
    Column("concept", Name(LONGEST_CONCEPT), primary_key=True),
    Column("work", ForeignKey("works.id"), primary_key=True),
    Column("created_at", Float, nullable=False, server_default="0", doc="as the work's"),
    Index("ix_work_concepts_concept_created_at_work", "concept", "created_at", "work"),
    Index("ix_work_concepts_work", "work"),
)

concepts = Table(
    "concepts",
    metadata,
    Column("name", Name(LONGEST_CONCEPT), primary_key=True),
    Column("works", Integer, nullable=False, doc="in how many works it is shown"),
    Column("latest", Float, nullable=False, doc="when the newest of them was made"),
    Index("ix_concepts_works", "works"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", String(160), primary_key=True, doc="artist:number:purpose:attempt"),
    Column("artist", ForeignKey("artists.name"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("state", String(16), nullable=False, doc="reserved, settled, refused or unknown"),
    Column("charged", BigInteger, nullable=False, doc="the ceiling until the cost is known"),
    Column("reserved_at", Float, nullable=False),
    Column("spending", Text, nullable=False, doc="the newest Spending event, JSON"),
    UniqueConstraint("artist", "number", "purpose", "attempt"),
    Index("ix_ledger_artist_reserved_at", "artist", "reserved_at"),
    Index(
        "ix_ledger_unknown",
        "artist",
        sqlite_where=text("state = 'unknown'"),
        postgresql_where=text("state = 'unknown'"),
    ),
)

outbox = Table(
    "outbox",
    metadata,
    Column("work", ForeignKey("works.id"), primary_key=True),
    Column("channel", String(64), primary_key=True),
    Column("state", String(16), nullable=False, doc="see `Publication`"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Float, nullable=False, server_default="0", doc="while sending: lease's end"),
    Column(
        "detail", CleanText, nullable=False, server_default="", doc="why it failed, or where it is"
    ),
    Index("ix_outbox_state_next_at", "state", "next_at"),
    Index("ix_outbox_channel_state_next_at", "channel", "state", "next_at"),
)

channels = Table(
    "channels",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("fault", CleanText, nullable=False, server_default="", doc="of its settings"),
    Column("held", CleanText, nullable=False, server_default="", doc="why nothing is sent"),
    Column("session", Text, nullable=False, server_default="", doc="of its account, encrypted"),
)

alarms = Table(
    "alarms",
    metadata,
    Column("artist", String(64), primary_key=True, doc="empty: the whole deployment"),
    Column("kind", String(96), primary_key=True, doc="as in `silent`, `disk`, `channel mastodon`"),
    Column("message", CleanText, nullable=False),
    Column("since", Float, nullable=False),
    Column("over", Boolean, nullable=False, server_default=text("false")),
    Column("told", Boolean, nullable=False, server_default=text("false"), doc="people know"),
    Column("next_at", Float, nullable=False, server_default="0", doc="not to be told before"),
)

rates = Table(
    "rates",
    metadata,
    Column("provider", Name(128), primary_key=True),
    Column("taken_until", Float, nullable=False, server_default="0"),
)

changes = Table(
    "changes",
    metadata,
    Column("name", String(64), primary_key=True, doc="SHA-256 of what it is called"),
    Column("content", String(64), nullable=False, doc="SHA-256 of what it shows"),
    Column("since", Float, nullable=False),
)

votes = Table(
    "votes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("at", Float, nullable=False),
    Column("visitor", String(32), nullable=False, doc="a pseudonym"),
    Column("question", String(16), nullable=False, doc="original or harmonious"),
    Column("first", ForeignKey("works.id"), nullable=False, doc="the pair's lower id"),
    Column("second", ForeignKey("works.id"), nullable=False),
    Column("outcome", Float, nullable=False, doc="1: the first won, 0: the second, 0.5: a tie"),
    Column("archived", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("visitor", "question", "first", "second"),
    Index("ix_votes_archived_at", "archived", "at"),
    Index("ix_votes_question_at", "question", "at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True, doc="SHA-256 of the cookie's token"),
    Column("who", Name(64), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("expires_at", Float, nullable=False),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("origin", String(64), primary_key=True, doc="whose failed attempts are counted"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", Float, nullable=False, server_default="0", doc="or the last attempt"),
)
