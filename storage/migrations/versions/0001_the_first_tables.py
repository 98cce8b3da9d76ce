"""The first tables: artists, tunings, cycles, vectors, works, ledger and outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "artists",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("paused", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("pause_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rests_until", sa.Float(), server_default="0", nullable=False),
        sa.Column("next_due", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_artists")),
    )
    op.create_table(
        "scopes",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scopes")),
    )
    op.create_table(
        "cycles",
        sa.Column("id", sa.String(length=96), nullable=False),
        sa.Column("artist", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("tuning_version", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.Float(), nullable=False),
        sa.Column("progress_at", sa.Float(), nullable=False),
        sa.Column("finished_at", sa.Float(), nullable=True),
        sa.Column("retry_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("trouble", sa.Text(), server_default="", nullable=False),
        sa.Column("token", sa.Integer(), server_default="0", nullable=False),
        sa.Column("holder", sa.String(length=128), server_default="", nullable=False),
        sa.Column("leased_until", sa.Float(), server_default="0", nullable=False),
        sa.Column("claims", sa.Integer(), server_default="0", nullable=False),
        sa.Column("crashes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("inspiration", sa.Text(), nullable=True),
        sa.Column("composition", sa.Text(), nullable=True),
        sa.Column("painting", sa.Text(), nullable=True),
        sa.Column("judgement", sa.Text(), nullable=True),
        sa.Column("pool", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["artist"], ["artists.name"], name=op.f("fk_cycles_artist")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycles")),
        sa.UniqueConstraint("artist", "number", name=op.f("uq_cycles_artist_number")),
    )
    with op.batch_alter_table("cycles", schema=None) as batch_op:
        batch_op.create_index("ix_cycles_state", ["state"], unique=False)
        batch_op.create_index(
            "uq_cycles_one_open",
            ["artist"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "ledger",
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("artist", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("charged", sa.BigInteger(), nullable=False),
        sa.Column("reserved_at", sa.Float(), nullable=False),
        sa.Column("spending", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["artist"], ["artists.name"], name=op.f("fk_ledger_artist")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint(
            "artist",
            "number",
            "purpose",
            "attempt",
            name=op.f("uq_ledger_artist_number_purpose_attempt"),
        ),
    )
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ledger_artist_reserved_at", ["artist", "reserved_at"], unique=False
        )

    op.create_table(
        "tunings",
        sa.Column("artist", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["artist"], ["artists.name"], name=op.f("fk_tunings_artist")),
        sa.PrimaryKeyConstraint("artist", "version", name=op.f("pk_tunings")),
    )
    op.create_table(
        "vectors",
        sa.Column("work", sa.String(length=96), nullable=False),
        sa.Column("artist", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["work"], ["cycles.id"], name=op.f("fk_vectors_work")),
        sa.PrimaryKeyConstraint("work", name=op.f("pk_vectors")),
        sa.UniqueConstraint("scope", "sequence", name=op.f("uq_vectors_scope_sequence")),
    )
    op.create_table(
        "works",
        sa.Column("id", sa.String(length=96), nullable=False),
        sa.Column("artist", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("concept", sa.Text(), nullable=False),
        sa.Column("concepts", sa.Text(), nullable=False),
        sa.Column("image", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("novelty", sa.Float(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["cycles.id"], name=op.f("fk_works_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works")),
        sa.UniqueConstraint("artist", "number", name=op.f("uq_works_artist_number")),
    )
    with op.batch_alter_table("works", schema=None) as batch_op:
        batch_op.create_index("ix_works_created_at_id", ["created_at", "id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("work", sa.String(length=96), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["work"], ["works.id"], name=op.f("fk_outbox_work")),
        sa.PrimaryKeyConstraint("work", "channel", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_state_next_at", ["state", "next_at"], unique=False)

    op.create_table(
        "work_concepts",
        sa.Column("concept", sa.String(length=128), nullable=False),
        sa.Column("work", sa.String(length=96), nullable=False),
        sa.ForeignKeyConstraint(["work"], ["works.id"], name=op.f("fk_work_concepts_work")),
        sa.PrimaryKeyConstraint("concept", "work", name=op.f("pk_work_concepts")),
    )
