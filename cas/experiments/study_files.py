"""The files of a study: pairs for each rater, and the raters' answers.

In a study's folder `pairs.csv` names policies and raters' tokens, and is for its makers alone;
`public/` has what raters see. Answers name a rater, a page, a question and a choice, and
nothing that is in `pairs.csv`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from cas.errors import CasError
from cas.text_files import Source, read_table

QUESTIONS = ("originality", "harmony")
"""What raters judge, as in the paper."""
LEFT, RIGHT, TIE = "left", "right", "tie"

PAIRS = "pairs.csv"
"""The plan, in a study's folder."""
RATERS = "raters.txt"
"""What each rater is sent, a line for each."""
PUBLIC = "public"
"""What raters see."""
ANSWERS = "answers"
"""What they said, where a gallery took it."""

NAME_LENGTH = 8
"""Letters of a rater's token that name the rater, and are no secret; all others are."""


class StudyError(CasError):
    """A study that cannot be planned, or answers that cannot be read."""


@dataclass(frozen=True)
class Pair:
    """One page: two items next to each other.

    Attributes:
        rater: whose page it is: in a plan a number from 0, in a study's files the rater's token.
        page: its number for that rater, from 1.
        left: id of the item on the left.
        right: id of the item on the right.
        left_policy: its policy.
        right_policy: its policy.
        check: "" or, for an attention check, the page whose pair it repeats with sides swapped.
    """

    rater: str
    page: int
    left: str
    right: str
    left_policy: str
    right_policy: str
    check: str = ""


@dataclass(frozen=True)
class Answer:
    """What a rater said on one page to one question: `left`, `right` or `tie`."""

    rater: str
    page: int
    question: str
    left: str
    right: str
    left_policy: str
    right_policy: str
    choice: str
    check: str = ""


Pages = Mapping[tuple[str, str], Pair]
"""Pairs by rater and page."""


_FORMER = {"left_policy": "left_arm", "right_policy": "right_arm"}
"""Columns that earlier releases named otherwise."""


def write_pairs(path: Path | str, pairs: Iterable[Pair]) -> None:
    """Write a plan as CSV."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [f.name for f in fields(Pair)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(pair) for pair in pairs)


def read_pairs(path: Path | str) -> dict[tuple[str, str], Pair]:
    """Read a plan.

    Raises:
        StudyError: the file cannot be read or lacks a column, or a page is no number.
    """
    found = {}
    columns = [field.name for field in fields(Pair) if field.name not in _FORMER]
    either = (*_FORMER, *_FORMER.values())
    for line, row in read_table(path, columns, error=StudyError, optional=either):
        for column, former in _FORMER.items():
            row[column] = row.pop(former) or row[column]
            if not row[column]:
                raise StudyError(f"{path}, line {line} names no {column}.")
        if not (row["page"].isascii() and row["page"].isdecimal() and len(row["page"]) < 10):
            raise StudyError(f"{path}, line {line}: {row['page']!r:.60} is no page's number.")
        found[row["rater"], row["page"]] = Pair(**{**row, "page": int(row["page"])})  # type: ignore[arg-type]
    return found


def read_answers(paths: Iterable[Path | str], pages: Pages) -> list[Answer]:
    """Read the answers of raters who were asked about `pages`; a file may be given twice.

    Raises:
        StudyError: a file holds something else than `answers_in` takes, or another answer to a
            question that was answered before; or there are no answers.
    """
    found: dict[tuple[str, int, str], Answer] = {}
    for path in paths:
        for line, answer in answers_in(path, pages):
            key = answer.rater, answer.page, answer.question
            if found.setdefault(key, answer) != answer:
                raise StudyError(
                    f"{path}, line {line}: rater {answer.rater[:NAME_LENGTH]} said something else"
                    f" of page {answer.page} before. Leave out one of the two files."
                )
    if not found:
        raise StudyError("There are no answers.")
    return list(found.values())


def answers_in(source: Source, pages: Pages, *, name: str = "") -> Iterator[tuple[int, Answer]]:
    """Yield the answers of a CSV file with `rater`, `page`, `question` and `choice`, by line.

    Raises:
        StudyError: it lacks a column or has a broken record; or a line answers what nobody asked,
            has a choice that there is none of, or answers a question again.
    """
    name = name or str(source)
    said = set()
    columns = ("rater", "page", "question", "choice")
    for line, row in read_table(source, columns, error=StudyError, name=name):
        pair = pages.get((row["rater"], row["page"]))
        if pair is None:
            raise StudyError(
                f"{name}, line {line}: nobody asked rater {row['rater'][:NAME_LENGTH]!r} about page"
                f" {row['page']!r:.60}."
            )
        if row["question"] not in QUESTIONS or row["choice"] not in (LEFT, RIGHT, TIE):
            raise StudyError(
                f"{name}, line {line}: a question is {' or '.join(QUESTIONS)}, and a choice left,"
                f" right or tie, not {row['question']!r:.60} and {row['choice']!r:.60}."
            )
        if (pair, row["question"]) in said:
            raise StudyError(
                f"{name}, line {line}: the {row['question']} of page {pair.page} is answered again."
            )
        said.add((pair, row["question"]))
        yield line, Answer(**asdict(pair), question=row["question"], choice=row["choice"])
