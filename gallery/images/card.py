"""The card of a work that other sites show beside a link to it: picture, title, pick and reason.

It is 1200 × 630 pixels, the size that such sites ask for, and is stored like other derived files.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import astuple, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from gallery.images.metadata import ImageMetadata
from gallery.images.thumbnails import Thumbnails
from gallery.images.xmp import with_xmp
from storage.archive.archive import Archive
from storage.catalogue import WorkRow
from storage.errors import ObjectMissing

SIZE: Final = (1200, 630)
MEDIA_TYPE: Final = "image/jpeg"

_LAYOUT: Final = 1
"""Number of the layout: cards of an earlier one are made anew."""

_FONTS: Final = Path(__file__).with_name("fonts")
_PICTURE: Final = "960.webp"
_MARGIN, _GAP = 48, 52
_WIDEST: Final = 640
_LEADING: Final = 1.22
_WALL, _INK, _SOFT, _SEAL = "#f6f6f4", "#1a1b1c", "#62656a", "#b4351d"
_TITLE_SIZES: Final = (66, 58, 50, 44, 38, 33)
_TITLE_LINES: Final = 4
_UNKNOWN: Final = "\U0010fffd"
"""A character that no font has, to compare with."""


@dataclass(frozen=True)
class CardText:
    """The words on a card, each one line or more."""

    title: str
    byline: str
    concept: str
    reason: str
    foot: str


@dataclass(frozen=True)
class Cards:
    """Makes and stores cards; safe for threads."""

    archive: Archive
    thumbnails: Thumbnails
    metadata: ImageMetadata

    def edition(self, text: CardText) -> str:
        """A short hash of everything but the picture that a card depends on."""
        content = repr((_LAYOUT, astuple(text), self.metadata.edition))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def read(self, work: WorkRow, text: CardText) -> bytes:
        """The card as a JPEG file, from the archive or made now.

        Raises:
            ObjectMissing: there is no such picture, or the archived file is not a picture.
            ObjectDamaged: the archived file has changed.
        """
        key = f"cards/{work.image}/{self.edition(text)}.jpg"
        try:
            return self.archive.read_derived(key)
        except ObjectMissing:
            pass
        with Image.open(io.BytesIO(self.thumbnails.read(work.image, _PICTURE))) as opened:
            card = draw_card(opened.convert("RGB"), text)
        file = io.BytesIO()
        card.save(file, "JPEG", quality=88, subsampling=0, optimize=True)
        metadata = self.metadata.of_work(work, composed=True)
        data = with_xmp(file.getvalue(), MEDIA_TYPE, metadata.packet)
        data = metadata.sign(data, MEDIA_TYPE)
        self.archive.save_derived(key, data, media_type=MEDIA_TYPE)
        return data


def draw_card(picture: Image.Image, text: CardText) -> Image.Image:
    """The card with a picture on the left and the words beside it."""
    card = Image.new("RGB", SIZE, _WALL)
    shown = picture.copy()
    shown.thumbnail((_WIDEST, SIZE[1] - 2 * _MARGIN), Image.Resampling.LANCZOS)
    card.paste(shown, (_MARGIN, (SIZE[1] - shown.height) // 2))
    draw = ImageDraw.Draw(card)
    left = _MARGIN + shown.width + _GAP
    width = SIZE[0] - left - _MARGIN
    foot = _Block(draw, text.foot, width, sizes=(23, 20), most=1, ink=_SOFT)
    foot.draw(left, SIZE[1] - _MARGIN - foot.height)
    blocks = (
        (_Block(draw, text.title, width, sizes=_TITLE_SIZES, most=_TITLE_LINES, ink=_INK), 10),
        (_Block(draw, text.byline, width, sizes=(26, 23, 20), most=2, ink=_SOFT), 34),
        (_Block(draw, text.concept, width, sizes=(42, 36, 30), most=2, ink=_SEAL, italic=True), 8),
        (_Block(draw, text.reason, width, sizes=(27, 24, 21), most=5, ink=_INK), 0),
    )
    height = sum(block.height + (after if block.lines else 0) for block, after in blocks)
    top = max(_MARGIN, (SIZE[1] - _MARGIN - foot.height - height) // 2 + _MARGIN // 4)
    for block, after in blocks:
        block.draw(left, top)
        top += block.height + (after if block.lines else 0)
    return card


class _Block:
    """A text in lines, in the largest of some sizes in which it fits; cut if it never does."""

    def __init__(
        self,
        draw: ImageDraw.ImageDraw,
        text: str,
        width: int,
        *,
        sizes: tuple[int, ...],
        most: int,
        ink: str,
        italic: bool = False,
    ) -> None:
        self._draw, self._ink = draw, ink
        text = _shown(text, italic)
        for size in sizes:
            self._font = _font(size, italic)
            self.lines = _lines(text, self._font, width)
            fits = all(self._font.getlength(line) <= width for line in self.lines)
            if len(self.lines) <= most and fits:
                break
        else:
            self.lines = _cut(self.lines[:most], self._font, width, len(self.lines) > most)
        self._step = round(self._font.size * _LEADING)

    @property
    def height(self) -> int:
        return len(self.lines) * self._step

    def draw(self, left: int, top: int) -> None:
        for number, line in enumerate(self.lines):
            at = left, top + number * self._step
            self._draw.text(at, line, font=self._font, fill=self._ink)


@lru_cache(maxsize=32)
def _font(size: int, italic: bool) -> ImageFont.FreeTypeFont:
    name = "EBGaramond-Italic.ttf" if italic else "EBGaramond-Regular.ttf"
    return ImageFont.truetype(_FONTS / name, size)


def _shown(text: str, italic: bool) -> str:
    """The text without the characters that the font lacks."""
    return " ".join("".join(c for c in text if c == " " or _has(c, italic)).split())


@lru_cache(maxsize=4096)
def _has(character: str, italic: bool) -> bool:
    font = _font(40, italic)
    return character.isprintable() and bytes(font.getmask(character)) != bytes(
        font.getmask(_UNKNOWN)
    )


def _lines(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The text in lines of whole words, as even as the fewest lines allow."""
    lines = _broken(text, font, width)
    least, most = width // 2, width
    while len(lines) > 1 and most - least > 4:
        middle = (least + most) // 2
        if len(_broken(text, font, middle)) > len(lines):
            least = middle
        else:
            most = middle
    return _broken(text, font, most)


def _broken(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _cut(lines: list[str], font: ImageFont.FreeTypeFont, width: int, more: bool) -> list[str]:
    """The lines, each cut to the width, the last with an ellipsis if more would follow."""
    cut = []
    for number, line in enumerate(lines):
        end = "…" if (more and number == len(lines) - 1) or font.getlength(line) > width else ""
        length = len(line)
        while length and font.getlength(line[:length].rstrip() + end) > width:
            length -= 1
        cut.append(line[:length].rstrip() + end)
    return cut
