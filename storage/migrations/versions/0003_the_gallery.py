"""What the gallery needs: quick lists, moderation, votes, and admins' sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    _works()
    _concepts()
    _votes()
    _sessions()


def _works() -> None:
    op.add_column(
        "works", sa.Column("showing", sa.String(length=8), server_default="shown", nullable=False)
    )
    op.add_column(
        "works", sa.Column("showing_reason", sa.Text(), server_default="", nullable=False)
    )
    op.create_index("ix_works_artist_created_at_id", "works", ["artist", "created_at", "id"])
    op.create_index("ix_works_image", "works", ["image"])


def _concepts() -> None:
    op.add_column(
        "work_concepts", sa.Column("created_at", sa.Float(), server_default="0", nullable=False)
    )
    op.execute(
        "UPDATE work_concepts SET created_at ="
        " (SELECT works.created_at FROM works WHERE works.id = work_concepts.work)"
    )
    op.create_index(
        "ix_work_concepts_concept_created_at_work",
        "work_concepts",
        ["concept", "created_at", "work"],
    )
    op.create_index("ix_work_concepts_work", "work_concepts", ["work"])
    op.create_table(
        "concepts",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("works", sa.Integer(), nullable=False),
        sa.Column("latest", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_concepts")),
    )
    op.create_index("ix_concepts_works", "concepts", ["works"])
    op.execute(
        "INSERT INTO concepts (name, works, latest)"
        " SELECT concept, count(*), max(created_at) FROM work_concepts GROUP BY concept"
    )


def _votes() -> None:
    op.create_table(
        "votes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("visitor", sa.String(length=32), nullable=False),
        sa.Column("question", sa.String(length=16), nullable=False),
        sa.Column("first", sa.String(length=96), nullable=False),
        sa.Column("second", sa.String(length=96), nullable=False),
        sa.Column("outcome", sa.Float(), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.ForeignKeyConstraint(["first"], ["works.id"], name=op.f("fk_votes_first")),
        sa.ForeignKeyConstraint(["second"], ["works.id"], name=op.f("fk_votes_second")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_votes")),
        sa.UniqueConstraint(
            "visitor",
            "question",
            "first",
            "second",
            name=op.f("uq_votes_visitor_question_first_second"),
        ),
    )
    op.create_index("ix_votes_archived_at", "votes", ["archived", "at"])
    op.create_index("ix_votes_question_at", "votes", ["question", "at"])


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_sign_ins")),
    )
