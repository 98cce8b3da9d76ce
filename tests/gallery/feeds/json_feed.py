"""A checker of JSON Feed 1.1, from its specification (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from typing import Any, Final

from jsonschema import Draft202012Validator

ADDRESS: Final = {"type": "string", "pattern": r"^https?://[^\s]+$"}
TEXT: Final = {"type": "string"}
MOMENT: Final = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
}
COUNT: Final = {"type": "number", "minimum": 0}


def thing(needed: tuple[str, ...], **fields: Any) -> dict[str, Any]:
    """An object of known fields; extensions begin with an underscore and hold objects."""
    return {
        "type": "object",
        "required": list(needed),
        "properties": fields,
        "patternProperties": {"^_[^.]*$": {"type": "object"}},
        "additionalProperties": False,
    }


AUTHORS: Final = {
    "type": "array",
    "minItems": 1,
    "items": thing((), name=TEXT, url=ADDRESS, avatar=ADDRESS) | {"minProperties": 1},
}
ATTACHMENT: Final = thing(
    ("url", "mime_type"),
    url=ADDRESS,
    mime_type={"type": "string", "pattern": "^[a-z]+/[a-z0-9.+-]+$"},
    title=TEXT,
    size_in_bytes=COUNT,
    duration_in_seconds=COUNT,
)
ITEM: Final = thing(
    ("id",),
    id={"type": "string", "minLength": 1},
    url=ADDRESS,
    external_url=ADDRESS,
    title=TEXT,
    content_html=TEXT,
    content_text=TEXT,
    summary=TEXT,
    image=ADDRESS,
    banner_image=ADDRESS,
    date_published=MOMENT,
    date_modified=MOMENT,
    authors=AUTHORS,
    tags={"type": "array", "items": TEXT},
    language=TEXT,
    attachments={"type": "array", "items": ATTACHMENT},
) | {"anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}]}
FEED: Final = thing(
    ("version", "title", "items"),
    version={"const": "https://jsonfeed.org/version/1.1"},
    title={"type": "string", "minLength": 1},
    home_page_url=ADDRESS,
    feed_url=ADDRESS,
    description=TEXT,
    user_comment=TEXT,
    next_url=ADDRESS,
    icon=ADDRESS,
    favicon=ADDRESS,
    authors=AUTHORS,
    language=TEXT,
    expired={"type": "boolean"},
    hubs={"type": "array", "items": thing(("type", "url"), type=TEXT, url=ADDRESS)},
    items={"type": "array", "items": ITEM},
)


def faults(feed: object) -> list[str]:
    """Violations of the specification in a feed."""
    told = [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(FEED).iter_errors(feed)
    ]
    items = feed.get("items", []) if isinstance(feed, dict) else []
    ids = [item.get("id") for item in items if isinstance(item, dict)]
    return told + [f"{one!r} is the id of several" for one in set(ids) if ids.count(one) > 1]
