"""Serve the sample exhibition: python tests/gallery/serve.py [PORT] [ARTIST …].

The admin is `admin` with the password "look at the pictures".
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path

import uvicorn

from cas.checkpoint import SHIPPED_PAIRS, pair_vocabulary
from gallery import SiteSettings, create_app
from gallery.accounts import Admins
from gallery.artist_editing import ArtistEditing
from gallery.site import Account
from worker.config.settings import Settings


def main(port: int, artists: list[str]) -> None:
    spec = importlib.util.spec_from_file_location("sample", Path(__file__).with_name("conftest.py"))
    assert spec is not None and spec.loader is not None
    sample = importlib.util.module_from_spec(spec)
    sys.modules["sample"] = sample
    spec.loader.exec_module(sample)
    with tempfile.TemporaryDirectory() as folder:
        built = sample.build_exhibition(Path(folder), artist=artists[0])
        for name in artists[1:]:
            sample.hang(built.catalogue, built.archive, works=12, artist=name)
        memory = sample.open_memory(Path(folder), built.catalogue)
        accounts = (
            Account(name="Mastodon", account="@ada@art.example", url="https://art.example/@ada"),
            Account(name="Bluesky", account="@ada.example", url="https://bsky.app/profile/x"),
        )
        site = SiteSettings(licence="CC0 1.0", accounts=accounts)
        admins = Admins(Path(folder) / "admins.json")
        admins.set_password("admin", "look at the pictures")
        app = create_app(
            built.catalogue,
            built.archive,
            site=site,
            admins=admins,
            preview=lambda *_: built.manifests[-1].inspiration,
            editing=ArtistEditing(
                built.catalogue,
                built.archive,
                settings=Settings,
                vocabulary=lambda: pair_vocabulary(SHIPPED_PAIRS[0]),
            ),
            memory_of=lambda *_: memory,
        )
        uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8100, sys.argv[2:] or ["ada"])
