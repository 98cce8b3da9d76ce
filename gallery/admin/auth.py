"""Sign-in and sign-out, and the check that a request comes from an admin or a moderator."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gallery.accounts import Role
from gallery.cookies.visitor import address_of
from gallery.gallery import Gallery, GalleryDependency
from gallery.pages import READ
from gallery.threads import PASSWORDS, in_threads
from storage.catalogue.sessions import SESSION_SECONDS

COOKIE: Final = "desk"
DESK: Final[dict[str, Any]] = {"include_in_schema": False}

router = APIRouter(prefix="/admin")

Text = Annotated[str, Form(max_length=256)]


class SignInRequired(Exception):  # noqa: N818 - reads as what it says
    """A request for an admin page without a session."""


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, and their role; every form of theirs must carry `csrf`."""

    who: str
    csrf: str
    role: Role

    @property
    def is_admin(self) -> bool:
        """Whether they may do everything; else they decide on works and publications only."""
        return self.role == "admin"


def signed_in(request: Request, gallery: GalleryDependency) -> SignedIn:
    """Who the request comes from.

    Raises:
        SignInRequired: nobody is signed in.
    """
    admins = gallery.admins
    token = request.cookies.get(COOKIE)
    if token is None or admins is None:
        raise SignInRequired
    session = gallery.catalogue.sessions.find(token, admins.hash_of)
    role = None if session is None else admins.role_of(session.who)
    if session is None or role is None:
        raise SignInRequired
    return SignedIn(session.who, session.csrf, role)


Moderator = Annotated[SignedIn, Depends(signed_in)]
"""Who is signed in, with any role."""


def only_admin(admin: Moderator) -> SignedIn:
    """Who is signed in, if it is an admin.

    Raises:
        HTTPException: 403; it is a moderator.
    """
    if not admin.is_admin:
        raise HTTPException(403, "You are a moderator here; only an admin may do this.")
    return admin


Admin = Annotated[SignedIn, Depends(only_admin)]
"""A signed-in admin."""


def signed_form(admin: Moderator, csrf: Annotated[str, Form(max_length=128)] = "") -> SignedIn:
    """Who sent a form that carries the session's CSRF token.

    Raises:
        HTTPException: 403; the form is from another site, or from an earlier session.
    """
    if not hmac.compare_digest(csrf.encode(), admin.csrf.encode()):
        raise HTTPException(403, "That form is not from this session. Go back and try again.")
    return admin


SignedModerator = Annotated[SignedIn, Depends(signed_form)]
"""Who sent a form, with any role; the CSRF token is checked."""


def signed_admin(admin: SignedModerator) -> SignedIn:
    """Who sent a form, if it is an admin; see `only_admin`."""
    return only_admin(admin)


Signed = Annotated[SignedIn, Depends(signed_admin)]
"""The admin who sent a form; the CSRF token is checked."""


@router.api_route("/sign-in", **READ)
def sign_in_page(request: Request, gallery: GalleryDependency) -> Response:
    """The sign-in form."""
    return _sign_in_page(request, gallery)


@router.post("/sign-in", **DESK)
@in_threads(PASSWORDS)
def sign_in(request: Request, gallery: GalleryDependency, who: Text, password: Text) -> Response:
    """Sign in; too many failures block this name from this address, and the address."""
    sessions = gallery.catalogue.sessions
    address = address_of(request.client)
    wait = sessions.attempt(address, who)
    if wait:
        fault = f"Too many attempts: wait {ceil(wait)} seconds."
        return _sign_in_page(request, gallery, fault=fault, who=who, status=429)
    proof = None if gallery.admins is None else gallery.admins.check(who, password)
    if not proof:
        fault = "Wrong name or password."
        return _sign_in_page(request, gallery, fault=fault, who=who, status=403)
    sessions.succeeded(address, who)
    response = RedirectResponse(gallery.urls(request).path("admin"), status_code=303)
    open_session(request, gallery, response, who, proof)
    return response


def open_session(
    request: Request, gallery: Gallery, response: Response, who: str, proof: str
) -> None:
    """Sign somebody in, whose password has this hash."""
    to = gallery.urls(request)
    response.set_cookie(
        COOKIE,
        gallery.catalogue.sessions.open(who, proof),
        max_age=round(SESSION_SECONDS),
        path=to.path("admin"),
        secure=to.secure,
        httponly=True,
        samesite="strict",
    )


@router.post("/sign-out", **DESK)
def sign_out(request: Request, gallery: GalleryDependency, admin: SignedModerator) -> Response:
    """End the session; its cookie is invalid from then on."""
    gallery.catalogue.sessions.close(request.cookies.get(COOKIE, ""))
    to = gallery.urls(request)
    response = RedirectResponse(to.path("admin", "sign-in"), status_code=303)
    response.delete_cookie(COOKIE, path=to.path("admin"))
    return response


def _sign_in_page(
    request: Request, gallery: Gallery, *, fault: str = "", who: str = "", status: int = 200
) -> Response:
    any_of_them = gallery.admins is not None and gallery.admins.any()
    page = gallery.private_page(
        request, "admin/sign_in.html", fault=fault, who=who, admins=any_of_them
    )
    page.status_code = status
    return page
