"""One's own password, and for admins the accounts of all."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from gallery.accounts import Admins, Role
from gallery.admin.auth import (
    DESK,
    Moderator,
    Signed,
    SignedIn,
    SignedModerator,
    Text,
    open_session,
)
from gallery.admin.notices import redirect
from gallery.admin.page import admin_page
from gallery.cookies.visitor import address_of
from gallery.gallery import Gallery, GalleryDependency
from gallery.pages import READ
from gallery.threads import PASSWORDS, in_threads

router = APIRouter(prefix="/admin")


@router.api_route("/account", **READ)
def account(request: Request, gallery: GalleryDependency, admin: Moderator) -> Response:
    """Change one's password; admins also see who has an account."""
    return _page(request, gallery, admin)


@router.post("/account", **DESK)
@in_threads(PASSWORDS)
def change_password(
    request: Request,
    gallery: GalleryDependency,
    admin: SignedModerator,
    current: Text = "",
    new: Text = "",
    again: Text = "",
) -> Response:
    """Change one's own password; all other sessions of the name end."""
    accounts, sessions = _accounts(gallery), gallery.catalogue.sessions
    address = address_of(request.client)
    wait = sessions.attempt(address, admin.who)
    if wait:
        fault = f"Too many attempts: wait {ceil(wait)} seconds."
        return _page(request, gallery, admin, {"current": fault}, status=429)
    if not accounts.check(admin.who, current):
        fault = "That is not your current password."
        return _page(request, gallery, admin, {"current": fault}, status=403)
    sessions.succeeded(address, admin.who)
    if new != again:
        fault = "The two new passwords differ: write the same twice."
        return _page(request, gallery, admin, {"again": fault}, status=400)
    try:
        accounts.set_password(admin.who, new)
    except ValueError as error:
        return _page(request, gallery, admin, {"new": _sentence(error)}, status=400)
    response = redirect(request, gallery, "account", done="password")
    open_session(request, gallery, response, admin.who, accounts.hash_of(admin.who) or "")
    return response


@router.post("/accounts", **DESK)
@in_threads(PASSWORDS)
def add(
    request: Request,
    gallery: GalleryDependency,
    admin: Signed,
    who: Text,
    password: Text,
    role: Annotated[Role, Form()],
) -> Response:
    """Add an account; a name that exists is refused."""
    who = who.strip()
    try:
        _accounts(gallery).set_password(who, password, role=role, by=admin.who, exists=False)
    except ValueError as error:
        fault = {"password" if "password needs" in str(error) else "who": _sentence(error)}
        return _page(request, gallery, admin, fault, typed={"who": who, "role": role}, status=400)
    return redirect(request, gallery, "account", done="added")


@router.post("/accounts/password", **DESK)
@in_threads(PASSWORDS)
def reset(
    request: Request, gallery: GalleryDependency, admin: Signed, who: Text, password: Text
) -> Response:
    """Give somebody else's account a new password; its sessions end."""
    accounts = _accounts(gallery)
    try:
        accounts.set_password(who, password, by=admin.who, exists=True)
    except ValueError as error:
        place = f"reset {who}" if accounts.role_of(who) else "accounts"
        return _page(request, gallery, admin, {place: _sentence(error)}, status=400)
    return redirect(request, gallery, "account", done="reset")


@router.post("/accounts/change", **DESK)
@in_threads(PASSWORDS)
def change(
    request: Request,
    gallery: GalleryDependency,
    admin: Signed,
    who: Text,
    to: Annotated[Role | None, Form()] = None,
) -> Response:
    """Give an account another role; without one, remove it."""
    accounts = _accounts(gallery)
    try:
        if to is None:
            accounts.remove(who, by=admin.who)
        else:
            accounts.set_role(who, to, by=admin.who)
    except ValueError as error:
        return _page(request, gallery, admin, {"accounts": _sentence(error)}, status=400)
    return redirect(request, gallery, "account", done="accounts")


def _accounts(gallery: Gallery) -> Admins:
    assert gallery.admins is not None, "who is signed in has an account"
    return gallery.admins


def _sentence(error: ValueError) -> str:
    text = str(error)
    return f"{text[0].upper()}{text[1:]}."


def _page(
    request: Request,
    gallery: Gallery,
    admin: SignedIn,
    faults: dict[str, str] | None = None,
    *,
    typed: Mapping[str, str] = MappingProxyType({"who": "", "role": "moderator"}),
    status: int = 200,
) -> Response:
    return admin_page(
        request,
        gallery,
        "admin/account.html",
        admin=admin,
        status=status,
        faults=faults or {},
        typed=typed,
        accounts=_accounts(gallery).roles() if admin.is_admin else {},
    )
