"""Step 4: compute novelty, and decide which concepts stay (design §6)."""

from __future__ import annotations

from sqlalchemy import Connection

from storage.archive.manifest import Float32, Judgement, Nearest
from storage.catalogue import Catalogue
from storage.vectors.embeddings import as_point
from storage.vectors.store import Memory, cosine_similarity
from worker.steps.context import StepContext
from worker.steps.pool import Previous, has_improved, join, pool_after_judgement


def run(context: StepContext) -> tuple[Judgement]:
    """Compare the cycle's work with every earlier work of its scope.

    The memory finds the nearest works; their cosines are computed again in double precision from
    the catalogue's vectors, so that the manifests give the same numbers.
    """
    catalogue, components = context.worker_context.catalogue, context.components
    scope, number = context.artist.created.scope, context.number
    text_vector, image_vector = _vectors(context)
    context.check_lease()
    if context.claim.tries > 1:  # it may have been judged before
        components.memory.forget([context.cycle.id])
    watermark = catch_up(catalogue, components.memory, scope)
    found = components.memory.nearest(text_vector, image_vector, scope=scope, before=watermark + 1)
    known = catalogue.works.vectors_of([near.work for near in (*found.text, *found.image)])
    nearest_text = _nearest(text_vector, {w: row.text for w, row in known.items()})
    nearest_image = _nearest(image_vector, {w: row.image for w, row in known.items()})
    value = novelty(nearest_text, nearest_image)
    previous = _previous(catalogue, context.artist.name, number)
    improved = has_improved(value, previous)
    pool, departed = pool_after_judgement(
        join(context.inspiration.pool_before, context.inspiration.concept, number=number),
        number=number,
        shown=context.composition.concepts,
        improved=improved,
        tuning=context.tuning,
    )
    judgement = Judgement(
        sequence=watermark + 1,
        scope=scope,
        watermark=watermark,
        novelty=value,
        previous_novelty=None if previous is None else previous.novelty,
        improved=improved,
        nearest_text=nearest_text,
        nearest_image=nearest_image,
        text_encoder=components.text_encoder.name,
        image_encoder=components.image_encoder.name,
        text_vector=text_vector,
        image_vector=image_vector,
        pool_after=pool,
        departed=departed,
    )
    return (judgement,)


def on_commit(connection: Connection, context: StepContext, records: tuple[Judgement]) -> None:
    """Store the judgement with its sequence and vectors.

    Raises:
        SequenceTaken: another work was judged meanwhile; judge again.
    """
    context.worker_context.catalogue.cycles.judge_in(connection, context.claim, *records)


def _vectors(context: StepContext) -> tuple[Float32, Float32]:
    """Return the vectors of prompt and picture, computed once per step."""
    if not context.vectors:
        image = context.worker_context.picture(context.painting.image)
        prompt = context.composition.prompt
        context.vectors.append(context.components.text_encoder.encode([prompt])[0])
        context.vectors.append(context.components.image_encoder.encode([image])[0])
    text_vector, image_vector = context.vectors
    return text_vector, image_vector


def novelty(text: Nearest | None, image: Nearest | None) -> float:
    """½(1 - max cosine of text) + ½(1 - max cosine of image), in [0, 2]; 1 without earlier works.

    Source: design §6, after arXiv 2510.20849.
    """
    if text is None or image is None:
        return 1.0
    return 0.5 * (1.0 - text.cosine) + 0.5 * (1.0 - image.cosine)


def catch_up(catalogue: Catalogue, memory: Memory, scope: str) -> int:
    """Add to the memory every judged work of a scope that it lacks; return the last sequence."""
    withdrawn = catalogue.cycles.withdrawn()
    if withdrawn:
        memory.forget(withdrawn)
    judged = catalogue.works.judged(scope)
    held = memory.count(scope, before=judged.watermark + 1)
    # Usually only the newest are missing; all are sent again only if that is not enough.
    for after in (judged.watermark - (judged.works - held), 0):
        if held >= judged.works:
            break
        missing = catalogue.works.vectors(scope=scope, after=after)
        memory.upsert(as_point(row) for row in missing)
        held = memory.count(scope, before=judged.watermark + 1)
    return judged.watermark


def _nearest(vector: Float32, others: dict[str, Float32]) -> Nearest | None:
    cosines = {work: cosine_similarity(vector, other) for work, other in others.items()}
    if not cosines:
        return None
    work = min(cosines, key=lambda name: (-cosines[name], name))
    return Nearest(work=work, cosine=cosines[work])


def _previous(catalogue: Catalogue, artist: str, number: int) -> Previous | None:
    work = catalogue.works.last(artist, before=number)
    if work is None:
        return None
    return Previous(novelty=work.novelty, had_earlier=not catalogue.works.is_first(work.id))
