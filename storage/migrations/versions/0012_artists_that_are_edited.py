"""Artists can be edited and retired."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("artists", sa.Column("edited", sa.Text()))
    op.add_column(
        "artists",
        sa.Column("retired", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
