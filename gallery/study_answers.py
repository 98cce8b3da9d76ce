"""Serve a study's pages, and store the raters' answers.

`artist study make` writes the folder; its `public/` is served. Each rater's answers are stored
once, as a file in `answers/`; `artist study analyse` reads them.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from fastapi import HTTPException

from cas.experiments.study_files import (
    ANSWERS,
    NAME_LENGTH,
    PAIRS,
    PUBLIC,
    QUESTIONS,
    StudyError,
    answers_in,
    read_pairs,
)
from storage import atomic_files


class Study:
    """The folder of a study.

    Raises:
        ValueError: the folder holds no study.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.public = folder / PUBLIC
        try:
            self._pages = read_pairs(folder / PAIRS)
            (self.public / "index.html").stat()
        except (OSError, StudyError) as error:
            raise ValueError(f"{folder} holds no study ({error})") from error

    def save(self, rater: str, answers: str) -> bool:
        """Store a rater's answers, as CSV; False if they are stored already. `rater` is its token.

        Raises:
            HTTPException: 400 if they are not the rater's answers to all of its pairs; 409 if other
                answers were stored before.
        """
        self._check(rater, answers)
        folder = self.folder / ANSWERS
        folder.mkdir(exist_ok=True)
        target = folder / f"answers-{rater[:NAME_LENGTH]}.csv"
        if atomic_files.create(target, answers.encode(), mode=0o600):
            return True
        if target.read_bytes() != answers.encode():
            raise HTTPException(409, "You have answered before; those answers are kept.")
        return False

    def _check(self, rater: str, answers: str) -> None:
        wanted = {
            (pair.page, question)
            for (token, _), pair in self._pages.items()
            if token == rater
            for question in QUESTIONS
        }
        if not wanted:
            raise HTTPException(
                400, "This address is not from this study: use the whole address you were sent."
            )
        try:
            sent = [
                answer
                for _, answer in answers_in(BytesIO(answers.encode()), self._pages, name="answers")
            ]
        except StudyError as error:
            raise HTTPException(400, f"These are not answers to this study: {error}") from None
        if any(answer.rater != rater for answer in sent):
            raise HTTPException(400, "Some of these answers are another rater's.")
        missing = sorted(wanted - {(answer.page, answer.question) for answer in sent})
        if missing:
            page, question = missing[0]
            raise HTTPException(
                400,
                f"{len(missing)} answers are missing: the first is the {question} of page {page}.",
            )
