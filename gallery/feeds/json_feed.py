"""A feed as JSON Feed 1.1 (https://jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json

from gallery.feeds.feed import Entry, Feed
from gallery.html.dates import iso
from gallery.pick_explanation import listed


def write_json(feed: Feed) -> bytes:
    """The feed as a JSON document."""
    older = feed.next("json")
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.here("json"),
        **({} if older is None else {"next_url": older}),
        **({} if feed.hub is None else {"hubs": [{"type": "WebSub", "url": feed.hub}]}),
        "language": "en",
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _item(entry: Entry) -> dict[str, object]:
    item: dict[str, object] = {
        "id": entry.id,
        "url": entry.page,
        "title": entry.work.title,
        "content_html": entry.html,
        "summary": listed(entry.work.concepts),
        "date_published": iso(entry.work.created_at),
        "authors": [{"name": entry.artist}],
        "tags": list(entry.work.concepts),
    }
    if entry.work.changed_at > entry.work.created_at:
        item["date_modified"] = iso(entry.work.changed_at)
    if entry.picture is not None:
        item["image"] = entry.picture
    if entry.original is not None:
        item["attachments"] = [{"url": entry.original, "mime_type": entry.work.media_type}]
    return item
