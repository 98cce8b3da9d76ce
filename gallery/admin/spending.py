"""What the artists cost: each of the last days, and how much of the budgets is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gallery.admin.auth import Admin
from gallery.admin.page import admin_page
from gallery.gallery import GalleryDependency
from gallery.pages import READ
from storage.archive.manifest import Tuning
from storage.catalogue import DaySpent

router = APIRouter(prefix="/admin")

DAYS: Final = 30
WIDTH: Final = 600.0
HEIGHT: Final = 120.0


@dataclass(frozen=True)
class Bar:
    """One day of the chart, in the drawing's units; y grows downwards."""

    day: date
    dollars: float
    x: float
    y: float
    width: float
    height: float


@router.api_route("/spending", **READ)
def spending(request: Request, gallery: GalleryDependency, admin: Admin) -> Response:
    """Spending by day and artist, with a chart."""
    rows = gallery.catalogue.ledger.by_day(days=DAYS)
    today = datetime.fromtimestamp(gallery.catalogue.clock.now(), UTC).date()
    bars = draw_days(rows, until=today)
    tunings = gallery.catalogue.artists.newest_tunings()
    spent = gallery.catalogue.ledger.spent_by_all()
    artists = [
        (
            row.name,
            spent.get(row.name),
            tunings[row.name].tuning if row.name in tunings else Tuning(),
        )
        for row in gallery.catalogue.artists.all()
    ]
    return admin_page(
        request,
        gallery,
        "admin/spending.html",
        admin=admin,
        rows=rows,
        bars=bars,
        most=max((bar.dollars for bar in bars), default=0.0),
        total=sum(row.dollars for row in rows),
        days=DAYS,
        width=WIDTH,
        height=HEIGHT,
        artists=artists,
    )


def draw_days(rows: Sequence[DaySpent], *, until: date, days: int = DAYS) -> list[Bar]:
    """A bar for each day up to `until`, also for those on which nothing was spent."""
    sums: dict[date, float] = {}
    for row in rows:
        sums[row.day] = sums.get(row.day, 0.0) + row.dollars
    most = max(sums.values(), default=0.0) or 1.0
    step = WIDTH / days
    bars = []
    for at in range(days):
        day = until - timedelta(days=days - 1 - at)
        dollars = sums.get(day, 0.0)
        height = round(dollars / most * HEIGHT, 1)
        bars.append(
            Bar(day, dollars, round(at * step + 1, 1), round(HEIGHT - height, 1), step - 2, height)
        )
    return bars
