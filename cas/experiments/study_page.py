"""Write the web pages of a study; each page shows a rater's pairs and returns a CSV of answers.

Any web server can serve the folder's `public/`; a gallery also takes the answers. Nothing there
shows a policy, an attention check, or another rater: each rater's pairs are in a separate file,
found by the first letters of the rater's token, and answers need the whole token.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from cas.experiments.study import Item
from cas.experiments.study_files import (
    NAME_LENGTH,
    PAIRS,
    PUBLIC,
    QUESTIONS,
    RATERS,
    Pair,
    write_pairs,
)

PAGE = Path(__file__).parents[1] / "pages" / "study.html"
"""The page that raters see; its style and its script lie beside it."""

_TOKEN_BYTES = 16


def write_study(folder: Path | str, items: Sequence[Item], pairs: Sequence[Pair]) -> list[str]:
    """Write the plan and the pages; returns the raters' secret tokens, in the plan's order.

    A rater opens `index.html?rater=TOKEN`: `raters.txt` has a line for each. Items whose `shows`
    names a file in `public/` are shown as pictures, others as text.
    """
    folder = Path(folder)
    public = folder / PUBLIC
    (public / "pairs").mkdir(parents=True, exist_ok=True)
    tokens = dict(zip(dict.fromkeys(pair.rater for pair in pairs), _tokens(), strict=False))
    own = [replace(pair, rater=tokens[pair.rater]) for pair in pairs]
    write_pairs(folder / PAIRS, own)
    (folder / RATERS).write_text("".join(f"?rater={token}\n" for token in tokens.values()))
    shown = {item.id: {"shows": item.shows, "picture": _is_file(public, item)} for item in items}
    for token in tokens.values():
        pages = [
            {"page": pair.page, "left": shown[pair.left], "right": shown[pair.right]}
            for pair in own
            if pair.rater == token
        ]
        text = json.dumps({"questions": QUESTIONS, "pairs": pages}, ensure_ascii=False)
        path = public / "pairs" / f"{token[:NAME_LENGTH]}.json"
        path.write_text(text, encoding="utf-8")
    for suffix, name in ((".html", "index.html"), (".css", "study.css"), (".js", "study.js")):
        shutil.copyfile(PAGE.with_suffix(suffix), public / name)
    return list(tokens.values())


def _tokens() -> Iterator[str]:
    """Unguessable tokens, of different names."""
    names = set()
    while True:
        token = secrets.token_hex(_TOKEN_BYTES)
        if token[:NAME_LENGTH] not in names:
            names.add(token[:NAME_LENGTH])
            yield token


def _is_file(folder: Path, item: Item) -> bool:
    try:
        return (folder / item.shows).is_file()
    except (OSError, ValueError):  # a text longer than a file's name may be, or with a NUL
        return False
