"""Step 3: a painter makes the picture; it is archived before anything else happens."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from functools import cache

import numpy as np

from storage.archive.archive import Archive
from storage.archive.events import PictureReceived
from storage.archive.manifest import Composition, Float32, Inspiration, Painting
from storage.errors import StorageError
from worker.budget import CycleBudget
from worker.errors import BadPicture
from worker.painters import PaintRequest, PaintResult, SimilarityCheck
from worker.stages import store_stages
from worker.steps.context import StepContext
from worker.steps.seeds import step_seed

COMPARED_WORKS = 100
"""How many of its scope's newest works a picture is compared with: age must not raise the cost."""


def run(context: StepContext) -> tuple[Inspiration, Composition, Painting]:
    """Paint the composition, unless its picture is in the archive already.

    A worker that died after the picture came left it there: as the event that tells all of it, or
    as the receipt of a paid call. The first one to try need not look for the event. What the event
    tells stands, the words that were painted included.

    Raises:
        ComponentError: the painter failed; see `worker.steps.failures` for what follows.
    """
    received = _received(context) if context.claim.tries > 1 else None
    if received is None:
        received = _receive(context)
    return received.inspiration, received.composition, received.painting


def _received(context: StepContext) -> PictureReceived | None:
    archive, artist = context.worker_context.archive, context.artist.name
    event = archive.read_event(artist, "picture", f"{context.number:08d}")
    return event if isinstance(event, PictureReceived) else None


def _receive(context: StepContext) -> PictureReceived:
    archive, cycle = context.worker_context.archive, context.cycle
    painter = context.components.painter
    inspiration, composition = context.inspiration, context.composition
    result = _paid_for(archive, context.budget) or painter.paint(
        PaintRequest(
            prompt=composition.prompt,
            title=composition.title,
            concepts=composition.concepts,
            style=context.artist.created.style,
            seed=step_seed(context.artist.created.seed, cycle.number, "paint"),
            similarity=_similarity_check(context),
            plan=composition.plan,
            statements=composition.statements,
        ),
        context.budget,
    )
    composition = _as_painted(composition, result)
    image = context.worker_context.save_picture(result.data, result.media_type)
    if result.stages:
        with suppress(StorageError):  # they are not needed; the picture is there
            store_stages(archive, image, result.stages, "painter")
    painting = Painting(
        image=image,
        media_type=result.media_type,
        width=result.width,
        height=result.height,
        painter=painter.name,
        model=result.model,
        seed=result.seed,
        attempts=result.attempts,
        technique=result.technique,
        palette=result.palette,
        shown=result.shown,
        materials=result.materials,
        digital_source_type=result.digital_source_type,
    )
    return archive.append_once(
        PictureReceived(
            artist=cycle.artist,
            at=datetime.now(UTC),
            number=cycle.number,
            started_at=datetime.fromtimestamp(cycle.started_at, UTC),
            tuning_version=cycle.tuning_version,
            inspiration=inspiration,
            composition=composition,
            painting=painting,
        )
    )


def _as_painted(composition: Composition, result: PaintResult) -> Composition:
    """The composition with the plan and the words that are true of the picture."""
    if result.plan is None:
        return composition
    shown = result.plan.shown
    return composition.model_copy(
        update={
            "plan": result.plan,
            "statements": result.statements,
            "prompt": result.prompt,
            "concepts": tuple(c for c in composition.concepts if c in shown),
        }
    )


def _similarity_check(context: StepContext) -> SimilarityCheck | None:
    """The newest works of the scope; nothing is looked up before the painter asks."""
    encoder, works = context.components.image_encoder, context.worker_context.catalogue.works
    scope = context.artist.created.scope
    if encoder.alike is None:
        return None

    @cache
    def earlier() -> Float32:
        rows = works.vectors(scope=scope, after=works.judged(scope).watermark - COMPARED_WORKS)
        return np.array([row.image for row in rows], np.float32).reshape(-1, encoder.size)

    def nearest(picture: bytes) -> float:
        context.check_lease()
        vector = encoder.encode([picture])[0]
        return float((earlier() @ vector).max(initial=-1.0))

    return SimilarityCheck(nearest, encoder.alike)


def _paid_for(archive: Archive, budget: CycleBudget) -> PaintResult | None:
    receipt = budget.receipt("paint")
    if receipt is None:
        return None
    data, _ = archive.read_image(receipt.result)
    try:
        return PaintResult.of_model(data, model=receipt.model)
    except BadPicture:
        return None
