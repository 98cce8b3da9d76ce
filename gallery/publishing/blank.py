"""The page of a removed work in an exported gallery."""

from __future__ import annotations

import io
from typing import Final

from markupsafe import escape
from PIL import Image

from gallery.site import SiteSettings
from gallery.urls import Urls


def removed_page(site: SiteSettings, to: Urls, *, moved: str | None = None) -> bytes:
    """A page that says that the work was removed, or redirects to its new URL."""
    refresh = "" if moved is None else f'<meta http-equiv="refresh" content="0; url={moved}">'
    title = "This is not shown here any more" if moved is None else "This page has moved"
    link = "To the newest works" if moved is None else "To the page"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">{refresh}'
        '<meta name="robots" content="noindex">'
        f"<title>{title} – {escape(site.title)}</title>"
        f"<h1>{title}</h1>"
        f'<p><a href="{moved or to.path()}">{link}</a></p></html>\n'
    ).encode()


def _blank() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (16, 16), "#eaeae6").save(file, "WEBP")
    return file.getvalue()


BLANK_PICTURE: Final = _blank()
"""A small WebP of one neutral colour."""
