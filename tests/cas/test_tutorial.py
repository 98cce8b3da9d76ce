"""Every cell of the tutorial's notebook runs, in order, in one namespace.

That the notebook is the tutorial is a test of the generated reference.
"""

from __future__ import annotations

import json
from pathlib import Path

NOTEBOOK = Path(__file__).parents[2] / "docs" / "tutorial.ipynb"


def test_every_cell_of_the_tutorial_runs() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    blocks = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert len(blocks) >= 12
    namespace: dict[str, object] = {}
    for number, block in enumerate(blocks):
        exec(compile(block, f"{NOTEBOOK.name} cell {number + 1}", "exec"), namespace)
