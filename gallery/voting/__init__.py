"""Votes: which of two works is more original, which more harmonious, and what comes of it."""

from typing import Final, Literal, get_args

Question = Literal["original", "harmonious"]
"""What visitors are asked of two works."""

QUESTIONS: Final[tuple[Question, ...]] = get_args(Question)
