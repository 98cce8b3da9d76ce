"""`make reference`: write the generated pages of docs/reference.

They follow from the models of the settings, the commands, and the table in `variables.py`.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.reference.commands import commands_page
from benchmarks.reference.settings import settings_page
from benchmarks.reference.variables import variables_page

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


def pages() -> dict[str, str]:
    """The text of each page by its file's name."""
    return {
        "settings.md": settings_page(),
        "commands.md": commands_page(),
        "environment.md": variables_page(),
    }


def main() -> None:
    """Write all pages."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(FOLDER / name)


if __name__ == "__main__":
    main()
