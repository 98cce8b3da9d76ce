"""A worker context for tests: real stores, sampler and encoders; a fast composer and painter."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from cas import CulturalAlienSampler
from storage.archive.archive import Archive
from storage.archive.events import ArtistCreated, TuningChanged
from storage.archive.folder import FolderStore
from storage.archive.manifest import Manifest
from storage.catalogue import Catalogue
from storage.vectors.edge import EdgeMemory
from storage.vectors.store import VectorSpace
from tests.plain_composer import PlainComposer
from worker.composers import Composer, ComposeRequest
from worker.composers.grammar import GrammarComposer
from worker.encoders import ImageEncoder, TextEncoder
from worker.meter import Meter
from worker.painters import ALGORITHMIC, TRAINED, Painter, PaintRequest, PaintResult
from worker.worker_context import Components, WorkerContext


class NoisePainter:
    """Paints seeded noise; first it raises the given errors, in order."""

    name = "noise"

    def __init__(self, *mishaps: Exception | None) -> None:
        self.mishaps: Iterator[Exception | None] = iter(mishaps)
        self.requests: list[PaintRequest] = []

    def paint(self, request: PaintRequest, meter: Meter) -> PaintResult:
        self.requests.append(request)
        mishap = next(self.mishaps, None)
        if mishap is not None:
            raise mishap
        data = noise(request.seed)
        return PaintResult(
            data=data,
            media_type="image/png",
            width=48,
            height=32,
            model="noise",
            digital_source_type=ALGORITHMIC,
            seed=request.seed,
        )


class PaidPainter(NoisePainter):
    """A paid `NoisePainter`: each call is reserved, and settled with its picture."""

    name = "openai"
    price = 0.04
    ceiling = 0.25

    def paint(self, request: PaintRequest, meter: Meter) -> PaintResult:
        with meter.paid("paint", provider="openai", model="noise", ceiling=self.ceiling) as call:
            canvas = super().paint(request, meter)
            call.settle(self.price, request_id="req", result=canvas.data)
        return PaintResult(**{**vars(canvas), "digital_source_type": TRAINED})


class FailingComposer:
    """Another composer, by default the grammar, after it raised the given errors, in order."""

    name = "grammar"

    def __init__(self, *mishaps: Exception, then: Composer | None = None) -> None:
        self.mishaps = iter(mishaps)
        self.then = then or GrammarComposer()
        self.briefs: list[ComposeRequest] = []

    def compose(self, brief: ComposeRequest, meter: Meter) -> object:
        self.briefs.append(brief)
        mishap = next(self.mishaps, None)
        if mishap is not None:
            raise mishap
        return self.then.compose(brief, meter)


def noise(seed: int) -> bytes:
    """A PNG of seeded noise, 48 × 32."""
    pixels = np.random.default_rng(seed).integers(0, 256, (32, 48, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def create_context(
    folder: Path,
    sampler: CulturalAlienSampler,
    encoders: tuple[TextEncoder, ImageEncoder],
    *,
    painter: Painter,
    composer: Composer | None = None,
    fallback: Composer | None = None,
) -> WorkerContext:
    """Open a worker context over the data in `folder`, new or existing."""
    text, image = encoders
    space = VectorSpace(text.name, text.size, image.name, image.size)
    memory = EdgeMemory(folder / "memory", space)
    components = Components(
        composer=composer or PlainComposer(),
        fallback=fallback,
        painter=painter,
        text_encoder=text,
        image_encoder=image,
        memory=memory,
    )
    return WorkerContext(
        name="test",
        catalogue=Catalogue(f"sqlite:///{folder / 'catalogue.sqlite3'}"),
        archive=Archive(FolderStore(folder / "archive", create=True)),
        find_sampler=lambda: sampler,
        load_tools=lambda parts: components,
    )


def add_artist(worker_context: WorkerContext, created: ArtistCreated, tuned: TuningChanged) -> None:
    """Add an artist and its tuning to the archive and the catalogue."""
    worker_context.archive.append_once(created)
    worker_context.archive.append_once(tuned)
    worker_context.catalogue.artists.add(created)
    worker_context.catalogue.artists.tune(tuned)


def manifests(worker_context: WorkerContext) -> list[Manifest]:
    """Every manifest of the artist `alien`, in order."""
    return list(worker_context.archive.manifests("alien"))
