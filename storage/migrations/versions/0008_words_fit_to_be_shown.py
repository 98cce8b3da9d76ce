"""Titles and prompts of earlier releases lose the letters that no page can show."""

import sqlalchemy as sa
from alembic import op

from storage.text import line, prompt

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    works = sa.table("works", sa.column("id"), sa.column("title"), sa.column("prompt"))
    connection = op.get_bind()
    rows = connection.execute(sa.select(works), execution_options={"yield_per": 1000})
    changed = [
        {"work": row.id, "title": line(row.title), "prompt": prompt(row.prompt)}
        for row in rows
        if (line(row.title), prompt(row.prompt)) != (row.title, row.prompt)
    ]
    for values in changed:
        work = values.pop("work")
        connection.execute(sa.update(works).where(works.c.id == work).values(values))
