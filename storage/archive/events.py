"""Append-only events; each is in the archive before it takes effect.

`artist rebuild` replays them: artists, their changes, tunings, spending, failed cycles, pictures
that were received (and perhaps paid for) by a cycle that has not finished yet, votes, moderation
and publications.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from storage.archive.manifest import (
    Composition,
    Inspiration,
    Judgement,
    Painting,
    Pool,
    Record,
    Tuning,
    Vector,
)
from storage.text import Concept, Line, Prose

ControlAction = Literal[
    "create",
    "pause",
    "resume",
    "make now",
    "publish again",
    "publish all again",
    "confirm publication",
    "give up publication",
]

ORPHANS = "orphans"
"""Where events of pictures lie that belong to no artist."""


class Parts(Record):
    """The parts that an artist works with, chosen once when it is created (design §4)."""

    composer: str
    painter: str
    text_encoder: str
    image_encoder: str


class ArtistCreated(Record):
    """An artist came into being; `ArtistEdited` tells what changed since."""

    kind: Literal["artist"] = "artist"
    artist: str
    at: datetime
    title: Line
    statement: Prose
    style: Line
    seeds: tuple[Concept, ...]
    seed: int
    scope: str = Field(description="works that novelty is judged against: its name, or `all`")
    show_seeds: Literal["free", "always"] = Field(
        "free",
        exclude_if=lambda shown: shown == "free",
        description="whether each work shows all seeds, or the composer is free",
    )
    parts: Parts
    forked_from: str = Field(
        "",
        exclude_if=lambda work: not work,
        description="the work after which another artist's life was forked",
    )
    pool: Pool | None = Field(
        None,
        exclude_if=lambda pool: pool is None,
        description="the pool that it began with, where that was not of its seeds alone",
    )

    @property
    def id(self) -> str:
        """Name of the event among its kind."""
        return "created"


class ArtistEdited(Record):
    """An admin changed the artist: all that can change, as it is from then on."""

    kind: Literal["edit"] = "edit"
    artist: str
    at: datetime
    version: int
    title: Line
    statement: Prose
    style: Line
    seeds: tuple[Concept, ...]
    show_seeds: Literal["free", "always"]
    composer: str
    painter: str
    retired: bool = Field(description="it makes no more works; its works stay")
    who: Line

    @property
    def id(self) -> str:
        """Name of the event among its kind."""
        return f"{self.version:08d}"

    def applied_to(self, created: ArtistCreated) -> ArtistCreated:
        """The artist as it is after this change; its encoders are what they were."""
        return self.shown_by(created).model_copy(
            update={
                "style": self.style,
                "seeds": self.seeds,
                "show_seeds": self.show_seeds,
                "parts": created.parts.model_copy(
                    update={"composer": self.composer, "painter": self.painter}
                ),
            }
        )

    def shown_by(self, created: ArtistCreated) -> ArtistCreated:
        """The artist with what visitors read of it, which no cycle depends on."""
        return created.model_copy(update={"title": self.title, "statement": self.statement})


class TuningChanged(Record):
    """An admin, or the settings file, changed the tuning."""

    kind: Literal["tuning"] = "tuning"
    artist: str
    at: datetime
    version: int
    tuning: Tuning
    who: Line = Field(description="a person, or `artist.toml`")
    reset_by: Line = Field("", description="who let the settings file decide again")

    @property
    def id(self) -> str:
        """Name of the event among its kind."""
        return f"{self.version:08d}"


class ArtistControlled(Record):
    """A person created, paused or resumed the artist, asked for its next work at once, or decided
    on publications of its works.
    """

    kind: Literal["control"] = "control"
    artist: str
    at: datetime
    action: ControlAction
    reason: Line = ""
    number: int = Field(
        0, exclude_if=lambda number: not number, description="the work that it is about; 0: none"
    )
    who: Line

    @property
    def id(self) -> str:
        """Name of the event among its kind."""
        return f"{self.at:%Y%m%dT%H%M%S.%f}"


class Spending(Record):
    """A paid call was about to be made, or its outcome became known."""

    kind: Literal["spending"] = "spending"
    artist: str
    at: datetime
    entry: str = Field(description="name of the ledger entry: artist:number:purpose:attempt")
    number: int
    purpose: str
    attempt: int
    provider: Line
    model: Line
    state: Literal["reserved", "settled", "refused", "unknown"]
    ceiling: int = Field(description="highest price of the call, in millionths of a US dollar")
    cost: int = Field(0, description="charged price, in millionths of a US dollar")
    reserved_at: datetime
    request_id: Line = ""
    reason: Prose = ""
    result: str = Field("", description="SHA-256 of the archived picture that was paid for")
    url: str = Field(
        "",
        exclude_if=lambda url: not url,
        description="where a picture is that was paid for and could not be fetched yet",
    )

    @property
    def id(self) -> str:
        """Name of the event among its kind."""
        return f"{self.number:08d}-{self.purpose}-{self.attempt}-{self.state}"


class PictureReceived(Record):
    """A picture lies in the archive, and the cycle that asked for it has not finished yet."""

    kind: Literal["picture"] = "picture"
    artist: str
    at: datetime
    number: int
    started_at: datetime
    tuning_version: int
    inspiration: Inspiration
    composition: Composition
    painting: Painting

    @property
    def id(self) -> str:
        """Name of the event among its kind."""
        return f"{self.number:08d}"


class CycleFailed(Record):
    """A cycle ended without a work."""

    kind: Literal["failure"] = "failure"
    artist: str
    at: datetime
    number: int
    started_at: datetime
    tuning_version: int
    step: Literal["inspire", "compose", "paint", "judge", "keep", "publish"]
    reason: Prose
    judgement: Judgement | None = Field(
        None, description="where it was judged before: later works may name it as the nearest"
    )

    @property
    def id(self) -> str:
        """Name of the event among its kind."""
        return f"{self.number:08d}"


class Embedded(Record):
    """A finished work got vectors of other encoders than those that it was judged by."""

    kind: Literal["embedding"] = "embedding"
    artist: str
    at: datetime
    number: int
    text_encoder: str
    image_encoder: str
    text_vector: Vector
    image_vector: Vector

    @property
    def id(self) -> str:
        """Name of the event among its kind."""
        return embedding_id(self.number, self.text_encoder, self.image_encoder)


class PartsChanged(Record):
    """The artist works with other parts from now on."""

    kind: Literal["parts"] = "parts"
    artist: str
    at: datetime
    version: int
    parts: Parts
    who: Line

    @property
    def id(self) -> str:
        """Name of the event among its kind."""
        return f"{self.version:08d}"


class Quarantined(Record):
    """`artist verify` found a picture that belongs to nothing; it stays, and is left alone."""

    kind: Literal["quarantine"] = "quarantine"
    artist: str = Field(description="`orphans`: nobody knows whose it is")
    at: datetime
    image: str
    reason: Prose

    @property
    def id(self) -> str:
        """Name of the event among its kind."""
        return self.image


class LossNoted(Record):
    """`artist verify` found an object of the archive lost or damaged, and a person knows of it."""

    kind: Literal["loss"] = "loss"
    artist: str
    at: datetime
    key: str = Field(description="where it lay, or should lie")
    reason: Prose

    @property
    def id(self) -> str:
        """Name of the event among its kind."""
        return self.key.replace("/", "~")


class Ballot(Record):
    """What one visitor said of two works; `first` has the lower id of the two."""

    id: str
    at: datetime
    visitor: str = Field(description="a pseudonym, the same for all of a visitor's votes")
    question: Literal["original", "harmonious"]
    first: str
    second: str
    outcome: float = Field(ge=0, le=1, description="1: the first won, 0: the second, 0.5: a tie")


class VotesCast(Record):
    """Votes of some minutes, filed under the artist of their first works."""

    kind: Literal["votes"] = "votes"
    artist: str
    at: datetime = Field(description="when the last of them was cast")
    batch: str
    ballots: tuple[Ballot, ...]

    @property
    def id(self) -> str:
        """Name of the event among its kind."""
        return self.batch


class WorkModerated(Record):
    """A person, or an automatic check, decided on the visibility of a work.

    A *removed* work stays so: its picture is deleted after this event.
    """

    kind: Literal["moderation"] = "moderation"
    artist: str
    at: datetime
    number: int
    visibility: Literal["shown", "blurred", "held", "hidden", "removed"] = Field(alias="showing")
    reason: Prose
    detail: Prose = Field(
        "",
        exclude_if=lambda detail: not detail,
        description="why an automatic check could not be made, for admins",
    )
    who: Line

    @property
    def id(self) -> str:
        """Name of the event among its kind."""
        return f"{self.number:08d}-{self.at:%Y%m%dT%H%M%S.%f}"


class Published(Record):
    """A publication was about to be sent, or its outcome became known."""

    kind: Literal["publication"] = "publication"
    artist: str
    at: datetime
    number: int
    channel: str
    attempt: int
    state: Literal["sending", "sent", "failed", "unknown"]
    detail: Prose = Field("", description="where it is, or why it failed")

    @property
    def id(self) -> str:
        """Name of the event among its kind."""
        return f"{self.number:08d}-{self.channel}-{self.attempt}-{self.state}"


def embedding_id(number: int, text_encoder: str, image_encoder: str) -> str:
    """Name of the event that holds a work's vectors of these encoders."""
    encoders = hashlib.sha256(f"{text_encoder}\n{image_encoder}".encode()).hexdigest()[:12]
    return f"{number:08d}-{encoders}"


Event = Annotated[
    ArtistCreated
    | ArtistEdited
    | TuningChanged
    | ArtistControlled
    | Spending
    | PictureReceived
    | CycleFailed
    | Embedded
    | PartsChanged
    | Quarantined
    | LossNoted
    | VotesCast
    | WorkModerated
    | Published,
    Field(discriminator="kind"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
