"""How templates see our values: dates as people write them, pictures at a size to hang at."""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gallery.explanation import listed
from gallery.fragments import Fragments
from gallery.plots import CandidatePlot
from gallery.thumbnails import WIDTHS
from storage.catalogue import WorkRow

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"

_HUNG_AREA = 380.0**2
_HUNG_WIDTH = 416.0
_HUNG_HEIGHT = 520.0

_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_PICK = ' class="pick"'


@dataclass(frozen=True)
class Size:
    """Width and height in CSS pixels."""

    width: int
    height: int


def environment() -> Environment:
    """Templates that escape everything, and fail on a name that they were not given."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(
        day=day,
        moment=moment,
        iso=iso,
        listed=listed,
        hung=hung,
        colours=colours,
        plain=plain,
        dots=dots,
        offered=offered,
    )
    templates.globals.update(version=_version_of_static_files(), kept=Fragments())
    return templates


def day(time: datetime | float) -> str:
    """The day of a time, in UTC: `24 November 2026`."""
    at = _utc(time)
    return f"{at.day} {at:%B %Y}"


def moment(time: datetime | float) -> str:
    """Day and minute of a time, in UTC."""
    return f"{day(time)}, {_utc(time):%H:%M} UTC"


def iso(time: datetime | float) -> str:
    """A time as machines read it (RFC 3339, whole seconds)."""
    return _utc(time).strftime("%Y-%m-%dT%H:%M:%SZ")


def hung(work: WorkRow) -> Size:
    """The size at which a work hangs among others: all have about the same area."""
    ratio = max(work.width, 1) / max(work.height, 1)
    width = math.sqrt(_HUNG_AREA * ratio)
    width = min(width, _HUNG_WIDTH, _HUNG_HEIGHT * ratio)
    return Size(round(width), max(1, round(width / ratio)))


def offered(work: WorkRow) -> tuple[tuple[int, int], ...]:
    """The copies of a work that differ in size: (width asked for, width that comes)."""
    enough = next((width for width in WIDTHS if width >= work.width), WIDTHS[-1])
    return tuple((width, min(width, work.width)) for width in WIDTHS if width <= enough)


def colours(palette: tuple[str, ...]) -> tuple[str, ...]:
    """Those of a palette's entries that are colours as the web writes them."""
    return tuple(colour for colour in palette if _COLOUR.fullmatch(colour))


def plain(number: float, digits: int = 3) -> str:
    """A number with a true minus sign, so many digits behind the point."""
    return f"{number:.{digits}f}".replace("-", "−")


def dots(plot: CandidatePlot) -> Markup:
    """The candidates as SVG, in one go: there are hundreds of them on every work's page."""
    return Markup(
        "\n".join(
            f'<circle{_PICK if dot.picked else ""} cx="{dot.x}" cy="{dot.y}"'
            f' r="{7 if dot.picked else 3.6}"><title>{escape(dot.title)}</title></circle>'
            for dot in plot.dots
        )
    )


def _utc(time: datetime | float) -> datetime:
    if isinstance(time, datetime):
        return time.astimezone(UTC)
    return datetime.fromtimestamp(time, UTC)


def version_of_pages() -> str:
    """Changes when a template, a stylesheet or a script does."""
    templates = b"".join(path.read_bytes() for path in sorted(TEMPLATES.rglob("*.*")))
    return hashlib.sha256(templates).hexdigest()[:12] + _version_of_static_files()


def _version_of_static_files() -> str:
    """Changes when a stylesheet or script does, so that both may be cached for ever."""
    content = b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()) if path.is_file())
    return hashlib.sha256(content).hexdigest()[:12]
