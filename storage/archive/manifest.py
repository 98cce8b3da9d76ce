"""Records of a cycle: the output of each step, and the manifest of a work.

They are stored twice: as JSON in the catalogue while the cycle runs, and forever in the archive
beside the picture. Everything a catalogue or a memory holds can be made again from them.
"""

from __future__ import annotations

import base64
import binascii
import operator
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from storage.archive.plan import Plan, Statement
from storage.text import Concept, Line, Prompt, Prose

MANIFEST_VERSION: Literal[1] = 1

Float32 = NDArray[np.float32]


def _vector_from_json(value: Any) -> Float32:
    if isinstance(value, np.ndarray):
        return np.ascontiguousarray(value, dtype=np.float32)
    try:
        raw = base64.b64decode(value, validate=True)
        vector = np.frombuffer(raw, dtype="<f4").astype(np.float32)
    except (TypeError, ValueError, binascii.Error) as error:
        raise ValueError(f"not base64 of little-endian float32 numbers: {error}") from error
    if not np.isfinite(vector).all():
        raise ValueError("holds a number that is not finite")
    return vector


def _vector_to_json(vector: Float32) -> str:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")


Vector = Annotated[
    Float32,
    PlainValidator(_vector_from_json),
    PlainSerializer(_vector_to_json, return_type=str),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]
"""A float32 vector; in JSON, the base64 of its little-endian bytes."""


