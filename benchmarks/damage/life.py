"""An archive of an artist: works, failures, tunings, spending, votes, decisions."""

from __future__ import annotations

import io
from datetime import timedelta

import numpy as np
from PIL import Image

from storage.archive.archive import Archive
from storage.archive.events import (
    ArtistCreated,
    Ballot,
    CycleFailed,
    Parts,
    PictureReceived,
    Published,
    TuningChanged,
    VotesCast,
    WorkModerated,
)
from storage.archive.manifest import Manifest, Tuning
from tests.manifests import MOMENT, a_manifest, a_spending

ARTIST = "alien"
FAILS_EVERY = 17
HIDDEN_EVERY = 9
TUNED_EVERY = 25


def is_work(number: int) -> bool:
    """Whether that cycle made a work."""
    return number % FAILS_EVERY != 0


def is_hidden(number: int) -> bool:
    """Whether that work is hidden."""
    return is_work(number) and number % HIDDEN_EVERY == 0


def live(archive: Archive, cycles: int) -> None:
    """Write the objects of `cycles` cycles to the archive only."""
    parts = Parts(
        composer="grammar",
        painter="offline",
        text_encoder="all-MiniLM-L6-v2",
        image_encoder="efficientnet-lite0",
    )
    archive.append(
        ArtistCreated(
            artist=ARTIST,
            at=MOMENT,
            title="Cultural Alien",
            statement="It looks where nobody looks.",
            style="woodblock",
            seeds=("sea", "sky"),
            seed=1,
            scope=ARTIST,
            parts=parts,
        )
    )
    for version in range(1, 2 + cycles // TUNED_EVERY):
        tuning = Tuning(beta=0.5 + version / 100)
        archive.append(
            TuningChanged(artist=ARTIST, at=MOMENT, version=version, tuning=tuning, who="ann")
        )
    for number in range(1, cycles + 1):
        if is_work(number):
            _work(archive, _manifest(archive, number))
        else:
            _failure(archive, number)


def _manifest(archive: Archive, number: int) -> Manifest:
    made, random = a_manifest(number, ARTIST), np.random.default_rng(number)
    pixels = random.integers(0, 256, (24, 24, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    image = archive.save_image(file.getvalue(), "image/png")
    version = 1 + (number - 1) // TUNED_EVERY
    vectors = {
        "text_vector": random.normal(size=384).astype(np.float32),
        "image_vector": random.normal(size=1280).astype(np.float32),
    }
    size = {"image": image, "width": 24, "height": 24}
    words = {"title": f"Title {number:05d} of a work", "concepts": ("sea", f"concept {number}")}
    return made.model_copy(
        update={
            "painting": made.painting.model_copy(update=size),
            "judgement": made.judgement.model_copy(update=vectors),
            "composition": made.composition.model_copy(update=words),
            "tuning_version": version,
            "tuning": Tuning(beta=0.5 + version / 100),
        }
    )


def _work(archive: Archive, manifest: Manifest) -> None:
    number, at = manifest.number, manifest.finished_at
    archive.append(
        PictureReceived(
            artist=ARTIST,
            at=at,
            number=number,
            started_at=manifest.started_at,
            tuning_version=manifest.tuning_version,
            inspiration=manifest.inspiration,
            composition=manifest.composition,
            painting=manifest.painting,
        )
    )
    for state in ("reserved", "settled"):
        _spend(archive, manifest, state)
    archive.save_manifest(manifest)
    if is_hidden(number):
        archive.append(
            WorkModerated(
                artist=ARTIST,
                at=at + timedelta(hours=1),
                number=number,
                visibility="hidden",
                reason="requested",
                who="ann",
            )
        )
    if number % 5 == 0:
        for state in ("sending", "sent"):
            event = {"artist": ARTIST, "at": at, "number": number, "channel": "webhook"}
            archive.append(Published.model_validate({**event, "attempt": 1, "state": state}))
    if number % 20 == 2:
        pair = sorted((f"{ARTIST}:{number}", f"{ARTIST}:{number - 1}"))
        ballot = Ballot(
            id=f"b{number}",
            at=at,
            visitor="v",
            question="original",
            first=pair[0],
            second=pair[1],
            outcome=1,
        )
        archive.append(VotesCast(artist=ARTIST, at=at, batch=f"{number}", ballots=(ballot,)))


def _spend(archive: Archive, manifest: Manifest, state: str) -> None:
    started, cost = manifest.started_at, 70 if state == "settled" else 0
    archive.append(
        a_spending(manifest.number, at=started, state=state, cost=cost, reserved_at=started)
    )


def _failure(archive: Archive, number: int) -> None:
    at = MOMENT + timedelta(minutes=number)
    archive.append(
        CycleFailed(
            artist=ARTIST,
            at=at,
            number=number,
            started_at=at,
            tuning_version=1,
            step="paint",
            reason="error",
        )
    )
