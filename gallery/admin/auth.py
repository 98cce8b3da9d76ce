"""Sign-in and sign-out of admins, and the check that a request comes from one."""

from __future__ import annotations

import hmac
from math import ceil
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gallery.cookies.visitor import address_of
from gallery.gallery import GalleryDependency
from gallery.pages import READ
from gallery.threads import PASSWORDS, in_threads
from storage.catalogue.sessions import SESSION_SECONDS, Session

COOKIE: Final = "desk"
DESK: Final[dict[str, Any]] = {"include_in_schema": False}

router = APIRouter(prefix="/admin")

Text = Annotated[str, Form(max_length=256)]


class SignInRequired(Exception):  # noqa: N818 - reads as what it says
    """A request for an admin page without a session."""


def signed_in(request: Request, gallery: GalleryDependency) -> Session:
    """The session of whoever asks.

    Raises:
        SignInRequired: there is none.
    """
    admins = gallery.admins
    token = request.cookies.get(COOKIE)
    if token is None or admins is None:
        raise SignInRequired
    session = gallery.catalogue.sessions.find(token, admins.hash_of)
    if session is None:
        raise SignInRequired
    return session


Admin = Annotated[Session, Depends(signed_in)]
"""Somebody who is signed in."""


def signed_form(admin: Admin, csrf: Annotated[str, Form(max_length=128)] = "") -> Session:
    """Somebody who is signed in, and sent a form of ours.

    Raises:
        HTTPException: 403; the form came from elsewhere, or from an earlier session.
    """
    if not hmac.compare_digest(csrf.encode(), admin.csrf.encode()):
        raise HTTPException(403, "That form is not from this session. Go back and try again.")
    return admin


Signed = Annotated[Session, Depends(signed_form)]
"""Somebody who is signed in and sent a form from this session."""


@router.api_route("/sign-in", **READ)
def sign_in_page(request: Request, gallery: GalleryDependency) -> Response:
    """The form to sign in with."""
    return gallery.private_page(request, "admin/sign_in.html", fault="", admins=_any(gallery))


@router.post("/sign-in", **DESK)
@in_threads(PASSWORDS)
def sign_in(request: Request, gallery: GalleryDependency, who: Text, password: Text) -> Response:
    """Sign in; too many failures lock the door for this name here, and for this address."""
    sessions = gallery.catalogue.sessions
    address = address_of(request.client)
    wait = sessions.attempt(address, who)
    if wait:
        return _again(request, gallery, f"Too many attempts: wait {ceil(wait)} seconds.", 429)
    proof = None if gallery.admins is None else gallery.admins.check(who, password)
    if not proof:
        return _again(request, gallery, "Name and password do not belong together.", 403)
    sessions.succeeded(address, who)
    to = gallery.urls(request)
    response = RedirectResponse(to.path("admin"), status_code=303)
    response.set_cookie(
        COOKIE,
        sessions.open(who, proof),
        max_age=round(SESSION_SECONDS),
        path=to.path("admin"),
        secure=to.secure,
        httponly=True,
        samesite="strict",
    )
    return response


@router.post("/sign-out", **DESK)
def sign_out(request: Request, gallery: GalleryDependency, admin: Signed) -> Response:
    """End the session; its cookie is of no use from now on."""
    gallery.catalogue.sessions.close(request.cookies.get(COOKIE, ""))
    to = gallery.urls(request)
    response = RedirectResponse(to.path("admin", "sign-in"), status_code=303)
    response.delete_cookie(COOKIE, path=to.path("admin"))
    return response


def _any(gallery: GalleryDependency) -> bool:
    return gallery.admins is not None and gallery.admins.any()


def _again(request: Request, gallery: GalleryDependency, fault: str, status: int) -> Response:
    page = gallery.private_page(request, "admin/sign_in.html", fault=fault, admins=_any(gallery))
    page.status_code = status
    return page
