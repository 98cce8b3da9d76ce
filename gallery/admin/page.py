"""How every admin page is answered: in the admin pages' own layout, for one signed-in person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gallery.admin.auth import SignedIn
from gallery.admin.notices import PASSING, notice_of
from gallery.gallery import Gallery
from storage.catalogue import Catalogue


def admin_page(
    request: Request,
    gallery: Gallery,
    template: str,
    *,
    admin: SignedIn,
    status: int = 200,
    **values: Any,
) -> Response:
    """A page of the admin; `titles` names every artist as people know it."""
    page = gallery.private_page(
        request,
        template,
        admin=admin,
        notice=notice_of(request),
        passing=request.query_params.get("done") in PASSING,
        titles=artist_titles(gallery.catalogue),
        **values,
    )
    page.status_code = status
    return page


def artist_titles(catalogue: Catalogue) -> Mapping[str, str]:
    """The title of each artist by its name, with the name where two have the same title."""
    found = {row.name: row.next.title for row in catalogue.artists.all()}
    same = Counter(found.values())
    return {
        name: title if same[title] == 1 else f"{title} ({name})" for name, title in found.items()
    }
