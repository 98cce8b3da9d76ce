"""Works are found by their technique and their colours; of earlier ones these are looked up."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

UNKNOWN = sa.text("technique IS NULL")


def upgrade() -> None:
    """Apply the change."""
    op.add_column("works", sa.Column("technique", sa.Text()))
    op.add_column("works", sa.Column("colours", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_works_technique", "works", ["technique", "created_at", "id"])
    op.create_index(
        "ix_works_unclassified",
        "works",
        ["created_at", "id"],
        sqlite_where=UNKNOWN,
        postgresql_where=UNKNOWN,
    )
