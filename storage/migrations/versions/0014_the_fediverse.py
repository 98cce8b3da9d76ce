"""ActivityPub: keys, followers, reactions, blocks, and deliveries to followers' servers."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "fediverse_keys",
        sa.Column("artist", sa.String(64), primary_key=True),
        sa.Column("private", sa.Text(), nullable=False),
    )
    op.create_table(
        "fediverse_actors",
        sa.Column("id", sa.String(512), primary_key=True),
        sa.Column("handle", sa.String(320), nullable=False),
        sa.Column("inbox", sa.String(512), nullable=False),
        sa.Column("shared_inbox", sa.String(512), nullable=False),
        sa.Column("key_id", sa.String(512), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.Float(), nullable=False),
    )
    op.create_table(
        "fediverse_followers",
        sa.Column("artist", sa.String(64), primary_key=True),
        sa.Column("actor", sa.String(512), sa.ForeignKey("fediverse_actors.id"), primary_key=True),
        sa.Column("follow", sa.String(512), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
    )
    op.create_index("ix_fediverse_followers_actor", "fediverse_followers", ["actor"])
    op.create_table(
        "fediverse_reactions",
        sa.Column("work", sa.String(96), primary_key=True),
        sa.Column("actor", sa.String(512), sa.ForeignKey("fediverse_actors.id"), primary_key=True),
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("note", sa.String(512), primary_key=True),
        sa.Column("activity", sa.String(512), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("url", sa.String(512), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_index("ix_fediverse_reactions_actor", "fediverse_reactions", ["actor"])
    op.create_index("ix_fediverse_reactions_state_at", "fediverse_reactions", ["state", "at"])
    op.create_table(
        "fediverse_seen",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("at", sa.Float(), nullable=False),
    )
    op.create_index("ix_fediverse_seen_at", "fediverse_seen", ["at"])
    op.create_table(
        "fediverse_blocks",
        sa.Column("name", sa.String(512), primary_key=True),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
    )
    op.create_table(
        "fediverse_posts",
        sa.Column("work", sa.String(96), primary_key=True),
        sa.Column("told", sa.String(8), nullable=False),
    )
    op.create_table(
        "fediverse_deliveries",
        sa.Column("activity", sa.String(512), primary_key=True),
        sa.Column("inbox", sa.String(512), primary_key=True),
        sa.Column("artist", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("next_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
    )
    op.create_index(
        "ix_fediverse_deliveries_state_next_at", "fediverse_deliveries", ["state", "next_at"]
    )
    op.create_index(
        "ix_fediverse_deliveries_inbox_state", "fediverse_deliveries", ["inbox", "state"]
    )
    op.create_table(
        "fediverse_inboxes",
        sa.Column("inbox", sa.String(512), primary_key=True),
        sa.Column("failing_since", sa.Float(), nullable=False),
    )
