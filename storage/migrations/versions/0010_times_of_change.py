"""It is known when what is shown of a work last changed, and since when feeds show what they do."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("works", sa.Column("changed_at", sa.Float(), server_default="0", nullable=False))
    op.execute("UPDATE works SET changed_at = created_at")
    op.create_index("ix_works_artist_changed_at", "works", ["artist", "changed_at"])
    op.create_table(
        "changes",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
    )
