"""The log of who did what, the spending by day, and what the site says."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from starlette.testclient import TestClient

from gallery.admin.spending import HEIGHT, draw_days
from storage.catalogue import DaySpent
from tests.gallery.admin.desk import send
from tests.manifests import a_spending


def rows(page: str) -> list[list[str]]:
    body = re.search(r"(?s)<tbody>(.*?)</tbody>", page)
    assert body is not None
    return [
        [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"(?s)<t[dh][^>]*>(.*?)</t[dh]>", row)]
        for row in body[1].split("</tr>")
        if row.strip()
    ]


def test_everything_that_people_did_is_in_the_log(ann: TestClient, stores) -> None:
    send(ann, "/admin/artists/ada/tuning", beta="0.6")
    send(ann, "/admin/artists/ada/pause", reason="holiday")
    send(ann, "/admin/artists/ada/resume")
    send(ann, "/admin/artists/ada/now")
    send(ann, "/admin/artists/ada/edit", title="Ada II", seed=["sea", "sky"])
    send(ann, "/admin/artists/ada/edit", title="Ada III", seed=["sea", "sky"])
    send(ann, "/admin/works/ada/1", visibility="hidden", reason="asked for")
    send(ann, "/admin/works/ada/2/takedown", reason="a court", sure="yes")
    found = rows(ann.get("/admin/log").text)
    assert [(row[1], row[3]) for row in found if row[1] == "ann"] == [
        ("ann", "took down no. 2: a court"),
        ("ann", "hid no. 1: asked for"),
        ("ann", "edited: title Ada II → Ada III"),
        ("ann", "edited: title Ada → Ada II"),
        ("ann", "asked for a work at once"),
        ("ann", "let it work again"),
        ("ann", "paused it: holiday"),
        ("ann", "tuned: β 0.7 → 0.6"),
        ("ann", "added the account ann, an admin"),
    ]
    assert len(rows(ann.get("/admin/log?who=test").text)) == 2
    assert rows(ann.get("/admin/log?artist=nobody").text) == [["Nothing was done yet."]]


def test_spending_is_told_by_day(ann: TestClient, stores) -> None:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    ledger = stores.catalogue.ledger
    for number, (back, cost) in enumerate([(0, 40_000), (0, 2_500), (29, 30_000), (30, 9_000_000)]):
        at = today - timedelta(days=back)
        paid = a_spending(number, artist="ada", at=at, reserved_at=at, cost=cost, ceiling=cost)
        ledger.enter(paid)
    assert ledger.by_day(days=30) == [
        DaySpent(today.date(), "ada", 2, 0.0425),
        DaySpent(today.date() - timedelta(days=29), "ada", 1, 0.03),
    ]
    page = ann.get("/admin/spending").text
    assert "$0.07 in all, $0.04 on the most expensive day." in page
    assert [row[1:] for row in rows(page)] == [["Ada", "2", "0.0425"], ["Ada", "1", "0.0300"]]
    assert page.count("<rect") == 30


def test_without_spending_there_is_no_chart(ann: TestClient) -> None:
    page = ann.get("/admin/spending").text
    assert "Nothing was spent" in page and "<svg" not in page
    assert re.search(r"\$0\.00 of \$\d", page)


def test_bars_are_as_high_as_what_was_spent() -> None:
    until = date(2026, 3, 2)
    spent = [DaySpent(until, "a", 1, 1.0), DaySpent(until, "b", 1, 3.0)]
    spent.append(DaySpent(date(2026, 2, 28), "a", 1, 1.0))
    bars = draw_days(spent, until=until, days=4)
    assert [(bar.day.day, bar.height) for bar in bars] == [
        (27, 0.0),
        (28, HEIGHT / 4),
        (1, 0.0),
        (2, HEIGHT),
    ]
    assert all(bar.y + bar.height == HEIGHT for bar in bars)
    assert draw_days([], until=until)[-1].height == 0


def test_the_sites_settings_are_shown_with_their_keys(ann: TestClient) -> None:
    page = ann.get("/admin/site").text
    assert "gallery.tagline" in page and "Art by a machine" in page
    assert "<input" not in page.split('class="desk"')[1]
