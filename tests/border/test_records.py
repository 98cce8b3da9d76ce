"""Answers of models and objects of an archive, as anybody may have written them.

An answer becomes a record that every store holds, or is sent back; an archive is rebuilt, or one
error names the object that stands in the way.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, text

from storage.archive.archive import Archive
from storage.archive.events import (
    EVENT,
    ArtistCreated,
    ArtistEdited,
    Ballot,
    CycleFailed,
    Event,
    PictureReceived,
    Published,
    TuningChanged,
    VotesCast,
    WorkModerated,
)
from storage.archive.folder import FolderStore
from storage.archive.manifest import Composition, Manifest
from storage.archive.objects import canonical_json, key_of
from storage.catalogue import Alarm, Catalogue
from storage.catalogue.db.tables import metadata
from storage.rebuild import rebuild
from tests.border.examples import TEXTS, VALUES, fed
from tests.databases import new_database
from tests.manifests import MOMENT, a_manifest, a_spending
from worker.composers import ComposeRequest
from worker.composers.answer import read_answer

REQUEST = ComposeRequest(
    artist="Cultural Alien",
    statement="",
    style="",
    pool=("sea", "sky", "cafe\u0301"),
    required=("sea",),
    seed=1,
)
GOOD = {
    "thought": "Water.",
    "title": "Low Tide",
    "concepts": ["sea", "sky"],
    "prompt": "The sea under a sky, by a café.",
}


@pytest.fixture(scope="module")
def ram() -> Iterator[Path]:
    """A folder in RAM where there is one."""
    place = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as name:
        yield Path(name)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def catalogue(request: pytest.FixtureRequest, ram: Path) -> Iterator[Catalogue]:
    (ram / request.param).mkdir()
    opened = Catalogue(new_database(request, ram / request.param, request.param))
    yield opened
    opened.close()


def emptied(catalogue: Catalogue) -> Catalogue:
    """The same catalogue with nothing in it: making one anew takes a hundred times as long."""
    with catalogue.database.write() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
        connection.execute(text("DELETE FROM texts"))
    return catalogue


def lived() -> dict[str, Manifest | Event]:
    """An archive's events and manifests by their keys."""
    made = a_manifest(1)
    spending = a_spending(2, "compose", model="gpt", ceiling=5, reason="none")
    received = {name: getattr(made, name) for name in ("inspiration", "composition", "painting")}
    ballot = Ballot(
        id="b1",
        at=MOMENT,
        visitor="v",
        question="original",
        first="alien:1",
        second="alien:2",
        outcome=1,
    )
    alien: dict[str, Any] = {"artist": "alien", "at": MOMENT}
    cycle: dict[str, Any] = {**alien, "started_at": MOMENT, "tuning_version": 1}
    moderated = WorkModerated(**alien, number=1, visibility="shown", reason="fine", who="ann")
    return {
        "events/alien/artist/created.json": _created(),
        "events/alien/edit/00000001.json": ArtistEdited(
            **alien,
            version=1,
            title="Alien II",
            statement="It looks again.",
            style="linocut",
            seeds=("sea",),
            show_seeds="always",
            composer="openai",
            painter="openai",
            retired=False,
            who="ann",
        ),
        "events/alien/tuning/00000001.json": TuningChanged(
            **alien, version=1, tuning=made.tuning, who="ann"
        ),
        "manifests/alien/00000001.json": made,
        "manifests/alien/00000002.json": a_manifest(2),
        "events/alien/spending/00000002-compose-1-settled.json": spending,
        "events/alien/failure/00000003.json": CycleFailed(
            **cycle, number=3, step="paint", reason="no paint"
        ),
        "events/alien/picture/00000004.json": PictureReceived(**cycle, number=4, **received),
        f"events/alien/moderation/{moderated.id}.json": moderated,
        "events/alien/publication/00000001-webhook-1-sent.json": Published(
            **alien, number=1, channel="webhook", attempt=1, state="sent", detail="https://x"
        ),
        "events/alien/votes/v1.json": VotesCast(**alien, batch="v1", ballots=(ballot,)),
    }


def _created() -> ArtistCreated:
    return ArtistCreated.model_validate(
        {
            "artist": "alien",
            "at": MOMENT,
            "title": "Alien",
            "statement": "It looks.",
            "style": "",
            "seeds": ["sea", "sky"],
            "seed": 1,
            "scope": "alien",
            "parts": {
                "composer": "grammar",
                "painter": "offline",
                "text_encoder": "a",
                "image_encoder": "b",
            },
        }
    )


OBJECTS = {key: canonical_json(record) for key, record in lived().items()}


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of everything in a JSON value."""
    if path:
        yield path
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from leaves(inner, (*path, key))


def changed(content: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A JSON value with one part of it another."""
    copy = json.loads(json.dumps(content))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copy


def found(value: Any, path: tuple[Any, ...]) -> Any:
    """What stands there in a JSON value."""
    for step in path:
        value = value[step]
    return value


