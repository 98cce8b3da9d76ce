"""What a page says after something was done: fixed sentences, chosen by a word in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gallery.gallery import Gallery
from gallery.pick_explanation import listed

_SAYS: Final[Mapping[str, str]] = {
    "tuned": "Saved. Times and budgets hold at once, the rest from the next work on.",
    "same": "Nothing was changed.",
    "undone": "The earlier tuning is in force again, from the next work on.",
    "paused": "Paused. A work that has begun is still finished.",
    "resumed": "It works again, and tries at once.",
    "now": "The next work begins at once.",
    "now-quiet": "The next work begins at once; if it is a quiet hour now, when that ends.",
    "created": "Created. It begins its first work as soon as the schedule looks.",
    "retired": "Retired. It makes no more works; its works stay.",
    "back": "It works again.",
    "password": "Your password is changed. Other windows have to sign in again.",
    "accounts": "The accounts are changed.",
    "added": "The account is added. Tell the person their name and password.",
    "reset": "The new password holds from now on. Tell it to the person.",
    "shown": "It is shown in full to visitors from now on.",
    "blurred": "It is blurred for visitors from now on.",
    "held": "It is held back: visitors do not see it, and it waits for a decision.",
    "hidden": "It is hidden: visitors do not see it any more.",
    "many-shown": "These works are shown in full to visitors from now on.",
    "many-blurred": "These works are blurred for visitors from now on.",
    "many-held": "These works are held back: visitors do not see them, and they wait for a"
    " decision.",
    "many-hidden": "These works are hidden: visitors do not see them any more.",
    "checked-again": "The safety check is asked again within two minutes. What passes is shown at"
    " once. What does not pass, or can’t be checked, stays held back here.",
    "again": "It is tried again within a minute.",
    "give_up": "It is not sent. Nothing tries it again.",
    "none-sent": "None of these is sent. Nothing tries them again.",
    "arrived": "Noted: it arrived.",
    "all-again": "Everything that failed is tried again within a minute.",
    "too-late": "Nothing was changed: it is being sent just now, or was decided already.",
    "taken-down": "Taken down. The picture and its copies are deleted. Earlier backups and posts on"
    " other sites may hold copies: delete them there.",
}


EDITED: Final[Mapping[str, str]] = {
    "title": "title",
    "statement": "statement",
    "style": "style",
    "seeds": "seeds",
    "show_seeds": "seeds in the pictures",
    "composer": "who writes",
    "painter": "who paints",
}
"""What can be changed of an artist, in words."""

_AT_ONCE: Final = ("title", "statement")

PASSING: Final = frozenset({"now", "now-quiet", "resumed", "paused", "created", "back"})
"""Notices that are true until the artist's state changes."""


def notice_of(request: Request) -> str:
    """The sentence that the address asks for; empty for none."""
    if request.query_params.get("done") == "edited":
        return _edited(request.query_params.get("fields", "").split(","))
    return _SAYS.get(request.query_params.get("done", ""), "")


def _edited(fields: Sequence[str]) -> str:
    """What was changed of an artist, and from when it holds."""
    known = [field for field in EDITED if field in fields]
    if not known:
        return "Saved."
    parts = (
        ([f for f in known if f in _AT_ONCE], "visitors see it at once"),
        ([f for f in known if f not in _AT_ONCE], "from the next work on"),
    )
    told = [f"{listed([EDITED[field] for field in some])}, {when}" for some, when in parts if some]
    return f"Saved: {'; '.join(told)}."


def redirect(
    request: Request,
    gallery: Gallery,
    *parts: str | int,
    done: str = "",
    fields: Sequence[str] = (),
) -> Response:
    """Go to a page below /admin, which then says what was done, and to which `fields`."""
    changed = ",".join(fields) or None
    to = gallery.urls(request).path("admin", *parts, done=done or None, fields=changed)
    return RedirectResponse(to, status_code=303)
