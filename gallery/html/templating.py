"""The Jinja environment: filters, globals, versions of static files."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gallery.html import work_markup
from gallery.html.dates import day, iso, moment
from gallery.pick_explanation import listed

TEMPLATES = Path(__file__).parents[1] / "templates"
STATIC = Path(__file__).parents[1] / "static"

_COLOUR = re.compile("#[0-9a-fA-F]{6}")


@cache
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
        display_size=work_markup.display_size,
        colours=colours,
        plain=plain,
    )
    templates.globals.update(
        version=_version_of_static_files(),
        picture=work_markup.picture,
        label=work_markup.label,
        work_grid=work_markup.work_grid,
    )
    return templates


def preload_templates(templates: Environment) -> None:
    """Read every template now, which takes half a second: no visitor should wait for it."""
    for name in templates.list_templates():
        templates.get_template(name)


def colours(palette: tuple[str, ...]) -> tuple[str, ...]:
    """Those of a palette's entries that are colours as the web writes them."""
    return tuple(colour for colour in palette if _COLOUR.fullmatch(colour))


def plain(number: float, digits: int = 3) -> str:
    """A number with a true minus sign, so many digits behind the point."""
    return f"{number:.{digits}f}".replace("-", "−")


def version_of_pages() -> str:
    """Changes when a template, a stylesheet or a script does."""
    templates = b"".join(path.read_bytes() for path in sorted(TEMPLATES.rglob("*.*")))
    return hashlib.sha256(templates).hexdigest()[:12] + _version_of_static_files()


def _version_of_static_files() -> str:
    """Changes when a stylesheet or script does, so that both may be cached forever."""
    content = b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()) if path.is_file())
    return hashlib.sha256(content).hexdigest()[:12]
