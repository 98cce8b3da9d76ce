"""An embedded artist whose publishing and thumbnails hang; ends once all other work is done.

python hung_publishing.py FOLDER
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from unittest.mock import patch

from cli.runtime.deployment import Deployment
from cli.runtime.embedded import EmbeddedArtist

WORKS = 2


def main(folder: Path) -> None:
    deployment = Deployment(folder)
    deployment.override(
        {
            "picture.width": 96,
            "picture.height": 96,
            "tuning.every": "0s",
            "storage.min_free_gib": 0,
            "gallery.base_url": "https://art.example.org",
        }
    )
    deployment.create()
    over, published, prepared, rung, painted = (threading.Event() for _ in range(5))

    def hang(begun: threading.Event) -> None:
        begun.set()
        over.wait()

    with (
        patch("gallery.publishing.publisher.Publisher.publish_due", lambda _: hang(published)),
        patch("gallery.images.prepare.prepare_waiting", lambda *_: hang(prepared)),
        patch("scheduler.notifier.Notifier.notify", lambda *_: rung.set()),
        deployment.owned(),
    ):
        works = deployment.catalogue.works

        def tell() -> None:
            if len(works.newest(limit=WORKS)) == WORKS:
                painted.set()

        embedded = EmbeddedArtist(deployment, tell=tell)
        embedded.create_artist(lambda _: None)
        with embedded.at_work():
            came = {
                "publishing": published.wait(120),
                "thumbnails": prepared.wait(120),
                "the alarm": rung.wait(120),
                "the second picture": painted.wait(120),
            }
            # Otherwise the end would wait for the hanging calls.
            over.set()
    late = [name for name, did in came.items() if not did]
    if late:
        raise SystemExit(f"waited in vain for {', '.join(late)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
