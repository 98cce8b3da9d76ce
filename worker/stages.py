"""A picture's making in stages, small WebP files under `derived/`.

They are made again from the manifest of a planned work, or are the partial pictures that a painter
sent while it worked. A file that is written last tells how many there are and which they are.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final, Literal

from PIL import Image
from pydantic import BaseModel, ValidationError

from cas.data.image_files import PictureError, open_picture
from storage.archive.archive import Archive
from storage.archive.manifest import Manifest
from storage.errors import ObjectMissing

SIDE: Final = 640
"""Pixels of the longest side of a stage."""

Source = Literal["plan", "painter"]


class StageList(BaseModel):
    """How many stages are stored; `source`: made again from the plan, or sent by the painter."""

    count: int
    source: Source


def stage_name(image: str, number: int) -> str:
    """Name below `derived/` of a stage, from 1, of the picture with this SHA-256."""
    return f"stages/{image}/{number:02d}.webp"


def stored_stages(archive: Archive, image: str) -> StageList | None:
    """The stages of a picture; None where none were stored."""
    try:
        return StageList.model_validate_json(archive.read_derived(_list_name(image)))
    except (ObjectMissing, ValidationError):
        return None


def store_stages(archive: Archive, image: str, stages: Sequence[bytes], source: Source) -> None:
    """Store WebP files as the stages of a picture."""
    for number, data in enumerate(stages, 1):
        archive.save_derived(stage_name(image, number), data, media_type="image/webp")
    told = StageList(count=len(stages), source=source).model_dump_json().encode()
    archive.save_derived(_list_name(image), told, media_type="application/json")


def as_stage(data: bytes) -> bytes | None:
    """A partial picture as a small WebP file; None where it is no picture."""
    try:
        picture = open_picture(data, most_side=8192)
    except PictureError:
        return None
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=72)
    return buffer.getvalue()


def can_remake(manifest: Manifest) -> bool:
    """Whether the stages of a work can be made again: it was planned, and painted offline."""
    return manifest.composition.plan is not None and manifest.painting.painter == "offline"


def remake_stages(archive: Archive, manifest: Manifest) -> int:
    """Paint a work's plan again and store each stage as WebP; how many there are.

    The last stage is the picture as the studio paints it today: of a work of another release it
    may differ from the archived one. A work without a plan has no stages.

    Raises:
        PaintError: the studio can't paint this plan any more.
    """
    composition, painting = manifest.composition, manifest.painting
    if composition.plan is None or not can_remake(manifest):
        return 0
    from worker.studio import OfflinePainter

    stages: list[bytes] = []
    OfflinePainter(painting.width, painting.height).paint(
        composition.plan, statements=composition.statements, on_stage=stages.append
    )
    store_stages(archive, painting.image, stages, "plan")
    return len(stages)


def _list_name(image: str) -> str:
    return f"stages/{image}/list.json"
