"""The catalogue: the relational record of artists, cycles, works, spending and publications.

SQLite in WAL mode or PostgreSQL, by URL. Uniqueness and order are the database's job; everything
in it can be made again from the archive.
"""

from storage.catalogue.alarms import Alarm, AlarmRow, Alarms
from storage.catalogue.artists import ArtistRow, Artists, TuningRow
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.cycle_row import RECORDS, Claim, CycleRow, LeaseLost, SequenceTaken, Step
from storage.catalogue.cycles import Cycles
from storage.catalogue.db.column_types import kept_name
from storage.catalogue.ledger import Ledger, LedgerEntry, Spent
from storage.catalogue.outbox import Outbox, OutboxRow
from storage.catalogue.queries.search import Question, Search, question_of
from storage.catalogue.rate_limits import Rates
from storage.catalogue.votes import Comparison, Votes
from storage.catalogue.work_row import (
    ChapterRow,
    ConceptRow,
    JudgedRow,
    VectorRow,
    Visibility,
    WorkRow,
)
from storage.catalogue.works import Works

__all__ = [
    "RECORDS",
    "Alarm",
    "AlarmRow",
    "Alarms",
    "ArtistRow",
    "Artists",
    "Catalogue",
    "ChapterRow",
    "Claim",
    "Comparison",
    "ConceptRow",
    "CycleRow",
    "Cycles",
    "JudgedRow",
    "LeaseLost",
    "Ledger",
    "LedgerEntry",
    "Outbox",
    "OutboxRow",
    "Question",
    "Rates",
    "Search",
    "SequenceTaken",
    "Spent",
    "Step",
    "TuningRow",
    "VectorRow",
    "Visibility",
    "Votes",
    "WorkRow",
    "Works",
    "kept_name",
    "question_of",
]
