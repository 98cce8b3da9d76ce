"""Alarms, the paid APIs' rate limits, and who paused an artist, and when it went on."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "alarms",
        sa.Column("artist", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("over", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("told", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("next_at", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("artist", "kind", name=op.f("pk_alarms")),
    )
    op.create_table(
        "rates",
        sa.Column("provider", sa.String(length=128), nullable=False),
        sa.Column("taken_until", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_rates")),
    )
    op.add_column(
        "artists",
        sa.Column("paused_by", sa.String(length=64), server_default="", nullable=False),
    )
    op.add_column(
        "artists", sa.Column("resumed_at", sa.Float(), server_default="0", nullable=False)
    )
