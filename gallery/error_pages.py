"""Error responses: a page for people, JSON for programs, never a traceback."""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from gallery.accounts import AdminsError
from gallery.admin.auth import SignedIn, SignInRequired, signed_in
from gallery.exceptions import asks_api
from gallery.gallery import Gallery
from storage.errors import ObjectMissing, StorageError, StorageUnavailable

_LOG = logging.getLogger(__name__)

_TEXTS = {
    400: ("Bad request", "Something in the address or the form is invalid."),
    403: ("Not allowed", "This can't be done from here."),
    404: ("Not found", "There is no page at this address."),
    410: ("This work is not shown", "It is not shown here any more."),
    405: ("Method not allowed", "This address can only be read."),
    500: ("Internal error", "This is an error of the gallery, and it has been logged."),
    503: ("Temporarily unavailable", "The gallery can't reach its catalogue. Try again soon."),
}


def add_error_pages(app: FastAPI) -> None:
    """Register the handlers that answer failures with an error page or JSON."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ObjectMissing, _missing)
    app.add_exception_handler(StorageUnavailable, _unavailable)
    app.add_exception_handler(SignInRequired, _sign_in)
    app.add_exception_handler(AdminsError, _no_admins)
    app.add_exception_handler(Exception, _failed)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = "" if error.detail == HTTPStatus(error.status_code).phrase else error.detail
    return _answer(
        request,
        error.status_code,
        detail,
        headers=dict(error.headers or {}),
        title=getattr(error, "title", ""),
    )


async def _invalid(request: Request, error: Exception) -> Response:
    """404 for an invalid part of the path, 400 for an invalid query or form."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = first["loc"][0]
    name = first["loc"][-1]
    if place == "path":
        return _answer(request, 404, "")
    return _answer(request, 400, f"“{name}”: {first['msg'].lower()}.")


async def _sign_in(request: Request, error: Exception) -> Response:
    gallery: Gallery = request.app.state.gallery
    to = gallery.urls(request).path("admin", "sign-in")
    return RedirectResponse(to, status_code=303, headers={"Cache-Control": "no-store"})


async def _no_admins(request: Request, error: Exception) -> Response:
    _LOG.error("%s: %s", request.url.path, error)
    detail = "No admin can sign in now. The operator of this gallery finds the reason in its log."
    return _answer(request, 503, detail)


async def _missing(request: Request, error: Exception) -> Response:
    _LOG.warning("%s: %s", request.url.path, error)
    return _answer(request, 404, "The file is missing from the archive.")


async def _unavailable(request: Request, error: Exception) -> Response:
    _LOG.error("%s: %s", request.url.path, error)
    return _answer(request, 503, "", headers={"Retry-After": "30"})


async def _failed(request: Request, error: Exception) -> Response:
    # The ASGI server logs the traceback.
    return _answer(request, 500, "")


def _answer(
    request: Request,
    status: int,
    detail: str,
    headers: dict[str, str] | None = None,
    *,
    title: str = "",
) -> Response:
    usual, text = _TEXTS.get(status, (HTTPStatus(status).phrase, ""))
    headers = {"Cache-Control": "no-store", **(headers or {})}
    if asks_api(request.scope):
        body = {"error": detail or text, "status": status}
        return JSONResponse(body, status_code=status, headers=headers)
    gallery: Gallery = request.app.state.gallery
    values = {"title": title or usual, "text": detail or text, "status": status}
    admin = _admin_of(request, gallery)
    if admin is None:
        page = gallery.render(request, "error.html", **values)
    else:
        page = gallery.render(request, "admin/error.html", admin=admin, **values)
    return Response(page.encode(), status_code=status, headers=headers, media_type="text/html")


def _admin_of(request: Request, gallery: Gallery) -> SignedIn | None:
    """Who is signed in, if the request is for an admin page."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    if path != "/admin" and not path.startswith("/admin/"):
        return None
    try:
        return signed_in(request, gallery)
    except (SignInRequired, AdminsError, StorageError):
        return None
