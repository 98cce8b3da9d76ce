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
from gallery.admin.auth import SignInRequired
from gallery.exceptions import asks_api
from gallery.gallery import Gallery
from storage.errors import ObjectMissing, StorageUnavailable

_LOG = logging.getLogger(__name__)

_TEXTS = {
    400: ("That address makes no sense here", "Something in it can't be read."),
    403: ("Not for you", "This can't be done from here."),
    404: ("Not found", "There is no page at this address."),
    410: ("This work was taken down", "It is not shown here any more."),
    405: ("Only looking is allowed", "This address can be read, and nothing else."),
    500: ("Something fell off the wall", "The fault is ours, and it has been written down."),
    503: ("The store room is locked", "The gallery can't reach its catalogue. Try again soon."),
}


def add_error_pages(app: FastAPI) -> None:
    """Let the app answer every failure with a page that fits it."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ObjectMissing, _missing)
    app.add_exception_handler(StorageUnavailable, _away)
    app.add_exception_handler(SignInRequired, _sign_in)
    app.add_exception_handler(AdminsError, _no_admins)
    app.add_exception_handler(Exception, _failed)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = "" if error.detail == HTTPStatus(error.status_code).phrase else error.detail
    return _answer(request, error.status_code, detail, headers=dict(error.headers or {}))


async def _invalid(request: Request, error: Exception) -> Response:
    """A part of the path that can't be is a page that isn't there; a bad query is a bad request."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = first["loc"][0]
    name = first["loc"][-1]
    if place == "path":
        return _answer(request, 404, "")
    return _answer(request, 400, f"“{name}”: {first['msg'].lower()}.")


async def _sign_in(request: Request, error: Exception) -> Response:
    gallery: Gallery = request.app.state.gallery
    door = gallery.urls(request).path("admin", "sign-in")
    return RedirectResponse(door, status_code=303, headers={"Cache-Control": "no-store"})


async def _no_admins(request: Request, error: Exception) -> Response:
    _LOG.error("%s: %s", request.url.path, error)
    detail = "Nobody can sign in just now. Whoever runs this gallery finds the reason in its log."
    return _answer(request, 503, detail)


async def _missing(request: Request, error: Exception) -> Response:
    _LOG.warning("%s: %s", request.url.path, error)
    return _answer(request, 404, "The archive does not have it.")


async def _away(request: Request, error: Exception) -> Response:
    _LOG.error("%s: %s", request.url.path, error)
    return _answer(request, 503, "", headers={"Retry-After": "30"})


async def _failed(request: Request, error: Exception) -> Response:
    # The server that runs the app writes the traceback to its log.
    return _answer(request, 500, "")


def _answer(
    request: Request, status: int, detail: str, headers: dict[str, str] | None = None
) -> Response:
    title, text = _TEXTS.get(status, (HTTPStatus(status).phrase, ""))
    headers = {"Cache-Control": "no-store", **(headers or {})}
    if asks_api(request.scope):
        body = {"error": detail or text, "status": status}
        return JSONResponse(body, status_code=status, headers=headers)
    gallery: Gallery = request.app.state.gallery
    page = gallery.render(
        request, "error.html", title=title, text=detail or text, status=status
    ).encode()
    return Response(page, status_code=status, headers=headers, media_type="text/html")
