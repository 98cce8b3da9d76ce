"""The page of a study: it shows a rater's pairs and gives back a CSV of answers.

It needs no server. Any web server can serve the folder as it is; a gallery takes the answers, too.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from cas.study import QUESTIONS, Item, Pair, write_pairs

PAGE = Path(__file__).parent / "pages" / "study.html"
"""The template of the page that raters see; its style and its script lie beside it."""


def write_study(
    folder: Path | str,
    items: Sequence[Item],
    pairs: Sequence[Pair],
    *,
    questions: Sequence[str] = QUESTIONS,
) -> None:
    """Write the page with all that it needs, and `pairs.csv`; a rater opens `index.html?rater=N`.

    Items whose `shows` names a file in the folder are shown as pictures, others as text.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_pairs(folder / "pairs.csv", pairs)
    shown = {item.id: {"shows": item.shows, "picture": _is_file(folder, item)} for item in items}
    data = {"items": shown, "pairs": [asdict(p) for p in pairs], "questions": list(questions)}
    # "<" is escaped so that no item can end the script it is written in.
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    page = PAGE.read_text(encoding="utf-8").replace('"STUDY"', text)
    (folder / "index.html").write_text(page, encoding="utf-8")
    for suffix in (".css", ".js"):
        shutil.copyfile(PAGE.with_suffix(suffix), folder / f"study{suffix}")


def _is_file(folder: Path, item: Item) -> bool:
    try:
        return (folder / item.shows).is_file()
    except OSError:  # a text longer than a file's name may be
        return False
