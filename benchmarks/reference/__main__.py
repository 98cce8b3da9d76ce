"""`make reference`: write the generated pages of docs/reference, and the tutorial as a notebook.

They follow from the models of the settings, the commands, and the table in `variables.py`.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.reference.commands import commands_page
from benchmarks.reference.notebook import notebook
from benchmarks.reference.settings import settings_page
from benchmarks.reference.variables import variables_page

FOLDER = Path(__file__).parents[2] / "docs"


def pages() -> dict[str, str]:
    """The text of each page by its file's name."""
    return {
        "reference/settings.md": settings_page(),
        "reference/commands.md": commands_page(),
        "reference/environment.md": variables_page(),
        "tutorial.ipynb": notebook((FOLDER / "tutorial.md").read_text(encoding="utf-8")),
    }


def main() -> None:
    """Write all pages."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(FOLDER / name)


if __name__ == "__main__":
    main()
