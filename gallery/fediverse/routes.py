"""The addresses that other servers read and post to."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gallery.exceptions import WorkNotFound
from gallery.fediverse.documents import MEDIA_TYPE, Document
from gallery.fediverse.federation import Federation
from gallery.fediverse.inbox import Blocked, Malformed
from gallery.fediverse.remote import Busy
from gallery.fediverse.signatures import Request as SignedRequest
from gallery.fediverse.signatures import SignatureRefused
from gallery.gallery import Gallery, GalleryDependency
from gallery.middleware.etag import answer
from gallery.middleware.rate_limit import LARGEST_BODY
from gallery.pages import READ, Before, Name, Number
from gallery.pages.artist import known_artist
from gallery.pagination import work_page
from gallery.threads import FEDERATION, work_in
from storage.archive.manifest import work_id
from storage.catalogue import WorkRow

router = APIRouter()

_JRD = "application/jrd+json"
_NODEINFO = "http://nodeinfo.diaspora.software/ns/schema/2.1"
_FRESH = 60


async def _federation_of(request: Request) -> Federation:
    federation: Federation = request.app.state.federation
    return federation


FederationDependency = Annotated[Federation, Depends(_federation_of)]
"""What talks with other servers."""

Resource = Annotated[str, Query(max_length=512)]


@router.api_route("/.well-known/webfinger", **READ)
def webfinger(
    request: Request,
    gallery: GalleryDependency,
    federation: FederationDependency,
    resource: Resource,
) -> Response:
    """Where the actor of a handle is (RFC 7033)."""
    documents = federation.documents
    name, _, host = resource.removeprefix("acct:").removeprefix("@").rpartition("@")
    if resource.startswith("acct:"):
        artist = name.lower() if host.lower() == documents.at.host.lower() else None
    else:
        artist = documents.at.artist_of(resource)
    if artist is None:
        raise WorkNotFound(f"There is no “{resource}” here.")
    row = known_artist(gallery, artist)
    return _answer(request, documents.webfinger(row.name), _JRD)


@router.api_route("/.well-known/nodeinfo", **READ)
def nodeinfo_links(request: Request, federation: FederationDependency) -> Response:
    """Where this server says what kind it is."""
    to = federation.documents.at.to
    link = {"rel": _NODEINFO, "href": to.absolute(to.path("nodeinfo", "2.1"))}
    return _answer(request, {"links": [link]}, _JRD)


@router.api_route("/nodeinfo/2.1", **READ)
def nodeinfo(
    request: Request, gallery: GalleryDependency, federation: FederationDependency
) -> Response:
    """What kind of server this is."""
    newest = gallery.catalogue.works.newest(limit=1)
    told = federation.documents.nodeinfo(
        artists=len(gallery.catalogue.artists.all()),
        works=gallery.work_counts.works(newest[0].id) if newest else 0,
    )
    kind = f'application/json; profile="{_NODEINFO}#"'
    return _answer(request, told, kind, fresh=600)


@router.api_route("/ap/actors/{artist}", **READ)
def actor(
    request: Request, gallery: GalleryDependency, federation: FederationDependency, artist: Name
) -> Response:
    """An artist as an actor."""
    row = known_artist(gallery, artist)
    newest = gallery.catalogue.works.newest(artist=artist, limit=8)
    told = federation.documents.actor(
        row,
        public_key=federation.keys.public_pem(artist),
        newest=next((work for work in newest if work.visibility == "shown"), None),
    )
    return _answer(request, told)


@router.api_route("/ap/actors/{artist}/outbox", **READ)
def outbox(
    request: Request,
    gallery: GalleryDependency,
    federation: FederationDependency,
    artist: Name,
    page: bool = False,
    before: Before = None,
) -> Response:
    """An artist's works as activities, page by page."""
    known_artist(gallery, artist)
    documents, at = federation.documents, federation.documents.at
    shown = work_page(gallery, before, artist=artist)
    if not page:
        total = gallery.work_counts.works(shown.works[0].id, artist=artist) if shown.works else 0
        address = at.actor(artist, "outbox")
        first = at.actor(artist, "outbox", page="true")
        return _answer(request, documents.collection(address, total=total, first=first))
    older = at.actor(artist, "outbox", page="true", before=shown.older) if shown.older else None
    here = at.actor(artist, "outbox", page="true", before=before)
    return _answer(request, documents.outbox_page(artist, shown.works, here=here, older=older))


