"""Full-text search over titles, concepts and prompts, in the database.

Words are cut and folded here, so that SQLite (FTS5) and PostgreSQL (tsvector and GIN) find the
same works. The index is no table of `tables.py`: each database makes it in its own way, in
migration 0004.
"""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, literal_column, select, table, text, tuple_
from sqlalchemy.sql import column

from storage.catalogue.db.database import Database
from storage.catalogue.db.tables import concepts, works
from storage.catalogue.work_row import VISIBLE, ConceptRow, WorkRow, work_row

MOST_WORDS: Final = 16
"""Words of a question that are looked up; the rest changes nothing."""

_WORD: Final = re.compile(r"[^\W_]+")
_LONGEST: Final = 64
_NEAR: Final = 0.7
"""Least similarity of two spellings (`difflib`) that may be one word mistyped."""

_COMMON: Final = frozenset(
    [
        "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "into", "is", "it",
        "its", "of", "on", "or", "that", "the", "their", "there", "this", "to", "was", "were",
        "which", "with",
    ]
)  # fmt: skip
"""Words that say nothing of what is looked for, while there are others."""

_SQLITE: Final = (
    "CREATE VIRTUAL TABLE texts USING fts5(title, concepts, prompt, work UNINDEXED,"
    " detail=column, tokenize='unicode61 remove_diacritics 0')",
)
_POSTGRESQL: Final = (
    "CREATE TABLE texts (work VARCHAR(96) NOT NULL, created_at DOUBLE PRECISION NOT NULL,"
    " words TSVECTOR NOT NULL, CONSTRAINT pk_texts PRIMARY KEY (work))",
    "CREATE INDEX ix_texts_words ON texts USING gin (words)",
    "CREATE INDEX ix_texts_created_at_work ON texts (created_at, work)",
)


@dataclass(frozen=True)
class Question:
    """What is looked for: works that show every word; with `prompts`, in the prompt as well.

    `beginnings`: words that begin so are right, too. Only works of `artist` are found, made from
    `since` on and before `until`, in seconds since 1970, in this technique and with this colour.
    Without words, all of these are found.
    """

    words: tuple[str, ...]
    prompts: bool = True
    beginnings: bool = False
    artist: str | None = None
    since: float | None = None
    until: float | None = None
    technique: str | None = None
    colour: str | None = None

    @property
    def narrows(self) -> bool:
        """Whether it asks for some of the works, whatever words they show."""
        wanted = (self.artist, self.since, self.until, self.technique, self.colour)
        return any(value is not None for value in wanted)

    def covers(self, work: WorkRow) -> bool:
        """Whether a work is what is looked for, whatever words it shows."""
        return (
            self.technique in (None, work.technique)
            and (self.colour is None or self.colour in work.colours)
            and self.artist in (None, work.artist)
            and (self.since is None or work.created_at >= self.since)
            and (self.until is None or work.created_at < self.until)
        )

    def fits(self, said: str) -> bool:
        """Whether every word is in a text, or the beginning of a word there is."""
        own = _spaced(said)
        return bool(self.words) and all(f" {word}" in own for word in self.words)


class Search:
    """Finds works, the newest first, and concepts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def works(
        self,
        question: Question,
        *,
        before: tuple[float, str] | None = None,
        limit: int = 24,
    ) -> Sequence[WorkRow]:
        """Visible works from the newest down, all older than `before`: (created_at, id)."""
        if not question.words:
            return self._narrowed(question, before=before, limit=limit) if question.narrows else []
        texts = table("texts", column("work"), column("created_at"))
        query = select(works).join(texts, texts.c.work == works.c.id)
        if self._database.is_sqlite:
            place: Any = literal_column("texts.rowid")
            query = query.where(text("texts MATCH :question")).order_by(place.desc())
            if before is not None:
                query = query.where(place < _place(*before))
            asked = _for_sqlite(question)
        else:
            order = (texts.c.created_at, texts.c.work)
            query = query.where(text("texts.words @@ CAST(:question AS tsquery)"))
            query = query.order_by(*(part.desc() for part in order))
            if before is not None:
                query = query.where(tuple_(*order) < before)
            asked = _for_postgresql(question)
        query = query.where(*_conditions(question)).limit(limit)
        with self._database.read() as connection:
            return [work_row(row) for row in connection.execute(query, {"question": asked})]

    def _narrowed(
        self, question: Question, *, before: tuple[float, str] | None, limit: int
    ) -> Sequence[WorkRow]:
        order = (works.c.created_at, works.c.id)
        query = select(works).where(*_conditions(question))
        if before is not None:
            query = query.where(tuple_(*order) < before)
        query = query.order_by(*(part.desc() for part in order)).limit(limit)
        with self._database.read() as connection:
            return [work_row(row) for row in connection.execute(query)]

    def concepts(self, question: Question, *, limit: int = 24) -> Sequence[ConceptRow]:
        """Concepts that visible works show and whose words begin as those asked for do.

        The whole words first, then the oftener shown ones.
        """
        if not question.words:
            return []
        words = set(question.words)
        found = [
            (not words <= set(_spaced(name).split()), -works, name, ConceptRow(name, works, latest))
            for name, works, latest in self._concepts()
            if question.fits(name)
        ]
        return [row for *_, row in sorted(found)[:limit]]

    def near_miss(self, question: Question) -> str | None:
        """The query with each word that no concept has in the nearest spelling that one has.

        None if no word is near to another one.
        """
        known = {word for name, *_ in self._concepts() for word in _spaced(name).split()}
        words = [
            word
            if word in known or not (near := get_close_matches(word, known, n=1, cutoff=_NEAR))
            else near[0]
            for word in question.words
        ]
        return None if words == list(question.words) else " ".join(words)

    def _concepts(self) -> Sequence[Any]:
        """Concepts that visible works show, as columns of `ConceptRow`: some thousands at most."""
        query = select(concepts).where(concepts.c.works > 0)
        with self._database.read() as connection:
            return connection.execute(query).all()


def question_of(asked: str, *, prompts: bool = True, beginnings: bool = False) -> Question:
    """The query of a visitor's text; it may have no words."""
    words = list(dict.fromkeys(terms(asked)))
    telling = [word for word in words if word not in _COMMON] or words
    return Question(tuple(telling[:MOST_WORDS]), prompts, beginnings)


