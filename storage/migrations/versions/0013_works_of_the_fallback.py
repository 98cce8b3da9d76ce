"""A work knows why its artist's composer did not write it, and the fallback did."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("works", sa.Column("fallback", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_works_fallback",
        "works",
        ["artist"],
        sqlite_where=sa.text("fallback != ''"),
        postgresql_where=sa.text("fallback != ''"),
    )
