"""The third step: a painter makes the picture, and it is archived before anything else happens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from storage.archive import Archive
from storage.catalogue import ArtistRow, CycleRow
from storage.events import PictureReceived, Spending
from storage.manifest import Composition, Inspiration, Painting
from worker.accounts import CycleAccounts
from worker.errors import BadPicture
from worker.painters import TRAINED, Canvas, Commission, Painter, Wall
from worker.painters.picture import inspect_picture
from worker.seeds import step_seed


def paint(
    archive: Archive,
    painter: Painter,
    artist: ArtistRow,
    *,
    cycle: CycleRow,
    inspiration: Inspiration,
    composition: Composition,
    accounts: CycleAccounts,
    is_first: bool = False,
    wall: Wall | None = None,
) -> tuple[Painting, bytes | None]:
    """Paint the composition, unless its picture is in the archive already.

    A worker that died after the picture came left it there: as the event that tells all of it, or
    as the receipt of a paid call. The first one to try (`is_first`) need not look for it.

    Returns:
        What was painted, and the picture's bytes where they are at hand.

    Raises:
        PartError: the painter failed; see `worker.errors` for what follows.
    """
    kind: Literal["picture"] = "picture"
    if not is_first:
        earlier = archive.read_event(artist.name, kind, f"{cycle.number:08d}")
        if isinstance(earlier, PictureReceived):
            return earlier.painting, None
    canvas = _paid_for(archive, accounts) or painter.paint(
        Commission(
            prompt=composition.prompt,
            title=composition.title,
            concepts=composition.concepts,
            style=artist.created.style,
            seed=step_seed(artist.created.seed, cycle.number, "paint"),
            wall=wall,
        ),
        accounts,
    )
    painting = Painting(
        image=archive.save_image(canvas.data, canvas.media_type),
        media_type=canvas.media_type,
        width=canvas.width,
        height=canvas.height,
        painter=painter.name,
        model=canvas.model,
        seed=canvas.seed,
        attempts=canvas.attempts,
        technique=canvas.technique,
        palette=canvas.palette,
        shown=canvas.shown,
        materials=canvas.materials,
        digital_source_type=canvas.digital_source_type,
    )
    received = archive.append_once(
        PictureReceived(
            artist=artist.name,
            at=datetime.now(UTC),
            number=cycle.number,
            started_at=datetime.fromtimestamp(cycle.started_at, UTC),
            tuning_version=cycle.tuning_version,
            inspiration=inspiration,
            composition=composition,
            painting=painting,
        )
    )
    return received.painting, canvas.data if received.painting == painting else None


def _paid_for(archive: Archive, accounts: CycleAccounts) -> Canvas | None:
    receipt: Spending | None = accounts.receipt("paint")
    if receipt is None:
        return None
    data, media_type = archive.read_image(receipt.result)
    try:
        facts = inspect_picture(data)
    except BadPicture:
        return None
    return Canvas(
        data=data,
        media_type=media_type,
        width=facts.width,
        height=facts.height,
        model=receipt.model,
        digital_source_type=TRAINED,
    )
