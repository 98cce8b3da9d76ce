"""Part of speech and base form of a word, by TextBlob's lexicon and simplemma."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from cas.errors import CasError

NOUN, GERUND, ADJECTIVE, VERB, NAME, FUNCTION, OTHER = (
    "noun", "gerund", "adjective", "verb", "name", "function word", "other",
)  # fmt: skip
KINDS = (NOUN, GERUND, ADJECTIVE, VERB, NAME, FUNCTION, OTHER)
"""All that `kind_of` can say."""
_TAGS = {
    "NN": NOUN, "NNS": NOUN, "VBG": GERUND, "JJ": ADJECTIVE, "JJR": ADJECTIVE, "JJS": ADJECTIVE,
    "VB": VERB, "VBD": VERB, "VBN": VERB, "VBP": VERB, "VBZ": VERB, "NNP": NAME, "NNPS": NAME,
    **dict.fromkeys(
        ["CC", "CD", "DT", "EX", "IN", "MD", "PDT", "PRP", "PRP$", "TO", "WDT", "WP", "WRB", "RB"],
        FUNCTION,
    ),
}  # fmt: skip


def kind_of(word: str) -> str:
    """Return one of `KINDS`: the most common use of an English word, OTHER when unknown."""
    lexicon = _lexicon()
    tag = lexicon.get(word)
    if tag is None and word.title() in lexicon:
        tag = lexicon[word.title()]
    if tag is not None:
        return _TAGS.get(tag, OTHER)
    lemma = base_form(word)
    if lemma != word and lemma.lower() == word:
        return NAME
    if lemma in lexicon and lemma != word:
        return GERUND if word.endswith("ing") else _TAGS.get(lexicon[lemma], OTHER)
    return NOUN if _known(word) else OTHER


def base_form(word: str) -> str:
    """Return the singular of a noun or the infinitive of a verb; a name comes with its capital."""
    import simplemma

    return str(simplemma.lemmatize(word, lang="en"))


def _known(word: str) -> bool:
    import simplemma

    return bool(simplemma.is_known(word, lang="en"))


@cache
def _lexicon() -> dict[str, str]:
    """Read word → most common Penn tag."""
    found, lemmas = find_spec("textblob"), find_spec("simplemma")
    if found is None or found.origin is None or lemmas is None:
        raise CasError(
            "Telling nouns from other words needs textblob and simplemma: pip install"
            " 'cultural-alien[train]'."
        )
    text = (Path(found.origin).parent / "en" / "en-lexicon.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines() if line and not line.startswith(";;;"))
    return {row[0]: row[1] for row in rows if len(row) > 1}
