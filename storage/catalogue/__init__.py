"""The catalogue: the relational record of artists, cycles, works, spending and publications.

SQLite in WAL mode or PostgreSQL, by URL. Uniqueness and order are the database's job; everything
in it can be made again from the archive.
"""

from storage.catalogue.alarms import Alarm, AlarmRow, Alarms
from storage.catalogue.artists import ArtistRow, Artists, TuningRow
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.channels import ChannelRow, Channels
from storage.catalogue.cycle_row import RECORDS, Claim, CycleRow, LeaseLost, SequenceTaken, Step
from storage.catalogue.cycles import Cycles
from storage.catalogue.db.column_types import kept_name
from storage.catalogue.ledger import DaySpent, Ledger, LedgerEntry, Spent
from storage.catalogue.outbox import Outbox, OutboxRow
from storage.catalogue.queries.search import Question, Search, question_of
from storage.catalogue.queries.work_list import WorkFilter
from storage.catalogue.rate_limits import Rates
from storage.catalogue.votes import Comparison, Split, Votes
from storage.catalogue.work_row import (
    ChapterRow,
    ConceptRow,
    JudgedRow,
    PoolRow,
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
    "ChannelRow",
    "Channels",
    "ChapterRow",
    "Claim",
    "Comparison",
    "ConceptRow",
    "CycleRow",
    "Cycles",
    "DaySpent",
    "JudgedRow",
    "LeaseLost",
    "Ledger",
    "LedgerEntry",
    "Outbox",
    "OutboxRow",
    "PoolRow",
    "Question",
    "Rates",
    "Search",
    "SequenceTaken",
    "Spent",
    "Split",
    "Step",
    "TuningRow",
    "VectorRow",
    "Visibility",
    "Votes",
    "WorkFilter",
    "WorkRow",
    "Works",
    "kept_name",
    "question_of",
]
