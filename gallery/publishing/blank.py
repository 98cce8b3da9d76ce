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
    leads = "" if moved is None else f'<meta http-equiv="refresh" content="0; url={moved}">'
    said = "This work was taken down" if moved is None else "This page has moved"
    onward = "To the newest works" if moved is None else "To the page"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">{leads}'
        '<meta name="robots" content="noindex">'
        f"<title>{said} – {escape(site.title)}</title>"
        f"<h1>{said}</h1>"
        f'<p><a href="{moved or to.path()}">{onward}</a></p></html>\n'
    ).encode()


def _blank() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (16, 16), "#eaeae6").save(file, "WEBP")
    return file.getvalue()


BLANK_PICTURE: Final = _blank()
"""A small field of the wall's colour."""
