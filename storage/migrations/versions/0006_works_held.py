"""Works that are held are found without looking at all the others."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

HELD = sa.text("showing = 'held'")


def upgrade() -> None:
    """Apply the change."""
    op.create_index(
        "ix_works_held",
        "works",
        ["created_at", "id"],
        sqlite_where=HELD,
        postgresql_where=HELD,
    )
