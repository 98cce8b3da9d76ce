"""Plain text of the HTML that other servers send."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

from storage.redaction import without_control_characters

LONGEST: Final = 2000
"""Characters of a reply that are kept."""

_BLOCKS: Final = frozenset({"p", "br", "div", "li", "blockquote", "h1", "h2", "h3", "pre"})
_HIDDEN: Final = frozenset({"script", "style", "template", "iframe", "object", "svg", "math"})


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def plain_text(html: str) -> str:
    """The words of a text with their lines, at most `LONGEST` characters, and no markup."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    text = without_control_characters("\n".join(line for line in lines if line))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
