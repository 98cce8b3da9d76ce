"""A work as other programs read it: in the JSON API and in webhooks."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel, Field

from gallery.images.thumbnails import WIDTHS
from gallery.site import SiteSettings
from gallery.urls import Urls
from storage.archive.manifest import Candidate, Manifest, Nearest, Pool, Shown, Tuning
from storage.archive.plan import Plan, Statement
from storage.catalogue import WorkRow


class Picture(BaseModel):
    """A work's picture: the original, and smaller copies by their width.

    `sha256` is that of the archived file; the file at `url` has the same pixels and also metadata.
    """

    url: str
    media_type: str
    width: int
    height: int
    sha256: str
    copies: dict[int, str]


class Work(BaseModel):
    """One work; `prompt` is null if the gallery does not show it.

    If `veiled` is true, show its picture only to people who ask for it.
    """

    id: str
    artist: str
    artist_title: str
    number: int
    title: str
    made_at: datetime
    concept: str
    concepts: tuple[str, ...]
    prompt: str | None
    novelty: float
    veiled: bool
    url: str
    picture: Picture


class WorkStory(Work):
    """One work, and how it was made.

    `plan` and `statements`, its sentences with their checks, are left out where no prompt is shown.
    """

    plan: Plan | None
    statements: tuple[Statement, ...]
    shown: tuple[Shown, ...]
    technique: str
    palette: tuple[str, ...]
    pool_before: Pool
    pool_after: Pool
    departed: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    nearest_text: Nearest | None
    nearest_image: Nearest | None
    beta: float = Field(description="β of the pick; the tuning's, unless feedback is on")
    tuning: Tuning
    composer: str
    painter: str
    digital_source_type: str


def work_record(site: SiteSettings, to: Urls, row: WorkRow, artist_title: str) -> Work:
    """The record of a work as lists have it."""
    return Work(
        id=row.id,
        artist=row.artist,
        artist_title=artist_title,
        number=row.number,
        title=row.title,
        made_at=datetime.fromtimestamp(row.created_at, UTC),
        concept=row.concept,
        concepts=row.concepts,
        prompt=row.prompt if site.show_prompt else None,
        novelty=row.novelty,
        veiled=row.visibility == "blurred",
        url=to.absolute(to.work(row.artist, row.number)),
        picture=Picture(
            url=to.absolute(to.original(row)),
            media_type=row.media_type,
            width=row.width,
            height=row.height,
            sha256=row.image,
            copies={w: to.absolute(to.picture(row.image, f"{w}.webp")) for w in WIDTHS},
        ),
    )


def work_story(
    site: SiteSettings, to: Urls, row: WorkRow, artist_title: str, *, manifest: Manifest
) -> WorkStory:
    """The record of a work with all that its manifest tells."""
    composition = manifest.composition
    return WorkStory(
        **dict(work_record(site, to, row, artist_title)),
        plan=composition.plan if site.show_prompt else None,
        statements=composition.statements if site.show_prompt else (),
        shown=manifest.painting.shown,
        technique=manifest.painting.technique,
        palette=manifest.painting.palette,
        pool_before=manifest.inspiration.pool_before,
        pool_after=manifest.judgement.pool_after,
        departed=manifest.judgement.departed,
        candidates=manifest.inspiration.candidates,
        nearest_text=manifest.judgement.nearest_text,
        nearest_image=manifest.judgement.nearest_image,
        beta=manifest.beta,
        tuning=manifest.tuning,
        composer=composition.composer,
        painter=manifest.painting.painter,
        digital_source_type=manifest.painting.digital_source_type,
    )
