"""What a work costs as its artist grows older: python -m benchmarks.studio.age [--ages 20 200 …]

A real artist lives from its first work on, with the shipped pair, the grammar, the offline painter
and the packaged encoders. At ages beyond `--lived` it has a past, too: before its real works stand
copies of them whose vectors are a little off, so that the newest works are always real ones. Told
are the twenty works up to each age; seconds are of the processor, over all threads.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from cli.runtime.deployment import Deployment
from cli.runtime.wiring import wire
from scheduler.tuning_updates import update_tuning
from storage.archive.manifest import Float32, Manifest
from storage.catalogue import Catalogue
from worker.components import choose_components
from worker.config.settings import tuning_from_settings
from worker.create_artist import create_artist
from worker.engine.runner import run_step
from worker.worker_context import WorkerContext

MEASURED = 20
NAME = "alien"
_OFF = 0.2
"""How far a copy's vector is from the real one: the length of the noise beside a unit vector."""


def main() -> None:
    """Print a line of JSON for each age."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ages", type=int, nargs="+", default=[20, 200, 2_000, 20_000])
    parser.add_argument("--lived", type=int, default=200, help="works that are really painted")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        worker_context = born(Path(temporary) / "real")
        seconds = [second for _, second in lived(worker_context, options.lived)]
        real = list(worker_context.archive.manifests(NAME))
        for age in sorted(options.ages):
            if age <= len(real):
                tell(age, real[age - MEASURED : age], seconds[age - MEASURED : age])
                continue
            old = born(Path(temporary) / str(age))
            upsert(old.catalogue, past(real, age - MEASURED - 1))
            next(lived(old, 1))  # its memory is filled
            works, costs = zip(*lived(old, MEASURED), strict=True)
            tell(age, works, costs)
            old.close()
        worker_context.close()


def born(folder: Path) -> WorkerContext:
    """A new artist in this folder, with all defaults."""
    deployment = Deployment(folder)
    deployment.create()
    settings = deployment.settings
    create_artist(
        deployment.catalogue,
        deployment.archive,
        settings.artist,
        parts=lambda: choose_components(settings).parts,
        vocabulary=deployment.vocabulary(),
    )
    update_tuning(
        deployment.catalogue,
        deployment.archive,
        NAME,
        tuning=tuning_from_settings(settings),
        who="age",
    )
    return wire(deployment, "memory://", tick_seconds=None, stall_timeout=60.0).worker_context


def lived(worker_context: WorkerContext, cycles: int) -> Iterator[tuple[Manifest, float]]:
    """Live so many cycles; gives each work and its seconds of the processor."""
    for _ in range(cycles):
        begun = time.process_time()
        cycle = worker_context.catalogue.cycles.open(NAME, tuning_version=1, every=0)
        if cycle is None:
            raise SystemExit("the artist could not begin a cycle")
        run_step(worker_context, cycle.id, continues=lambda step: True)
        yield worker_context.archive.read_manifest(NAME, cycle.number), time.process_time() - begun
        print(f"work {cycle.number}", end="\r", file=sys.stderr, flush=True)


def past(real: Sequence[Manifest], works: int) -> Iterator[Manifest]:
    """So many works, of which the newest are the real ones."""
    dice = np.random.default_rng(1)
    for number in range(1, works + 1):
        manifest = real[(number - works - 1) % len(real)]
        judgement = manifest.judgement
        values: dict[str, object] = {"sequence": number, "watermark": number - 1}
        if number <= works - len(real):
            values["text_vector"] = _off(judgement.text_vector, dice)
            values["image_vector"] = _off(judgement.image_vector, dice)
        yield manifest.model_copy(
            update={"number": number, "judgement": judgement.model_copy(update=values)}
        )


def upsert(catalogue: Catalogue, manifests: Iterator[Manifest]) -> None:
    """Enter works that the artist did not make in this folder."""
    for manifest in manifests:
        catalogue.restore_work(manifest)


def tell(age: int, works: Sequence[Manifest], seconds: Sequence[float]) -> None:
    """Print what the works up to this age took."""
    attempts = [manifest.painting.attempts for manifest in works]
    told = {
        "age": age,
        "works": len(works),
        "seconds_a_work": round(float(np.mean(seconds)), 2),
        "attempts_a_work": round(float(np.mean(attempts)), 2),
        "most_attempts": max(attempts),
    }
    print(json.dumps(told), flush=True)


def _off(vector: Float32, dice: np.random.Generator) -> Float32:
    noisy = vector + _OFF / np.sqrt(vector.size) * dice.normal(size=vector.size)
    return np.asarray(noisy / np.linalg.norm(noisy), np.float32)


if __name__ == "__main__":
    main()
