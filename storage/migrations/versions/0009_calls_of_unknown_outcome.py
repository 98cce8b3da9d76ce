"""Paid calls of unknown outcome are counted without looking at all the others."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UNKNOWN = sa.text("state = 'unknown'")


def upgrade() -> None:
    """Apply the change."""
    op.create_index(
        "ix_ledger_unknown",
        "ledger",
        ["artist"],
        sqlite_where=UNKNOWN,
        postgresql_where=UNKNOWN,
    )
