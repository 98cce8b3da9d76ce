"""What an exported gallery shows in the place of a work that was taken down."""

from __future__ import annotations

import io
from typing import Final

from markupsafe import escape
from PIL import Image

from gallery.addresses import Addresses
from gallery.site import SiteSettings


def gone_page(site: SiteSettings, to: Addresses) -> bytes:
    """A page that says that nothing hangs here any more."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="robots" content="noindex">'
        f"<title>Taken down – {escape(site.title)}</title>"
        "<h1>This work was taken down</h1>"
        f'<p><a href="{to.path()}">To the newest works</a></p></html>\n'
    ).encode()


def _blank() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (16, 16), "#eaeae6").save(file, "WEBP")
    return file.getvalue()


BLANK_PICTURE: Final = _blank()
"""A small field of the wall's colour."""
