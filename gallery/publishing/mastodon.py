"""Mastodon: a status with the picture and its description.

A status that may have arrived is looked for among the account's own by the work's address; and the
same Idempotency-Key makes the server give back the first one for as long as it remembers it.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final, Literal

from gallery.publishing.channel import DeliveryUnknown, Rejected, RetryLater
from gallery.publishing.post import Post
from worker import outgoing

if TYPE_CHECKING:
    from mastodon import Mastodon as Client

    from gallery.publishing.clients import RequestsAdapter

Visibility = Literal["public", "unlisted", "private"]

_OLDEST: Final = "3.1.4"
_TEXT: Final = 480
_LARGEST_PICTURE: Final = 8_000_000
_LARGEST_ALT: Final = 1500
_SECONDS: Final = 20.0
_LARGEST_ANSWER: Final = 8 * 2**20
_LOOKED_AT: Final = 200
_PAGE: Final = 40
_LOOKS: Final = 30
_LOOK_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Mastodon:
    """One account on one server. The token needs write:statuses, write:media, read:accounts."""

    server: str
    token: str = field(repr=False)
    visibility: Visibility = "unlisted"
    name: str = "mastodon"

    @cached_property
    def _adapter(self) -> RequestsAdapter:
        from gallery.publishing.clients import RequestsAdapter

        return RequestsAdapter(
            outgoing.transport_to(self.server, seconds=_SECONDS, largest=_LARGEST_ANSWER)
        )

    @cached_property
    def _client(self) -> Client:
        """The client. It takes a server that does not tell its version for one of long ago.

        So such a server is said to be away.
        """
        import requests
        from mastodon import Mastodon as Client
        from mastodon import errors

        session = requests.Session()
        session.trust_env = False
        for scheme in ("http://", "https://"):
            session.mount(scheme, self._adapter)
        client = Client(
            session=session,
            access_token=self.token,
            api_base_url=self.server,
            mastodon_version=_OLDEST,
            ratelimit_method="throw",
            version_check_mode="created",
            user_agent="cultural-alien",
        )
        try:
            client.retrieve_mastodon_version(fail_hard=True)
        except errors.MastodonError as error:
            client.session.close()
            raise RetryLater(f"{self.server} does not tell its version: {_said(error)}") from error
        return client

    def send(self, post: Post, *, again: bool) -> str:
        """Post a status, unless an earlier attempt has."""
        self._adapter.begin()
        if again and (found := self._find(post)) is not None:
            return found
        media = self._upload(post)
        try:
            status = self._ask(
                "status_post",
                post.text(_TEXT),
                media_ids=[media],
                visibility=self.visibility,
                language="en",
                idempotency_key=hashlib.sha256(post.id.encode()).hexdigest(),
            )
        except _Broken as error:
            # It may have arrived: the next attempt will look, before it posts again.
            raise RetryLater(str(error)) from error
        return str(status.url or status.uri)

    def _upload(self, post: Post) -> str:
        """Give the server the picture and its description; the id is good once it was processed."""
        picture, _, _ = post.jpeg(_LARGEST_PICTURE)
        media = self._ask(
            "media_post",
            picture,
            mime_type="image/jpeg",
            description=post.alt[:_LARGEST_ALT],
            file_name=f"{post.work.artist}-{post.work.number}.jpg",
        )
        for _ in range(_LOOKS):
            if media.url is not None:
                return str(media.id)
            time.sleep(_LOOK_SECONDS)
            media = self._ask("media", media.id)
        raise RetryLater(f"{self.server} takes its time with the picture")

    def close(self) -> None:
        """Let go of the connections."""
        if "_client" in self.__dict__:
            self._client.session.close()

    def _find(self, post: Post) -> str | None:
        """Address of the account's status that links to the work; None if there is none."""
        try:
            account = self._ask("account_verify_credentials")
            oldest = None
            for _ in range(0, _LOOKED_AT, _PAGE):
                page = self._ask("account_statuses", account.id, max_id=oldest, limit=_PAGE)
                for status in page:
                    if post.address in _links(status.content or ""):
                        return str(status.url or status.uri)
                if len(page) < _PAGE:
                    return None
                oldest = page[-1].id
        except Rejected as error:
            raise DeliveryUnknown(
                f"an earlier attempt may have arrived, and its own posts can't be read: {error}"
            ) from error
        return None

    def _ask(self, call: str, *args: Any, **options: Any) -> Any:
        """Call the server, its failures told apart by what can be done about them."""
        from mastodon import errors

        try:
            return getattr(self._client, call)(*args, **options)
        except errors.MastodonRatelimitError as error:
            raise RetryLater(f"{self.server} wants us to wait: {error}") from error
        except errors.MastodonServerError as error:
            raise _Broken(f"{self.server} has trouble: {_said(error)}") from error
        except (errors.MastodonNetworkError, errors.MastodonReadTimeout) as error:
            raise _Broken(f"{self.server} can't be reached: {_said(error)}") from error
        except errors.MastodonError as error:
            raise Rejected(f"{self.server} refuses {call}: {_said(error)}") from error


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.targets.append(dict(attrs).get("href") or "")
        elif tag in ("br", "p"):
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        self.text += data


def _links(content: str) -> set[str]:
    """What a status links to, whole; its words, too, since some servers link nothing."""
    links = _Links()
    links.feed(content)
    links.close()
    return {*links.targets, *links.text.split()}


class _Broken(RetryLater):
    """No answer: what was asked for may have happened."""


def _said(error: Exception) -> str:
    """What an error says, without the tuple of everything that it was made from."""
    return " ".join(str(part) for part in error.args[:3]) or type(error).__name__
