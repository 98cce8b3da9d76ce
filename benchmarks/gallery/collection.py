"""A catalogue of many works, inserted in bulk; every fiftieth has a manifest, and so a page."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image
from sqlalchemy import func, insert, select

from storage.archive.archive import Archive, open_store
from storage.archive.events import ArtistCreated, Parts, TuningChanged
from storage.archive.manifest import (
    Candidate,
    Composition,
    Inspiration,
    Judgement,
    Manifest,
    Nearest,
    Painting,
    Pool,
    PoolEntry,
    Tuning,
)
from storage.catalogue import Catalogue
from storage.catalogue.db.tables import concepts, cycles, work_concepts, works
from storage.catalogue.queries.search import index_in
from storage.catalogue.work_row import work_columns

ARTISTS = ("ada", "boris", "chloe", "dov")
MANIFEST_EVERY = 50
PICTURES = 60
CANDIDATES = 256
_BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
_BLOCK = 5000


def work_path(index: int) -> str:
    """Return the path of a work's page."""
    return f"/works/{ARTISTS[index % len(ARTISTS)]}/{index // len(ARTISTS) + 1}"


def build(folder: Path, works_wanted: int) -> tuple[Catalogue, Archive]:
    """Build the collection in a folder, or open an existing one."""
    folder.mkdir(parents=True, exist_ok=True)
    catalogue = Catalogue(f"sqlite:///{folder / 'catalogue.sqlite3'}")
    archive = Archive(open_store(str(folder / "archive"), create=True))
    if catalogue.works.count() < works_wanted:
        _fill(catalogue, archive, works_wanted)
    return catalogue, archive


def _fill(catalogue: Catalogue, archive: Archive, works_wanted: int) -> None:
    vocabulary = (
        (files("cas") / "pretrained" / "museums" / "vocabulary.txt").read_text().splitlines()
    )
    dice = np.random.default_rng(1)
    weights = 1 / np.arange(1, len(vocabulary) + 1)
    weights /= weights.sum()
    pictures = [archive.save_image(_picture(dice), "image/webp") for _ in range(PICTURES)]
    for name in ARTISTS:
        _enter(catalogue, name)
    words = dice.choice(len(vocabulary), (works_wanted, 4), p=weights)
    chosen = (["sea", *(vocabulary[i] for i in dict.fromkeys(row))] for row in words.tolist())
    manifests = (
        _manifest(i, list(dict.fromkeys(these)), pictures[i % PICTURES], vocabulary, dice)
        for i, these in enumerate(chosen)
    )
    while block := list(islice(manifests, _BLOCK)):
        _insert(catalogue, block)
        for index, manifest in enumerate(block):
            if index % MANIFEST_EVERY == 0:
                archive.save_manifest(manifest)
    with catalogue.database.write() as connection:
        connection.execute(
            insert(concepts).from_select(
                ["name", "works", "latest"],
                select(
                    work_concepts.c.concept, func.count(), func.max(work_concepts.c.created_at)
                ).group_by(work_concepts.c.concept),
            )
        )


def _enter(catalogue: Catalogue, name: str) -> None:
    parts = Parts(
        composer="grammar", painter="offline", text_encoder="minilm", image_encoder="packaged"
    )
    catalogue.artists.add(
        ArtistCreated(
            artist=name,
            at=_BEGIN,
            title=name.capitalize(),
            statement="It looks where nobody looks.",
            style="woodblock",
            seeds=("sea", "sky"),
            seed=1,
            scope=name,
            parts=parts,
        )
    )
    catalogue.artists.tune(
        TuningChanged(artist=name, at=_BEGIN, version=1, tuning=Tuning(), who="artist.toml")
    )


