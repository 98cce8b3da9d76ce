"""The tutorial as a notebook: blocks of code as cells, the text between them as Markdown."""

from __future__ import annotations

import json
import re

_BLOCK = re.compile(r"```python\n(.*?)\n```", re.DOTALL)


def notebook(page: str) -> str:
    """Return a page of Markdown as a notebook (nbformat 4.5) without outputs."""
    parts = _BLOCK.split(page)  # text and code in turn
    kinds = ("markdown", "code")
    cells = [
        _cell(kinds[place % 2], text.strip(), place)
        for place, text in enumerate(parts)
        if text.strip()
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    told = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _cell(kind: str, text: str, place: int) -> dict[str, object]:
    source = text.splitlines(keepends=True)
    cell: dict[str, object] = {
        "cell_type": kind, "id": f"cell-{place}", "metadata": {}, "source": source
    }  # fmt: skip
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