class Record(BaseModel):
    """A typed record that never changes once written; unknown keys are an error.

    A field with an alias is written by it: that is its name in archives of earlier releases.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        allow_inf_nan=False,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )


class PoolEntry(Record):
    """A concept that the artist works with now."""

    concept: Concept
    seed: bool = False
    entered: int = Field(0, description="number of the cycle that brought it in; 0 for seeds")
    count: int = Field(0, description="cycles in a row without an improvement of novelty")


class Cooldown(Record):
    """A concept that left the pool and may not return before a cycle."""

    concept: Concept
    until: int = Field(description="number of the last cycle that may not pick it")


class Pool(Record):
    """The concept pool of one artist between two cycles (design §6)."""

    entries: tuple[PoolEntry, ...]
    cooldown: tuple[Cooldown, ...] = Field((), alias="resting")

    @property
    def concepts(self) -> tuple[str, ...]:
        """Every concept in the pool, seeds first, then in order of entry."""
        return tuple(entry.concept for entry in self.entries)

    @property
    def seeds(self) -> tuple[str, ...]:
        """The concepts that the artist began with and always keeps."""
        return tuple(entry.concept for entry in self.entries if entry.seed)


LONGEST_WAIT = 3650 * 86400.0
"""Seconds of the longest duration that can be set: no date lies beyond any calendar."""

MOST_DOLLARS = 1e9
"""Of any budget or price: amounts are kept as millionths, which every database holds."""

_MAXIMA: Mapping[str, float] = {
    "temperature": 1000,
    "candidates": 1_000_000,
    "rest": 1_000_000,
    "every": LONGEST_WAIT,
    "daily_budget": MOST_DOLLARS,
    "monthly_budget": MOST_DOLLARS,
}
"""Of fields that had no maximum in earlier releases."""


class Tuning(Record):
    """What an admin changes while the artist runs; a cycle pins the version that it began with."""

    beta: float = Field(
        0.85,
        ge=0,
        le=1,
        description="how strange: 0 picks what fits best, 1 what is combined least",
    )
    feedback: Literal["off", "novelty", "votes", "both"] = Field(
        "off", description="what β answers to from work to work: off, novelty, votes or both"
    )
    lowest_beta: float = Field(0.5, ge=0, le=1, description="with feedback, β is never less")
    highest_beta: float = Field(1.0, ge=0, le=1, description="with feedback, β is never more")
    beta_step: float = Field(
        0.05, gt=0, le=1, description="how far feedback moves β after one work, at most"
    )
    patience: int = Field(3, ge=1, le=1000, description="cycles without improvement before leaving")
    temperature: float = Field(
        2.5, gt=0, le=_MAXIMA["temperature"], description="how flat the proposals are"
    )
    candidates: int = Field(
        256, ge=1, le=_MAXIMA["candidates"], description="concepts that one cycle compares (N)"
    )
    permutations: int = Field(4, ge=1, le=64, description="orders of the pool to average over (K)")
    calibration: float = Field(
        0.0, ge=0, le=1, description="share of a concept's base rate taken out"
    )
    floor: float = Field(
        1.0, gt=0, le=1, description="most coherent share of the vocabulary that may be proposed"
    )
    rest: int = Field(
        20, ge=0, le=_MAXIMA["rest"], description="cycles that a departed concept stays away"
    )
    pool_size: int = Field(
        16, ge=1, le=256, description="most concepts in the pool, seeds included"
    )
    every: float = Field(
        900.0, ge=0, le=_MAXIMA["every"], description="seconds from one cycle's start to the next's"
    )
    jitter: float = Field(
        0.0, ge=0, le=1, description="share of `every` by which a start is moved at random"
    )
    burst: int = Field(1, ge=1, le=1000, description="cycles that follow one another at a start")
    quiet: str = Field(
        "",
        pattern=r"^$|^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$",
        description="hours in which no cycle begins, such as 22:00-07:00; empty: none",
    )
    timezone: str = Field("UTC", description="IANA name of the zone that `quiet` is meant in")
    daily_budget: float = Field(
        5.0, ge=0, le=_MAXIMA["daily_budget"], description="US dollars that one day may cost"
    )
    monthly_budget: float = Field(
        100.0, ge=0, le=_MAXIMA["monthly_budget"], description="US dollars that one month may cost"
    )

    @field_validator(*_MAXIMA, mode="before")
    @classmethod
    def _clamp_stored_value(cls, value: object, info: ValidationInfo) -> object:
        """Read what an earlier release stored: a value above the maximum becomes the maximum."""
        if info.mode != "json" or not isinstance(value, int | float):
            return value
        maximum = _MAXIMA[str(info.field_name)]
        return maximum if value > maximum else value

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("names no time zone; write for example Europe/Berlin") from None
        return name

    @model_validator(mode="after")
    def _begins_within_its_bounds(self) -> Self:
        if self.feedback != "off" and not self.lowest_beta <= self.beta <= self.highest_beta:
            raise ValueError(
                f"with feedback {self.feedback}, lowest_beta ≤ beta ≤ highest_beta must hold, not"
                f" {self.lowest_beta:g} ≤ {self.beta:g} ≤ {self.highest_beta:g}"
            )
        return self


class Candidate(Record):
    """One concept that the sampler compared, with both NLLs, their ranks and the score S."""

    concept: Concept
    coherence_nll: float
    context_nll: float
    coherence_rank: float
    context_rank: float
    score: float


class Tally(Record):
    """What votes on one question said of some works."""

    won: float = Field(description="votes won against other works; a tie is half of one")
    votes: int


class CountedVotes(Record):
    """What visitors' votes said of the artist's works since one of them, as a pick heard it."""

    since: int = Field(description="number of the first work that they were about")
    original: Tally
    harmonious: Tally


class Inspiration(Record):
    """Output of *inspire*: the concept that joins the pool, and all that it stood against."""

    concept: Concept
    pool_before: Pool
    candidates: tuple[Candidate, ...] = Field(description="best first; the first is the pick")
    seed: int
    models: str = Field(description="SHA-256 of vocabulary and both models")
    beta: float | None = Field(
        None, description="the β of this pick where feedback decided it; None: the tuning's"
    )
    counted_votes: CountedVotes | None = Field(
        None, alias="heard", description="the votes, where β answers them"
    )

    def beta_in(self, tuning: Tuning) -> float:
        """The β that the pick was made with, in a cycle of this tuning."""
        return tuning.beta if self.beta is None else self.beta


def _is_none(value: object) -> bool:
    return value is None


class Composition(Record):
    """Output of *compose*: what to paint, in words."""

    title: Line
    prompt: Prompt
    concepts: tuple[Concept, ...] = Field(
        description="the subset of the pool that the prompt shows"
    )
    thought: Prose = Field("", description="the composer's reason, in its own words")
    composer: str = Field(description="which composer wrote it: `grammar` or `openai`")
    model: Line = ""
    repairs: int = Field(0, description="how often the answer had to be sent back")
    refusal: Prose = Field("", description="why a painter refused the prompt before this one")
    fallback_reason: Prose = Field(
        "",
        exclude_if=operator.not_,
        description="why the artist's composer failed, where its fallback wrote this",
    )
    plan: Plan | None = Field(
        None, exclude_if=_is_none, description="the plan that the prompt describes, if any"
    )
    statements: tuple[Statement, ...] = Field(
        (),
        exclude_if=operator.not_,
        description="the plan's sentences, each with its check in the picture",
    )

    @property
    def checked(self) -> tuple[Statement, ...]:
        """The statements, where they were measured in a picture; else none."""
        measured = any(statement.holds is not None for statement in self.statements)
        return self.statements if measured else ()


class Shown(Record):
    """How one concept was brought into the picture."""

    concept: Concept
    how: Line


class Material(Record):
    """Something from outside that went into the picture."""

    name: Line
    source: Line
    licence: Line


class Painting(Record):
    """Output of *paint*: the archived picture and how it was made."""

    image: str = Field(description="SHA-256 of the file, which is its name in the archive")
    media_type: str
    width: int
    height: int
    painter: str = Field(description="which painter made it, such as `offline` or `openai`")
    model: Line = ""
    seed: int | None = None
    attempts: int = Field(1, description="pictures it took until one resembled no earlier work")
    technique: Line = ""
    palette: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = ()
    materials: tuple[Material, ...] = ()
    digital_source_type: str = Field(description="IPTC term for how the picture came about")


class Nearest(Record):
    """The nearest earlier work by one kind of vector."""

    work: str
    cosine: float


class Judgement(Record):
    """Output of *judge*: novelty against all earlier works in the scope, and the pool left."""

    sequence: int = Field(description="order in the scope: earlier means a lower sequence")
    scope: str
    watermark: int = Field(description="highest sequence that this work was compared with; 0: none")
    novelty: float
    previous_novelty: float | None
    improved: bool | None = Field(description="None where there is no baseline to improve on")
    nearest_text: Nearest | None
    nearest_image: Nearest | None
    text_encoder: str
    image_encoder: str
    text_vector: Vector
    image_vector: Vector
    pool_after: Pool
    departed: tuple[Concept, ...] = Field(
        description="concepts that left the pool after this cycle"
    )


class Manifest(Record):
    """The whole story of one work, as stored in the archive."""

    version: Literal[1] = MANIFEST_VERSION
    artist: str
    number: int = Field(description="the cycle's number, from 1 per artist")
    tuning: Tuning
    tuning_version: int
    inspiration: Inspiration
    composition: Composition
    painting: Painting
    judgement: Judgement
    started_at: datetime
    finished_at: datetime
    cost: float = Field(0.0, description="US dollars charged for this cycle")

    @property
    def work(self) -> str:
        """The work's name everywhere: `artist:number`."""
        return work_id(self.artist, self.number)

    @property
    def beta(self) -> float:
        """The β that the pick was made with."""
        return self.inspiration.beta_in(self.tuning)


def work_id(artist: str, number: int) -> str:
    """Name of an artist's cycle, and of the work that it makes: `artist:number`."""
    return f"{artist}:{number}"
