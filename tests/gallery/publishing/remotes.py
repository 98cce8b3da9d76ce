"""Local servers that speak the remotes' APIs, as far as posting goes, and remember what came.

`python remotes.py PORT` serves them all; a test looks at them through `/told`.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import sys
from email.utils import formatdate

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

ACCOUNT = {"id": "7", "username": "alien", "acct": "alien", "display_name": "Alien", "bot": True}
DID = "did:plc:abcdefghijklmnopqrstuvwx"


class Remotes:
    """A Mastodon server, a personal data server of Bluesky, and a listener for webhooks.

    `last_error` names what goes wrong next: `away` (503), `slow` (takes the post, then never
    answers), `busy` (429), `refuse` (422), `unreadable` (own posts can't be listed).
    """

    def __init__(self) -> None:
        self.last_error = ""
        self.forgetful = False
        self.statuses: list[dict] = []
        self.keys: dict[str, dict] = {}
        self.media: dict[str, dict] = {}
        self.records: dict[str, dict] = {}
        self.blobs: list[dict] = []
        self.hooks: list[dict] = []

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/told", self.told, methods=["GET", "POST"]),
                Route("/api/v1/instance", self.instance),
                Route("/api/v2/instance", self.instance),
                Route("/api/v2/media", self.take_media, methods=["POST"]),
                Route("/api/v1/media/{id}", self.get_media),
                Route("/api/v1/statuses", self.take_status, methods=["POST"]),
                Route("/api/v1/accounts/verify_credentials", self.account),
                Route("/api/v1/accounts/7/statuses", self.own_statuses),
                Route("/xrpc/com.atproto.server.createSession", self.session, methods=["POST"]),
                Route("/xrpc/com.atproto.repo.uploadBlob", self.take_blob, methods=["POST"]),
                Route("/xrpc/com.atproto.repo.putRecord", self.put_record, methods=["POST"]),
                Route("/hook", self.take_hook, methods=["POST"]),
                Route("/redirect", self.redirect, methods=["POST"]),
            ]
        )

    async def told(self, request: Request) -> Response:
        """What came so far; or, posted, what shall go wrong from now on."""
        if request.method == "POST":
            wanted = await request.json()
            self.last_error = wanted.get("last_error", "")
            self.forgetful = wanted.get("forgetful", False)
        return JSONResponse(
            {
                "statuses": self.statuses,
                "media": self.media,
                "records": self.records,
                "blobs": self.blobs,
                "hooks": self.hooks,
            }
        )

    async def _fail(self) -> Response | None:
        if self.last_error == "away":
            return JSONResponse({"error": "away"}, status_code=503)
        if self.last_error == "busy":
            return JSONResponse({"error": "busy"}, status_code=429, headers=_limits())
        if self.last_error == "refuse":
            return JSONResponse({"error": "refused"}, status_code=422)
        if self.last_error == "slow":
            await asyncio.sleep(3600)
        return None

    async def instance(self, request: Request) -> Response:
        about = {"uri": "mastodon.example", "version": "4.4.0", "api_versions": {"mastodon": 6}}
        return JSONResponse(about)

    async def take_media(self, request: Request) -> Response:
        async with request.form() as form:
            data, description = await form["file"].read(), form["description"]
        identifier = str(len(self.media) + 1)
        self.media[identifier] = {"bytes": len(data), "description": description}
        return JSONResponse(_media(identifier, description))

    async def get_media(self, request: Request) -> Response:
        identifier = request.path_params["id"]
        return JSONResponse(_media(identifier, self.media[identifier]["description"]))

    async def take_status(self, request: Request) -> Response:
        if self.last_error in ("away", "busy", "refuse"):
            failed = await self._fail()
            assert failed is not None
            return failed
        form = await request.form()
        key = request.headers["idempotency-key"]
        if key in self.keys and not self.forgetful:
            return JSONResponse(self.keys[key])
        number = str(len(self.statuses) + 1)
        status = {
            "id": number,
            "url": f"https://mastodon.example/@alien/{number}",
            "uri": f"https://mastodon.example/users/alien/statuses/{number}",
            "content": f"<p>{form['status']}</p>",
            "visibility": form["visibility"],
            "media": form.getlist("media_ids[]"),
            "account": ACCOUNT,
            "created_at": "2026-11-24T00:00:00.000Z",
        }
        self.statuses.append(status)
        self.keys[key] = status
        await self._fail()
        return JSONResponse(status)

    async def account(self, request: Request) -> Response:
        if self.last_error == "unreadable":
            return JSONResponse({"error": "outside the authorized scopes"}, status_code=403)
        return JSONResponse(ACCOUNT)

    async def own_statuses(self, request: Request) -> Response:
        newest = self.statuses[::-1]
        oldest = request.query_params.get("max_id")
        if oldest is not None:
            newest = [status for status in newest if int(status["id"]) < int(oldest)]
        return JSONResponse(newest[: int(request.query_params["limit"])])

    async def session(self, request: Request) -> Response:
        wanted = await request.json()
        if wanted["password"] != "secret":
            return JSONResponse({"error": "AuthenticationRequired"}, status_code=401)
        token = _token()
        return JSONResponse(
            {"accessJwt": token, "refreshJwt": token, "handle": "alien.test", "did": DID}
        )

    async def take_blob(self, request: Request) -> Response:
        data = await request.body()
        content = hashlib.sha256(data).hexdigest()
        self.blobs.append({"bytes": len(data), "sha256": content})
        blob = {
            "$type": "blob",
            "ref": {"$link": "bafkreibme22gw2h7y2h7tg2fhqotaqjucnbc24deqo72b6mkl2egezxhvy"},
            "mimeType": "image/jpeg",
            "size": len(data),
        }
        return JSONResponse({"blob": blob})

    async def put_record(self, request: Request) -> Response:
        if self.last_error in ("away", "busy", "refuse"):
            failed = await self._fail()
            assert failed is not None
            return failed
        wanted = await request.json()
        self.records[wanted["rkey"]] = wanted["record"]
        await self._fail()
        uri = f"at://{DID}/{wanted['collection']}/{wanted['rkey']}"
        cid = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"
        return JSONResponse({"uri": uri, "cid": cid})

    async def take_hook(self, request: Request) -> Response:
        if self.last_error in ("away", "busy", "refuse"):
            failed = await self._fail()
            assert failed is not None
            return failed
        body = await request.body()
        self.hooks.append({"headers": dict(request.headers), "body": body.decode()})
        await self._fail()
        return Response(status_code=204)

    async def redirect(self, request: Request) -> Response:
        return RedirectResponse(request.query_params["to"], status_code=307)


def _media(identifier: str, description: str) -> dict:
    return {
        "id": identifier,
        "type": "image",
        "url": f"https://mastodon.example/media/{identifier}.jpg",
        "preview_url": None,
        "remote_url": None,
        "meta": {},
        "description": description,
        "blurhash": None,
    }


def _token() -> str:
    """A token whose end lies far away; nobody checks its signature."""

    def part(content: dict) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part({'sub': DID, 'exp': 4_000_000_000, 'iat': 1})}.c2ln"


def _limits() -> dict[str, str]:
    return {
        "Retry-After": "120",
        "X-RateLimit-Limit": "300",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": "2036-11-24T00:00:00.000Z",
        "Date": formatdate(usegmt=True),
    }


if __name__ == "__main__":
    uvicorn.run(Remotes().app(), host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