def terms(said: str) -> list[str]:
    """The words of a text, folded: without case, accents and an English plural (Harman 1991)."""
    plain = unicodedata.normalize("NFKD", said.casefold())
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return [_singular(word)[:_LONGEST] for word in _WORD.findall(letters)]


@lru_cache(maxsize=16_384)
def _spaced(said: str) -> str:
    """The words of a text, each after a space: as one text, since thousands are searched."""
    return "".join(f" {word}" for word in terms(said))


def make_index_in(connection: Connection) -> None:
    """Make the index, empty."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.execute(text(statement))


def index_in(connection: Connection, row: Any) -> None:
    """Index a work by its row (`work_columns`, or a row of the table)."""
    told = (row["title"], " ".join(json.loads(row["concepts"])), row["prompt"])
    fields = [terms(said) for said in told]
    if connection.dialect.name == "sqlite":
        connection.execute(
            text(
                "INSERT OR REPLACE INTO texts (rowid, title, concepts, prompt, work)"
                " VALUES (:place, :title, :concepts, :prompt, :work)"
            ),
            {
                "place": _place(row["created_at"], row["id"]),
                "work": row["id"],
                **{
                    name: " ".join(field)
                    for name, field in zip(("title", "concepts", "prompt"), fields, strict=True)
                },
            },
        )
    else:
        weighted = zip("ABC", fields, strict=True)
        lexemes = (f"'{word}':1{weight}" for weight, field in weighted for word in field)
        connection.execute(
            text(
                "INSERT INTO texts (work, created_at, words)"
                " VALUES (:work, :created_at, CAST(:words AS tsvector))"
                " ON CONFLICT (work) DO UPDATE"
                " SET created_at = excluded.created_at, words = excluded.words"
            ),
            {
                "work": row["id"],
                "created_at": row["created_at"],
                "words": " ".join(dict.fromkeys(lexemes)),
            },
        )


def forget_in(connection: Connection, row: Any) -> None:
    """Let a work not be found any more; `row` is what it was indexed from."""
    if connection.dialect.name == "sqlite":
        statement = text("DELETE FROM texts WHERE rowid = :place")
        connection.execute(statement, {"place": _place(row["created_at"], row["id"])})
    else:
        connection.execute(text("DELETE FROM texts WHERE work = :work"), {"work": row["id"]})


def _conditions(question: Question) -> Iterator[ColumnElement[bool]]:
    """What holds of the works that a question asks for, its words left out."""
    yield works.c.showing.in_(VISIBLE)
    if question.artist is not None:
        yield works.c.artist == question.artist
    if question.since is not None:
        yield works.c.created_at >= question.since
    if question.until is not None:
        yield works.c.created_at < question.until
    if question.technique is not None:
        yield works.c.technique == question.technique
    if question.colour is not None:
        yield works.c.colours.contains(f" {question.colour} ", autoescape=True)


def _place(created_at: float, work: str) -> int:
    """Where FTS5 keeps a work: its microsecond, then something of its name.

    Works come in this order without being sorted.
    """
    return round(created_at * 1_000_000) * 1024 + zlib.crc32(work.encode()) % 1024


def _for_sqlite(question: Question) -> str:
    end = "*" if question.beginnings else ""
    words = " AND ".join(f'"{word}"{end}' for word in question.words)
    return f"({words})" if question.prompts else f"{{title concepts}} : ({words})"


def _for_postgresql(question: Question) -> str:
    end = ("*" if question.beginnings else "") + ("ABC" if question.prompts else "AB")
    return " & ".join(f"'{word}':{end}" for word in question.words)


def _singular(word: str) -> str:
    """Harman's S-stemmer (How effective is suffixing?, 1991), for words long enough to have one."""
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word if word.endswith(("us", "ss", "es")) else word[:-1]