@router.api_route("/ap/actors/{artist}/followers", **READ)
def followers(
    request: Request, gallery: GalleryDependency, federation: FederationDependency, artist: Name
) -> Response:
    """How many follow an artist; who they are is not told."""
    known_artist(gallery, artist)
    total = gallery.catalogue.fediverse.people.count(artist)
    address = federation.documents.at.actor(artist, "followers")
    return _answer(request, federation.documents.collection(address, total=total))


@router.api_route("/ap/works/{artist}/{number}", **READ)
def note(
    request: Request,
    gallery: GalleryDependency,
    federation: FederationDependency,
    artist: Name,
    number: Number,
) -> Response:
    """A work as a post; one that was taken down is a tombstone."""
    work = _work(gallery, artist, number)
    if not work.visible:
        return _gone(federation, work)
    counts = gallery.catalogue.fediverse.reactions.counts(work.id)
    document = {"@context": federation.documents.create(work)["@context"]}
    return _answer(request, document | federation.documents.note(work, counts))


@router.api_route("/ap/works/{artist}/{number}/create", **READ)
def create(
    request: Request,
    gallery: GalleryDependency,
    federation: FederationDependency,
    artist: Name,
    number: Number,
) -> Response:
    """The activity that published a work."""
    work = _work(gallery, artist, number)
    if not work.visible:
        return _gone(federation, work)
    return _answer(request, federation.documents.create(work))


@router.post("/ap/actors/{artist}/inbox", include_in_schema=False)
async def inbox(
    request: Request, gallery: GalleryDependency, federation: FederationDependency, artist: Name
) -> Response:
    """What other servers send to an artist."""
    target = federation.documents.at.path("actors", artist, "inbox")
    return await work_in(
        FEDERATION,
        _receive,
        gallery,
        federation,
        await _signed(request, federation, target),
        artist,
    )


@router.post("/ap/inbox", include_in_schema=False)
async def shared_inbox(
    request: Request, gallery: GalleryDependency, federation: FederationDependency
) -> Response:
    """What other servers send to all artists."""
    signed = await _signed(request, federation, federation.documents.at.path("inbox"))
    return await work_in(FEDERATION, _receive, gallery, federation, signed, None)


async def _signed(request: Request, federation: Federation, target: str) -> SignedRequest:
    """The request as the other server signed it: to the public address."""
    query = f"?{request.url.query}" if request.url.query else ""
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    origin = federation.documents.at.to.origin
    return SignedRequest("POST", origin, target + query, headers, await request.body())


def _receive(
    gallery: Gallery, federation: Federation, request: SignedRequest, artist: str | None
) -> Response:
    if len(request.body) > LARGEST_BODY:
        return _refusal(413, "The request body is too large.")
    if artist is None:
        rows = gallery.catalogue.artists.all()
        if not rows:
            return _refusal(404, "There is no artist.")
        artist = rows[0].name
    known_artist(gallery, artist)
    try:
        federation.inbox.receive(request, artist=artist)
    except Malformed as error:
        return _refusal(400, str(error))
    except SignatureRefused as error:
        return _refusal(401, str(error))
    except Blocked as error:
        return _refusal(403, str(error))
    except Busy as error:
        refusal = _refusal(503, str(error))
        refusal.headers["Retry-After"] = "60"
        return refusal
    return Response(status_code=202, headers={"Cache-Control": "no-store"})


def _work(gallery: Gallery, artist: str, number: int) -> WorkRow:
    work = gallery.catalogue.works.get(work_id(artist, number))
    if work is None or work.visibility == "held":
        raise WorkNotFound(f"There is no work {number} by “{artist}”.")
    return work


def _gone(federation: Federation, work: WorkRow) -> Response:
    document = federation.documents.tombstone(work)
    return JSONResponse(document, 410, headers={"Cache-Control": "no-store"}, media_type=MEDIA_TYPE)


def _refusal(status: int, text: str) -> Response:
    return JSONResponse({"error": text}, status, headers={"Cache-Control": "no-store"})


def _answer(
    request: Request, document: Document, media_type: str = MEDIA_TYPE, *, fresh: int = _FRESH
) -> Response:
    body = json.dumps(document, ensure_ascii=False).encode()
    return answer(request, body, media_type=media_type, fresh=fresh)
