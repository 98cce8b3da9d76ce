"""`artist run` with a step that kills its process each time, until the artist gives it up."""

from __future__ import annotations

import tempfile
from pathlib import Path

from storage.archive.archive import Archive
from storage.archive.events import CycleFailed, Parts, TuningChanged
from storage.archive.folder import FolderStore
from storage.archive.manifest import Tuning
from storage.catalogue import Catalogue, Step
from tests.manifests import MOMENT
from tests.recompute import recompute
from tests.served.processes import Process, fork, preload
from tests.served.quick import QuickSampler, quick_artist, quick_parts
from tests.served.topology import PRELOADED
from tests.served.traps import Trap, Traps
from worker.config.settings import ArtistSection
from worker.create_artist import create_artist

DEATHS = 5
CYCLES = 4
SECONDS = 90.0


def killed_five_times(step: Step) -> list[str]:
    """Let the step of the second cycle kill the process five times; returns what is wrong then."""
    preload(*PRELOADED, "cli.runtime.embedded")
    with tempfile.TemporaryDirectory(prefix="embedded-") as name:
        folder = Path(name)
        settings = '[tuning]\nevery = "0s"\n\n[storage]\nmin_free_gib = 0\n'
        archive = settle_in(folder / "data", settings, every=0.0, parts=quick_parts("quick"))
        assert _run(folder, cycles=1).wait(SECONDS) == 0
        traps = Traps(folder / "traps")
        for _ in range(DEATHS):
            traps.set(Trap(step, 1, "kill child"))  # before its commit
            if _run(folder, cycles=2).wait(SECONDS) == 0:
                return ["it ended by itself"]
        traps.clear()
        code = _run(folder, cycles=CYCLES).wait(SECONDS)
        return [*([] if code == 0 else [f"it ended with {code}"]), *_violations(archive)]


def _violations(archive: Archive) -> list[str]:
    manifests = list(archive.manifests("alien"))
    failed = [e.number for e in archive.events("alien", "failure") if isinstance(e, CycleFailed)]
    numbers = sorted([*(manifest.number for manifest in manifests), *failed])
    found = []
    if numbers != list(range(1, CYCLES + 1)):
        found.append(f"works and failures are of the cycles {numbers}")
    try:
        recompute(manifests)
    except AssertionError as error:
        found.append(f"the works do not follow from each other: {error}")
    return found


def settle_in(data: Path, settings: str, *, every: float, parts: Parts) -> Archive:
    """An artist in a new data folder, who works at this cadence, in seconds."""
    data.mkdir()
    (data / "artist.toml").write_text(settings)
    catalogue = Catalogue(f"sqlite:///{data / 'catalogue.sqlite3'}")
    archive = Archive(FolderStore(data / "archive", create=True))
    create_artist(
        catalogue,
        archive,
        ArtistSection(name="alien", seed=1),
        parts=lambda: parts,
        vocabulary=QuickSampler().vocabulary,
    )
    tuning = Tuning(every=every, daily_budget=1e5, monthly_budget=1e5)
    tuned = TuningChanged(artist="alien", at=MOMENT, version=1, tuning=tuning, who="artist.toml")
    catalogue.artists.tune(archive.append_once(tuned))
    catalogue.close()
    return archive


def _run(folder: Path, *, cycles: int) -> Process:
    return fork(
        quick_artist,
        ("run", "--data", str(folder / "data"), "--cycles", str(cycles), "--no-gallery"),
        environment={"QUICK_TRAPS": str(folder / "traps"), "OMP_NUM_THREADS": "1"},
        log=folder / "log",
    )
