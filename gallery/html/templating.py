"""The Jinja environment: filters, globals, versions of static files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gallery.html import work_markup
from gallery.html.dates import cadence, clock, day, iso, minute, moment, month
from gallery.pick_explanation import listed
from gallery.pick_reason import share_in_words
from gallery.urls import Urls

TEMPLATES = Path(__file__).parents[1] / "templates"
STATIC = Path(__file__).parents[1] / "static"

_COLOUR = re.compile("#[0-9a-fA-F]{6}")


@cache
def environment() -> Environment:
    """Templates that escape every value, and raise an error for an undefined name."""
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
        month=month,
        minute=minute,
        clock=clock,
        cadence=cadence,
        few=few,
        share_in_words=share_in_words,
        iso=iso,
        listed=listed,
        display_size=work_markup.display_size,
        colours=colours,
        plain=plain,
    )
    templates.globals.update(
        version=_version_of_static_files(),
        styles=styles,
        picture=work_markup.picture,
        label=work_markup.label,
        heart=work_markup.heart,
        work_grid=work_markup.work_grid,
        chapter_rows=work_markup.chapter_rows,
    )
    return templates


def styles(to: Urls, *names: str) -> Markup:
    """Links to stylesheets; a page links those of its parts after those that all pages share."""
    version = _version_of_static_files()
    paths = (to.path("static", f"{name}.css", v=version) for name in names)
    return Markup("\n".join(f'<link rel="stylesheet" href="{path}">' for path in paths))


def preload_templates(templates: Environment) -> None:
    """Compile every template, which takes half a second, before the first request."""
    for name in templates.list_templates():
        templates.get_template(name)


def colours(palette: tuple[str, ...]) -> tuple[str, ...]:
    """The entries of a palette that have the form `#rrggbb`."""
    return tuple(colour for colour in palette if _COLOUR.fullmatch(colour))


def few(words: Sequence[str], most: int = 4) -> str:
    """As `listed`, but of more than `most` words only the number of the others."""
    if len(words) <= most + 1:
        return listed(words)
    return f"{', '.join(words[:most])} and {len(words) - most} more"


def plain(number: float, digits: int = 3) -> str:
    """A number with a true minus sign and `digits` digits behind the point."""
    return f"{number:.{digits}f}".replace("-", "−")


def version_of_pages() -> str:
    """A hash of all templates, stylesheets and scripts."""
    templates = b"".join(path.read_bytes() for path in sorted(TEMPLATES.rglob("*.*")))
    return hashlib.sha256(templates).hexdigest()[:12] + _version_of_static_files()


@cache
def _version_of_static_files() -> str:
    """A hash of stylesheets and scripts: part of their address, so caches may keep them."""
    content = b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()) if path.is_file())
    return hashlib.sha256(content).hexdigest()[:12]
