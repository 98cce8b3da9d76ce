"""Local servers with the parts of the remotes' APIs that posting needs; they record all posts.

`python remotes.py PORT` serves them all; tests read the records at `/told`.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import sys
import time
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
    answers), `busy` (429), `refuse` (422), `unreadable` (own posts can't be listed), `revoked`
    (401). `looks` is how many more times a picture is asked for until it is processed; `hasty`
    are the statuses refused because of it, with the words `refusal`.
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
        self.looks = 0
        self.hasty = self.looks_after_refusal = 0
        self.refusal = "Cannot attach files that have not finished processing."
        self.bot = True
        self.logins: list[str] = []
        self.refreshes = 0
        self.access: set[str] = set()
        self.refresh: set[str] = set()
        self.labels: list[str] = ["bot"]

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
                Route("/xrpc/com.atproto.server.refreshSession", self.renew, methods=["POST"]),
                Route("/xrpc/com.atproto.repo.getRecord", self.get_record),
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
        if self.last_error == "revoked":
            return JSONResponse({"error": "The access token was revoked"}, status_code=401)
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
        return JSONResponse(_media(identifier, description, ready=not self.looks))

    async def get_media(self, request: Request) -> Response:
        identifier = request.path_params["id"]
        if identifier not in self.media:
            return JSONResponse({"error": "Record not found"}, status_code=404)
        ready, self.looks = not self.looks, max(0, self.looks - 1)
        return JSONResponse(_media(identifier, self.media[identifier]["description"], ready=ready))

    async def take_status(self, request: Request) -> Response:
        if self.last_error in ("away", "busy", "refuse", "revoked"):
            failed = await self._fail()
            assert failed is not None
            return failed
        if self.hasty:
            self.hasty -= 1
            self.looks, self.looks_after_refusal = self.looks_after_refusal, 0
            return JSONResponse({"error": self.refusal}, status_code=422)
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
        if self.last_error == "revoked":
            return JSONResponse({"error": "The access token was revoked"}, status_code=401)
        return JSONResponse({**ACCOUNT, "bot": self.bot})

    async def own_statuses(self, request: Request) -> Response:
        newest = self.statuses[::-1]
        oldest = request.query_params.get("max_id")
        if oldest is not None:
            newest = [status for status in newest if int(status["id"]) < int(oldest)]
        return JSONResponse(newest[: int(request.query_params["limit"])])

    async def session(self, request: Request) -> Response:
        wanted = await request.json()
        assert "authorization" not in request.headers
        self.logins.append(wanted["identifier"])
        if self.last_error == "day":
            headers = {"ratelimit-limit": "300", "ratelimit-reset": str(int(time.time()) + 7200)}
            return JSONResponse({"error": "RateLimitExceeded"}, status_code=429, headers=headers)
        if wanted["password"] != "secret":
            return JSONResponse({"error": "AuthenticationRequired"}, status_code=401)
        return JSONResponse(self._new_session())

    async def renew(self, request: Request) -> Response:
        self.refreshes += 1
        if _bearer(request) not in self.refresh:
            return JSONResponse({"error": "ExpiredToken"}, status_code=400)
        self.refresh.discard(_bearer(request))
        return JSONResponse(self._new_session())

    def _new_session(self) -> dict:
        number = len(self.logins) + self.refreshes
        access, refresh = _token(f"access {number}"), _token(f"refresh {number}")
        self.access.add(access)
        self.refresh.add(refresh)
        return {"accessJwt": access, "refreshJwt": refresh, "handle": "alien.test", "did": DID}

    def _unknown(self, request: Request) -> Response | None:
        if _bearer(request) in self.access:
            return None
        answer = {"error": "ExpiredToken", "message": "Token has expired"}
        return JSONResponse(answer, status_code=400)

    async def get_record(self, request: Request) -> Response:
        labels = {
            "$type": "com.atproto.label.defs#selfLabels",
            "values": [{"val": label} for label in self.labels],
        }
        value = {"$type": "app.bsky.actor.profile", "displayName": "Alien", "labels": labels}
        uri = f"at://{DID}/app.bsky.actor.profile/self"
        return self._unknown(request) or JSONResponse({"uri": uri, "value": value})

    async def take_blob(self, request: Request) -> Response:
        data = await request.body()
        if (refused := self._unknown(request)) is not None:
            return refused
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
        if self.last_error in ("away", "busy", "refuse", "revoked"):
            failed = await self._fail()
            assert failed is not None
            return failed
        if (refused := self._unknown(request)) is not None:
            return refused
        wanted = await request.json()
        self.records[wanted["rkey"]] = wanted["record"]
        await self._fail()
        uri = f"at://{DID}/{wanted['collection']}/{wanted['rkey']}"
        cid = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"
        return JSONResponse({"uri": uri, "cid": cid})

    async def take_hook(self, request: Request) -> Response:
        if self.last_error in ("away", "busy", "refuse", "revoked"):
            failed = await self._fail()
            assert failed is not None
            return failed
        body = await request.body()
        self.hooks.append({"headers": dict(request.headers), "body": body.decode()})
        await self._fail()
        return Response(status_code=204)

    async def redirect(self, request: Request) -> Response:
        return RedirectResponse(request.query_params["to"], status_code=307)


def _bearer(request: Request) -> str:
    return request.headers["authorization"].removeprefix("Bearer ")


def _media(identifier: str, description: str, *, ready: bool) -> dict:
    return {
        "id": identifier,
        "type": "image",
        "url": f"https://mastodon.example/media/{identifier}.jpg" if ready else None,
        "preview_url": None,
        "remote_url": None,
        "meta": {},
        "description": description,
        "blurhash": None,
    }


def _token(name: str) -> str:
    """A token that does not expire soon; its signature is not checked."""

    def part(content: dict) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    claims = {"sub": DID, "exp": 4_000_000_000, "iat": 1, "jti": name}
    return f"{part({'alg': 'none'})}.{part(claims)}.c2ln"


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
