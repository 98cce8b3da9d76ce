"""Clean text from outside before it enters a record, the same for every database.

Models, people and files send letters that PostgreSQL, UTF-8 or XML can't hold. They are taken out
where a record is made, and again where one of an older release is read.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer

from storage.redaction import CONTROL_CHARACTERS, redacted

LONGEST_LINE = 500
LONGEST_PROSE = 20_000
LONGEST_MESSAGE = 2_000
"""Letters of a line, of prose and of an error's message; more are cut off."""

_UNFIT = re.compile(f"[{CONTROL_CHARACTERS}\ufffe\uffff]")
# Fillers of Hangul, and braille without a dot: letters and signs by their category.
_SHAPELESS = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffc")
_BREAKS = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
_SURROGATES = re.compile("[\ud800-\udfff]")


def fit(text: str) -> str:
    """The text without what no store can hold; line breaks and tabs stay.

    Halves of surrogate pairs are put together, and one that stands alone becomes U+FFFD.
    """
    if text.isprintable():
        return text
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _UNFIT.sub("", text)


def has_visible_text(text: str) -> bool:
    """Whether a reader sees anything of the text: more than spaces and letters without a shape."""
    return any(
        unicodedata.category(letter)[0] in "LNPS" and letter not in _SHAPELESS for letter in text
    )


def line(text: str) -> str:
    """The text as one line, fit to be kept, in Unicode's composed form (NFC)."""
    if not text.isprintable():
        text = fit(_BREAKS.sub(" ", text)).strip()
    return shortened(unicodedata.normalize("NFC", text), LONGEST_LINE)


def prose(text: str, *, longest: int = LONGEST_PROSE) -> str:
    """The text, fit to be kept, in Unicode's composed form (NFC)."""
    return shortened(unicodedata.normalize("NFC", fit(text)), longest)


def prompt(text: str) -> str:
    """The text, fit to be kept, and else as it is: concepts stand in it letter for letter."""
    return shortened(fit(text), LONGEST_PROSE)


def message(text: str) -> str:
    """What an error says, fit to be kept and shown: without a secret and not too long."""
    return prose(redacted(text), longest=LONGEST_MESSAGE)


def shortened(text: str, longest: int) -> str:
    """The text with as many letters at most; one that was cut ends in `…`."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _decodable(value: object) -> object:
    """The same, with no lone surrogates, on which pydantic's check of a string fails."""
    return value if not isinstance(value, str) or value.isprintable() else fit(value)


_Told = PlainSerializer(redacted, return_type=str)

Concept = Annotated[str, BeforeValidator(_decodable)]
"""A concept: fit to be kept, and else letter for letter as the vocabulary has it."""

Line = Annotated[str, BeforeValidator(_decodable), AfterValidator(line), _Told]
"""A title or a name: one line, and no secret in what is written down."""

Prose = Annotated[str, BeforeValidator(_decodable), AfterValidator(prose), _Told]
"""A thought or a reason, and no secret in what is written down."""

Prompt = Annotated[str, BeforeValidator(_decodable), AfterValidator(prompt), _Told]
"""A prompt, and no secret in what is written down."""
