"""Votes: which of two works is more original or more harmonious, and rankings from them."""

from typing import Final, Literal, get_args

Question = Literal["original", "harmonious"]
"""Questions about two works."""

QUESTIONS: Final[tuple[Question, ...]] = get_args(Question)
