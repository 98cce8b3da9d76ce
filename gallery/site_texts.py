"""The site's own texts: about, imprint, privacy, contact; Markdown files of the operator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt

ABOUT: Final = "about"
MOST_BYTES: Final = 200_000
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_SUFFIX: Final = ".md"


@dataclass(frozen=True)
class SiteText:
    """One page: its name in the address, its title, and its safe HTML."""

    name: str
    title: str
    html: str


def read_site_texts(folder: Path) -> tuple[SiteText, ...]:
    """Read a folder's Markdown files, by name; the first heading is the title.

    HTML in a file is shown as text.

    Raises:
        ValueError: a file has another name than its page can have, is too long, or can't be read.
    """
    return tuple(_read(folder)) if folder.is_dir() else ()


def _read(folder: Path) -> Iterator[SiteText]:
    for file in sorted(folder.glob(f"*{_SUFFIX}")):
        if not _NAME.fullmatch(file.stem):
            raise ValueError(
                f"{file}: name it with lower-case letters, digits and hyphens, as in imprint.md"
            )
        try:
            data = file.read_bytes()
            if len(data) > MOST_BYTES:
                raise ValueError(f"{file} has {len(data):,} bytes, and a page {MOST_BYTES:,}")
            text = data.decode("utf-8-sig")
        except OSError as error:
            raise ValueError(f"{file} can't be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ValueError(f"{file} is not UTF-8") from error
        yield _page(file.stem, text)


def _page(name: str, text: str) -> SiteText:
    heading = re.search(r"^#\s+(.+?)\s*#*\s*$", text, re.MULTILINE)
    title = heading[1] if heading else name.replace("-", " ").capitalize()
    body = text if heading else f"# {title}\n\n{text}"
    # Markdown's own links to scripts are refused by the library.
    return SiteText(name, title, MarkdownIt("commonmark", {"html": False}).render(body))