LIKELY = [
    found(content, path)
    for content in map(json.loads, OBJECTS.values())
    for path in leaves(content)
    if path[-1] not in ("text_vector", "image_vector")
]
"""What stands somewhere in the archive, and may contradict what stands elsewhere."""


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """One object of the archive, and what lies there instead."""
    key = draw(st.sampled_from(sorted(OBJECTS)))
    data = OBJECTS[key]
    if draw(st.integers(0, 2)) == 0:
        return _misplaced(draw(st.sampled_from(["alien", "nobody"])), draw(st.integers(0, 5)), data)
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(data)))
        return key, data[:at] + draw(st.binary(max_size=9)) + data[at + draw(st.integers(0, 9)) :]
    content = json.loads(data)
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(list(leaves(content))))
        content = changed(content, path, draw(st.one_of(TEXTS, VALUES, st.sampled_from(LIKELY))))
        if not isinstance(content, dict):
            break
    text = json.dumps(content, ensure_ascii=draw(st.booleans()))
    return key, text.encode("utf-8", "surrogatepass")


def _misplaced(artist: str, number: int, data: bytes) -> tuple[str, bytes]:
    """An object told of another artist or cycle, under the key that is right for it."""
    content = json.loads(data)
    content |= {"artist": artist} | ({"number": number} if "number" in content else {})
    written = json.dumps(content).encode()
    model = EVENT.validate_json if "kind" in content else Manifest.model_validate_json
    return key_of(model(written)), written


@given(damage=damaged())
@fed
def test_any_archive_is_rebuilt_and_what_is_lost_is_named(
    catalogue: Catalogue, ram: Path, damage: tuple[str, bytes]
) -> None:
    shutil.rmtree(ram / "archive", ignore_errors=True)
    archive = Archive(FolderStore(ram / "archive", create=True))
    for key, data in {**OBJECTS, damage[0]: damage[1]}.items():
        archive.store.replace(key, data, media_type="application/json")
    lost = rebuild(archive, emptied(catalogue)).lost
    for loss in lost:
        assert loss.key.startswith(("events/", "manifests/"))
        loss.says.encode()
    works = catalogue.works.newest()
    # Nothing is lost without a word: both works hang, or one was moderated away by its event.
    hidden = catalogue.works.not_public()
    assert lost or {work.id for work in (*works, *hidden)} >= {"alien:1", "alien:2"}
    for work in works:
        for told in (work.title, work.prompt, *work.concepts, work.visibility_reason):
            told.encode()
            assert "\0" not in told
        assert canonical_json(archive.read_manifest(work.artist, work.number))


@given(changes=st.dictionaries(st.sampled_from(sorted(GOOD)), TEXTS | VALUES, max_size=4))
@fed
def test_any_answer_becomes_a_record_or_is_sent_back(changes: dict[str, Any]) -> None:
    try:
        said = json.dumps({**GOOD, **changes}, ensure_ascii=bool(len(changes) % 2))
    except ValueError:
        return
    check_answer(said)


@given(TEXTS | st.builds(lambda before, after: f"{before}{json.dumps(GOOD)}{after}", TEXTS, TEXTS))
@fed
def test_any_text_becomes_a_record_or_is_sent_back(said: str) -> None:
    check_answer(said)


def check_answer(said: str) -> None:
    answer, faults = read_answer(said, REQUEST)
    for fault in faults:
        fault.encode("utf-8", "strict")
    if answer is None or faults:
        assert faults
        return
    assert isinstance(answer, Composition) and answer.title.strip()
    manifest = a_manifest().model_copy(update={"composition": answer})
    again = Manifest.model_validate_json(canonical_json(manifest))
    assert again.composition == answer
    assert not set("\0\n\r") & set(answer.title)


@given(text=TEXTS)
@fed
def test_every_store_keeps_the_same_text(
    both: tuple[Catalogue, Catalogue], ram: Path, text: str
) -> None:
    """What a person or a server says comes back alike from both databases and from the archive."""
    told = []
    for catalogue in both:
        emptied(catalogue)
        catalogue.artists.add(_created())
        catalogue.restore_work(a_manifest(1))
        catalogue.artists.pause("alien", text, who=text)
        catalogue.works.moderate("alien:1", "held", text)
        catalogue.alarms.update([Alarm("alien", "paused", text)])
        catalogue.rates.take(text, per_minute=1)
        assert catalogue.works.newest(concept=text) == []
        assert catalogue.works.get(text) is None
        artist, work = catalogue.artists.get("alien"), catalogue.works.get("alien:1")
        (alarm,) = catalogue.alarms.active()
        assert artist is not None and work is not None
        told.append(
            (artist.pause_reason, artist.paused_by, work.visibility_reason, alarm.alarm.message)
        )
    assert told[0] == told[1]
    event = WorkModerated(
        artist="alien", at=MOMENT, number=1, visibility="held", reason=text, who=text
    )
    assert EVENT.validate_json(canonical_json(event)) == event


@pytest.fixture(scope="module")
def both(request: pytest.FixtureRequest, ram: Path) -> Iterator[tuple[Catalogue, Catalogue]]:
    (ram / "both").mkdir()
    first, second = (
        Catalogue(new_database(request, ram / "both", kind)) for kind in ("sqlite", "postgresql")
    )
    yield first, second
    first.close()
    second.close()
