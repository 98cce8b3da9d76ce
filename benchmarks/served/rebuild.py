"""`artist rebuild` of many works from S3 into empty stores, and whether `works --json` is equal."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from storage.archive import Archive
from storage.manifest import (
    Candidate,
    Composition,
    Inspiration,
    Judgement,
    Manifest,
    Painting,
    Pool,
    PoolEntry,
    Tuning,
)
from tests.served.painting_api import picture
from tests.served.quick import IMAGE_SIZE, TEXT_SIZE
from tests.served.topology import Topology

ARTIST = Path(sys.executable).parent / "artist"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def measure(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    """Fill archive and catalogue with works, rebuild from the archive alone, and compare."""
    topology = Topology(folder, workers={}, lease_seconds=60.0)
    with topology.running():
        topology.remove("beat")
        topology.enrol("alien", painter="quick")
        for number in range(1, options.works + 1):
            manifest = _manifest(topology.archive, number)
            topology.archive.save_manifest(manifest)
            topology.catalogue.restore_work(manifest)
        before = _artist(topology, topology.catalogue_url, "works", "--json")
        empty = f"sqlite:///{folder / 'empty.sqlite3'}"
        began = time.monotonic()
        said = _artist(topology, empty, "rebuild").decode()
        seconds = time.monotonic() - began
        after = _artist(topology, empty, "works", "--json")
    return {
        "works": options.works,
        "seconds": round(seconds, 1),
        "works_a_second": round(options.works / seconds, 1),
        "bytes_of_works_json": len(before),
        "equal": before == after,
        "said": said.strip().splitlines()[-1:],
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
    """A work that could have been made, with its picture in the archive."""
    generator = np.random.default_rng(number)
    concept, prompt = f"concept {number % 997}", f"The sea, the sky and thing {number}."
    pool = Pool(entries=(PoolEntry(concept="sea", seed=True), PoolEntry(concept="sky", seed=True)))
    begun = BEGIN + timedelta(minutes=15 * number)
    candidates = tuple(
        Candidate(
            concept=f"{concept} {rank}",
            coherence_nll=4.0 + rank / 7,
            context_nll=9.0 - rank / 9,
            coherence_rank=rank,
            context_rank=257 - rank,
            score=float(-rank),
        )
        for rank in range(1, 257)
    )
    return Manifest(
        artist="alien",
        number=number,
        tuning=Tuning(),
        tuning_version=1,
        inspiration=Inspiration(
            concept=concept, pool_before=pool, candidates=candidates, seed=number, models="f" * 64
        ),
        composition=Composition(
            title=f"Work {number}", prompt=prompt, concepts=("sea", "sky", concept), composer="x"
        ),
        painting=Painting(
            image=archive.save_image(picture(prompt), "image/png"),
            media_type="image/png",
            width=48,
            height=32,
            painter="quick",
            digital_source_type="http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
        ),
        judgement=Judgement(
            sequence=number,
            scope="alien",
            watermark=number - 1,
            novelty=float(generator.uniform(0, 1)),
            previous_novelty=None,
            improved=None,
            nearest_text=None,
            nearest_image=None,
            text_encoder="quick-text",
            image_encoder="quick-image",
            text_vector=generator.normal(size=TEXT_SIZE).astype(np.float32),
            image_vector=generator.normal(size=IMAGE_SIZE).astype(np.float32),
            pool_after=pool,
            departed=(),
        ),
        started_at=begun,
        finished_at=begun + timedelta(seconds=9),
    )