def _manifest(
    index: int, words: list[str], image: str, vocabulary: list[str], dice: np.random.Generator
) -> Manifest:
    """Make a manifest of realistic size; only those in the archive have all candidates."""
    number = index // len(ARTISTS) + 1
    artist = ARTISTS[index % len(ARTISTS)]
    started = _BEGIN + timedelta(minutes=4 * index)
    is_archived = index % MANIFEST_EVERY == 0
    pool = Pool(
        entries=tuple(
            PoolEntry(concept=word, seed=word in ("sea", "sky"), entered=max(0, number - at))
            for at, word in enumerate([*words, *vocabulary[index % 40 + 60 : index % 40 + 66]])
        )
    )
    vector = dice.normal(size=384).astype(np.float32) if is_archived else np.ones(1, np.float32)
    near = Nearest(work=f"{artist}:{max(1, number - 1)}", cosine=0.5)
    return Manifest(
        artist=artist,
        number=number,
        tuning=Tuning(),
        tuning_version=1,
        inspiration=Inspiration(
            concept=words[-1],
            pool_before=pool,
            candidates=_candidates(vocabulary if is_archived else ["sea"], dice),
            seed=index,
            models="5f0c" * 16,
        ),
        composition=Composition(
            title=f"{words[-1].capitalize()}, before the {words[1]}",
            prompt=f"A woodblock print of {', '.join(words)}. " * 4,
            concepts=tuple(words),
            composer="grammar",
        ),
        painting=Painting(
            image=image,
            media_type="image/webp",
            width=1024,
            height=1024,
            painter="offline",
            digital_source_type="http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
        ),
        judgement=Judgement(
            sequence=number,
            scope=artist,
            watermark=number - 1,
            novelty=float(dice.uniform(0.2, 0.8)),
            previous_novelty=0.5,
            improved=True,
            nearest_text=near,
            nearest_image=near,
            text_encoder="minilm",
            image_encoder="packaged",
            text_vector=vector,
            image_vector=np.tile(vector, 3),
            pool_after=pool,
            departed=(),
        ),
        started_at=started,
        finished_at=started + timedelta(seconds=4),
    )


def _candidates(words: list[str], dice: np.random.Generator) -> tuple[Candidate, ...]:
    count = min(CANDIDATES, len(words))
    chosen = dice.choice(len(words), count, replace=False)
    return tuple(
        Candidate(
            concept=words[index],
            coherence_nll=float(at),
            context_nll=float(count - at),
            coherence_rank=at + 1.0,
            context_rank=float(count - at),
            score=-float(at),
        )
        for at, index in enumerate(chosen)
    )


def _insert(catalogue: Catalogue, block: list[Manifest]) -> None:
    """Insert many works at once, as `Catalogue.restore_work` does, without vectors."""
    moments = [manifest.finished_at.timestamp() for manifest in block]
    with catalogue.database.write() as connection:
        connection.execute(
            insert(cycles),
            [
                {
                    "id": manifest.work,
                    "artist": manifest.artist,
                    "number": manifest.number,
                    "state": "done",
                    "step": "publish",
                    "tuning_version": 1,
                    "started_at": moment,
                    "progress_at": moment,
                    "finished_at": moment,
                    "pool": manifest.judgement.pool_after.model_dump_json(),
                }
                for manifest, moment in zip(block, moments, strict=True)
            ],
        )
        connection.execute(insert(works), [work_columns(manifest) for manifest in block])
        connection.execute(
            insert(work_concepts),
            [
                {"concept": word, "work": manifest.work, "created_at": moment}
                for manifest, moment in zip(block, moments, strict=True)
                for word in manifest.composition.concepts
            ],
        )
        for manifest in block:
            index_in(connection, work_columns(manifest))


def _picture(dice: np.random.Generator) -> bytes:
    """Make a field of soft colours, 1024 pixels square, with about the size of a painted file."""
    coarse = Image.fromarray(dice.integers(0, 255, (24, 24, 3), dtype=np.uint8))
    file = io.BytesIO()
    coarse.resize((1024, 1024), Image.Resampling.BICUBIC).save(file, "WEBP", quality=90)
    return file.getvalue()
