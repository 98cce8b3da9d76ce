"""What the site says, read-only: each setting in plain words, with the key that changes it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gallery.admin.auth import Admin
from gallery.admin.page import admin_page
from gallery.gallery import GalleryDependency
from gallery.pages import READ

router = APIRouter(prefix="/admin")


@router.api_route("/site", **READ)
def site(request: Request, gallery: GalleryDependency, admin: Admin) -> Response:
    """The site's title, tagline, licence and pages, and where each is set."""
    its = gallery.titled()
    rows = (
        ("Name of the site, at the top of every page", "title", its.title),
        ("Sentence below it, for search engines and link previews", "tagline", its.tagline),
        ("Address, as others write it", "base_url", its.base_url or ""),
        ("Licence of the pictures", "licence", its.licence),
        ("Where the licence can be read", "licence_url", its.licence_url or ""),
        ("Who is to be named with the pictures", "credit", its.credit),
        (
            "Visitors may read what each picture was meant to show",
            "show_prompt",
            "yes" if its.show_prompt else "no",
        ),
        ("Address of a copy of the site elsewhere", "static_url", its.static_url or ""),
    )
    return admin_page(request, gallery, "admin/site.html", admin=admin, rows=rows)
