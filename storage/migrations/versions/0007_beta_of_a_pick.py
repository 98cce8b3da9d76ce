"""A work knows the β of its pick, where feedback decided it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("works", sa.Column("beta", sa.Float()))
