"""`artist rebuild` of many works from S3 into empty stores, with a check of `works --json`."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from storage.archive.archive import Archive
from storage.archive.manifest import Candidate, Manifest
from tests.manifests import a_manifest
from tests.served.painting_api import picture
from tests.served.topology import Topology

ARTIST = Path(sys.executable).parent / "artist"


def measure(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    """Fill archive and catalogue with works, rebuild from the archive, and compare."""
    topology = Topology(folder, workers={}, lease_seconds=60.0)
    with topology.running():
        topology.remove("beat")
        topology.create_artist("alien", painter="quick")
        for number in range(1, options.works + 1):
            manifest = _manifest(topology.archive, number)
            topology.archive.save_manifest(manifest)
            topology.catalogue.restore_work(manifest)
        before = _artist(topology, topology.catalogue_url, "works", "--json")
        empty = f"sqlite:///{folder / 'empty.sqlite3'}"
        started = time.monotonic()
        output = _artist(topology, empty, "rebuild").decode()
        seconds = time.monotonic() - started
        after = _artist(topology, empty, "works", "--json")
    return {
        "works": options.works,
        "seconds": round(seconds, 1),
        "works_a_second": round(options.works / seconds, 1),
        "bytes_of_works_json": len(before),
        "equal": before == after,
        "output": output.strip().splitlines()[-1:],
        "violations": [] if before == after and len(before) > 2 else ["works --json differs"],
    }


def _artist(topology: Topology, catalogue: str, *arguments: str) -> bytes:
    return subprocess.run(
        [ARTIST, *arguments, "--data", topology.folder / "data"],
        env={**topology.artist_environment, "ARTIST_STORAGE__CATALOGUE": catalogue, "PATH": ""},
        check=True,
        stdout=subprocess.PIPE,
    ).stdout


def _manifest(archive: Archive, number: int) -> Manifest:
    """Make a manifest of realistic size, with its picture in the archive."""
    made = a_manifest(number)
    prompt = f"The sea, the sky and thing {number}."
    candidates = tuple(
        Candidate(
            concept=f"{made.inspiration.concept} {rank}",
            coherence_nll=4.0 + rank / 7,
            context_nll=9.0 - rank / 9,
            coherence_rank=rank,
            context_rank=257 - rank,
            score=float(-rank),
        )
        for rank in range(1, 257)
    )
    image = archive.save_image(picture(prompt), "image/png")
    return made.model_copy(
        update={
            "inspiration": made.inspiration.model_copy(update={"candidates": candidates}),
            "composition": made.composition.model_copy(update={"prompt": prompt}),
            "painting": made.painting.model_copy(update={"image": image}),
        }
    )
