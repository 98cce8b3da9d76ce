"""Manifests of works that could have been made one after another, and events beside them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from storage.archive.events import Spending
from storage.archive.manifest import (
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

MOMENT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def a_manifest(number: int = 1, artist: str = "alien") -> Manifest:
    """The work of that number, after those before it: another concept, picture and vectors."""
    generator = np.random.default_rng(number)
    concept = f"concept {number}"
    pool = Pool(entries=(PoolEntry(concept="sea", seed=True), PoolEntry(concept="sky", seed=True)))
    started = MOMENT + timedelta(minutes=number)
    return Manifest(
        artist=artist,
        number=number,
        tuning=Tuning(),
        tuning_version=1,
        inspiration=Inspiration(
            concept=concept,
            pool_before=pool,
            candidates=(
                Candidate(
                    concept=concept,
                    coherence_nll=4.0,
                    context_nll=9.0,
                    coherence_rank=1,
                    context_rank=1,
                    score=0,
                ),
            ),
            seed=number,
            models="f" * 64,
        ),
        composition=Composition(
            title=f"Work {number}",
            prompt=f"The sea, the sky and {concept}.",
            concepts=("sea", "sky", concept),
            composer="grammar",
        ),
        painting=Painting(
            image=f"{number:064x}",
            media_type="image/png",
            width=64,
            height=64,
            painter="offline",
            digital_source_type="http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
        ),
        judgement=Judgement(
            sequence=number,
            scope=artist,
            watermark=number - 1,
            novelty=1.0 / number,
            previous_novelty=1.0 / (number - 1) if number > 1 else None,
            improved=True if number == 1 else None if number == 2 else False,
            nearest_text=None,
            nearest_image=None,
            text_encoder="all-MiniLM-L6-v2",
            image_encoder="efficientnet-lite0",
            text_vector=generator.normal(size=8).astype(np.float32),
            image_vector=generator.normal(size=6).astype(np.float32),
            pool_after=Pool(
                entries=(*pool.entries, PoolEntry(concept=concept, entered=number, count=0))
            ),
            departed=(),
        ),
        started_at=started,
        finished_at=started + timedelta(seconds=5),
    )


def a_spending(number: int = 1, purpose: str = "paint", **changes: object) -> Spending:
    """The first paid call of that cycle for that purpose, with these fields changed."""
    values = {
        "artist": "alien",
        "at": MOMENT,
        "number": number,
        "purpose": purpose,
        "attempt": 1,
        "provider": "openai",
        "model": "m",
        "state": "settled",
        "ceiling": 100,
        "reserved_at": MOMENT,
        **changes,
    }
    entry = f"{values['artist']}:{number}:{purpose}:1"
    return Spending.model_validate({"entry": entry, **values})
