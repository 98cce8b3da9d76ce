"""Works that wait for their placeholder are found without looking at all the others."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WAITING = sa.text("placeholder = ''")


def upgrade() -> None:
    """Apply the change."""
    op.create_index(
        "ix_works_waiting",
        "works",
        ["created_at", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
