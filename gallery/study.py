"""A study's pages for people who judge pairs, and the answers that they send back.

`artist study make` writes the folder. Each rater's answers become a file in `answers/` below it,
once and for good; `artist study analyse` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from fastapi import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from cas.text_files import read_table
from storage import whole_file

ANSWERS: Final = "answers"
"""The folder below a study's own in which answers are kept; nobody is shown it."""

_PAIR: Final = ("rater", "page", "left", "right", "left_arm", "right_arm", "check")
_CHOICES: Final = ("left", "right", "tie")


class Study:
    """The folder of a study.

    Raises:
        ValueError: the folder holds no study.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            rows = [row for _, row in read_table(folder / "pairs.csv", _PAIR, error=ValueError)]
            (folder / "index.html").stat()
        except (OSError, ValueError) as error:
            raise ValueError(f"{folder} holds no study ({error})") from error
        self._pairs = {(row["rater"], row["page"]): _pair(row) for row in rows}

    def keep(self, rater: str, answers: str) -> bool:
        """Keep a rater's answers, as CSV; False if they are there already.

        Raises:
            HTTPException: 400 where they are not the answers to all of the rater's pairs; 409 where
                others were kept before.
        """
        self._check(rater, answers)
        folder = self.folder / ANSWERS
        folder.mkdir(exist_ok=True)
        target = folder / f"answers-{rater}.csv"
        if whole_file.create(target, answers.encode(), mode=0o600):
            return True
        if target.read_bytes() != answers.encode():
            raise HTTPException(409, f"Rater {rater} has answered before.")
        return False

    def _check(self, rater: str, answers: str) -> None:
        try:
            columns = (*_PAIR, "question", "choice")
            sent = read_table(BytesIO(answers.encode()), columns, error=ValueError, name="answers")
            rows = [row for _, row in sent]
        except ValueError:
            raise HTTPException(400, "These are no answers to this study.") from None
        fits = all(
            row["choice"] in _CHOICES and _pair(row) == self._pairs.get((rater, row["page"]))
            for row in rows
        )
        asked = [(row["page"], row["question"]) for row in rows]
        pages = {page for who, page in self._pairs if who == rater}
        wanted = {(page, question) for page in pages for _, question in asked}
        if not wanted or not fits or set(asked) != wanted or len(asked) != len(wanted):
            raise HTTPException(400, "These are not the answers to all pairs of this rater.")


class StudyPages(StaticFiles):
    """The folder's files, but for the answers."""

    def __init__(self, study: Study) -> None:
        super().__init__(directory=study.folder, html=True)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; 404 for answers."""
        if Path(path).parts[:1] == (ANSWERS,):
            raise HTTPException(404)
        return await super().get_response(path, scope)


def _pair(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(row[name] for name in _PAIR)
