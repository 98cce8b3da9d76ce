"""WebSub (W3C): a hub is told when feeds have a new work, and passes it on to their subscribers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

import httpx2

from gallery.middleware.response_cache import SECONDS
from gallery.publishing.channel import ChannelRefused, RetryLater, judge
from gallery.publishing.post import Post
from gallery.urls import Urls
from worker import outgoing
from worker.config.publishing import WEBSUB

_SECONDS: Final = 20.0
_KINDS: Final = ("atom", "json")


@dataclass(frozen=True)
class WebSub:
    """Tells a hub of the feeds that list a work; the hub compares them, so twice is safe."""

    hub: str
    to: Urls
    name: str = WEBSUB

    def send(self, post: Post, *, again: bool) -> str:
        """Tell the hub of every feed that lists the work now."""
        fields = [("hub.mode", "publish"), *(("hub.url", feed) for feed in self.feeds(post))]
        body = urlencode(fields).encode()
        # A feed that is cached from before the work would tell the hub that there is nothing new.
        time.sleep(min(max(0.0, post.work.created_at + 2 * SECONDS - time.time()), 2 * SECONDS))
        try:
            with outgoing.client(seconds=_SECONDS, largest=4096, trusted=self.hub) as client:
                answer = client.post(self.hub, content=body, headers=_FORM)
        except outgoing.NotAllowed as error:
            raise ChannelRefused(f"the WebSub hub: {error}") from error
        except httpx2.TransportError as error:
            why = outgoing.why_unreachable(error)
            raise RetryLater(f"the WebSub hub can't be reached: {why}") from error
        judge(answer, "the WebSub hub", refusals=REFUSALS)
        return self.hub

    def feeds(self, post: Post) -> list[str]:
        """The addresses of the feeds: of all works, of the artist, and of each concept."""
        work, to = post.work, self.to
        folders = ["", to.artist(work.artist), *map(to.concept, work.concepts)]
        start = to.path().rstrip("/")
        return [
            to.absolute(f"{folder or start}/feed.{kind}") for folder in folders for kind in _KINDS
        ]

    def words(self, post: Post) -> str:
        """The addresses of the feeds."""
        return "\n".join(self.feeds(post))

    def check(self) -> str:
        """Say where the hub is; nothing is sent."""
        return f"{urlsplit(self.hub).netloc}; a check sends nothing"

    def close(self) -> None:
        """Do nothing: connections are closed after each delivery."""


_FORM: Final = {"content-type": "application/x-www-form-urlencoded", "user-agent": "cultural-alien"}
REFUSALS: Final = dict.fromkeys((401, 403, 404, 405, 410), "set publishing.websub anew")
"""Answers that say that the hub's address is wrong, not the message."""
