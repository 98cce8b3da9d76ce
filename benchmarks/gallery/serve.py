"""The gallery of a collection, without rate limits, for the open loop."""

from __future__ import annotations

import os
from pathlib import Path

from fastapi import FastAPI

from gallery import SiteSettings, create_app
from storage.archive.archive import Archive, open_store
from storage.catalogue import Catalogue


def app() -> FastAPI:
    """Create the gallery of the folder that COLLECTION names."""
    folder = Path(os.environ["COLLECTION"])
    return create_app(
        Catalogue(f"sqlite:///{folder / 'catalogue.sqlite3'}"),
        Archive(open_store(str(folder / "archive"))),
        site=SiteSettings(),
        limited=False,
    )
