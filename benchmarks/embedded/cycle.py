"""Duration of a cycle without models and calls, and the time between two cycles.

Sampler, encoders and painter take no time (`tests.served.quick`). Once as usual: the worker
continues with the next step itself. Once with every step sent through the broker.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

from benchmarks.embedded.running import milliseconds, running, times_of_cycles
from cas.vocabulary import Vocabulary
from storage.archive.archive import Archive
from storage.archive.folder import FolderStore
from storage.catalogue import Catalogue
from tests.served.quick import QuickSampler, quick_parts
from worker.config.settings import ArtistSection
from worker.create_artist import create_artist

WARM_UP = 5
PROGRAM = """
import sys
import worker.engine.app
from tests.served.quick import quick_artist
worker.engine.app.LONGEST_IN_HAND = {seconds}
quick_artist(sys.argv[1:])
"""


def measure(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    """Return milliseconds, by the catalogue's clock; rounds alternate."""
    kinds = {"worker continues itself": 0.5, "each step through the broker": 0.0}
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    between: dict[str, list[float]] = {kind: [] for kind in kinds}
    for number in range(options.rounds):
        for kind, seconds in kinds.items():
            data = folder / f"{number}-{seconds}"
            _create_artist(data)
            cadence = ("--every", "0s", "--cycles", str(WARM_UP + options.cycles))
            with running(data, *cadence, program=PROGRAM.format(seconds=seconds)) as artist:
                artist.wait_for("Cycle ")
            times = times_of_cycles(data)[WARM_UP:]
            taken[kind] += [finished - started for started, finished in times]
            between[kind] += [later[0] - earlier[1] for earlier, later in pairwise(times)]
    return {
        kind: {"cycle_ms": milliseconds(taken[kind]), "between_ms": milliseconds(between[kind])}
        for kind in kinds
    }


def _create_artist(data: Path) -> None:
    data.mkdir(parents=True)
    catalogue = Catalogue(f"sqlite:///{data / 'catalogue.sqlite3'}")
    archive = Archive(FolderStore(data / "archive", create=True))
    vocabulary: Vocabulary = QuickSampler().vocabulary
    create_artist(
        catalogue, archive, ArtistSection(), parts=quick_parts("quick"), vocabulary=vocabulary
    )
    catalogue.close()
