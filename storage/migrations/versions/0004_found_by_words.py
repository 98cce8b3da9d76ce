"""Works are found by their words, and shown by a blurred placeholder until the picture is there."""

import sqlalchemy as sa
from alembic import op

from storage.catalogue.queries.search import index_in, make_index_in

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BLOCK = 1000


def upgrade() -> None:
    """Apply the change."""
    op.add_column("works", sa.Column("placeholder", sa.Text(), server_default="", nullable=False))
    connection = op.get_bind()
    make_index_in(connection)
    said = "SELECT id, created_at, title, concepts, prompt FROM works ORDER BY created_at, id"
    rows = connection.execute(sa.text(said))
    while block := rows.fetchmany(_BLOCK):
        for row in block:
            index_in(connection, row._mapping)
