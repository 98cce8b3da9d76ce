"""Channels have rows of their own: faults, holds and sessions; an alarm may name its channel."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "channels",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("fault", sa.Text(), server_default="", nullable=False),
        sa.Column("held", sa.Text(), server_default="", nullable=False),
        sa.Column("session", sa.Text(), server_default="", nullable=False),
    )
    op.create_index("ix_outbox_channel_state_next_at", "outbox", ["channel", "state", "next_at"])
    with op.batch_alter_table("alarms") as batch:
        batch.alter_column("kind", type_=sa.String(96), existing_nullable=False)
