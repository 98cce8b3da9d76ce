"""Mastodon: a status with the picture and its description.

Before a repeated attempt, the account's own statuses are searched for the work's address; and with
the same Idempotency-Key the server returns the first status while it remembers the key. A picture
that the server has not processed yet is waited for, and not uploaded again by this process.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final, Literal

from gallery.publishing.channel import ChannelRefused, DeliveryUnknown, Rejected, RetryLater
from gallery.publishing.post import USUAL_WORDING, Post, Wording
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
_UPLOADS: Final = 64
"""Most uploads that are remembered; servers drop unused ones after a day."""


class _Unprocessable(Rejected):
    """The server answered 422."""


class _Forbidden(ChannelRefused):
    """The server answered 403."""


@dataclass(frozen=True)
class Mastodon:
    """One account on one server. The token needs write:statuses, write:media, read:accounts."""

    server: str
    token: str = field(repr=False)
    visibility: Visibility = "unlisted"
    name: str = "mastodon"
    wording: Wording = USUAL_WORDING
    _uploads: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Ids of the pictures uploaded for posts that were not made yet."""

    @cached_property
    def _adapter(self) -> RequestsAdapter:
        from gallery.publishing.clients import RequestsAdapter

        return RequestsAdapter(
            outgoing.transport_to(self.server, seconds=_SECONDS, largest=_LARGEST_ANSWER)
        )

    @cached_property
    def _client(self) -> Client:
        """The client of the account.

        Raises:
            ChannelRefused: the server refuses the token.
            RetryLater: the server does not report its version; the client would assume an old one.
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
            if _status(error) == 401:
                raise self._refused(error) from error
            raise RetryLater(f"{self.server} reports no version: {_message(error)}") from error
        return client

    def send(self, post: Post, *, again: bool) -> str:
        """Post a status, unless an earlier attempt did."""
        self._adapter.begin()
        if again and (found := self._find(post)) is not None:
            return found
        media = self._upload(post)
        status = self._post(post, media)
        self._uploads.pop(post.id, None)
        return str(status.url or status.uri)

    def words(self, post: Post) -> str:
        """The text of the status."""
        return post.text(_TEXT, self.wording)

    def check(self) -> str:
        """Name the account, and say whether it is marked as automated."""
        self._adapter.begin()
        account = self._ask("account_verify_credentials")
        if not account.bot:
            raise Rejected(
                f"@{account.acct} is not marked as automated: on {self.server}, under Preferences,"
                " Public profile, Profile features, switch on “This is an automated account”"
            )
        return f"@{account.acct} on {self.server}, marked as automated"

    def _post(self, post: Post, media: str) -> Any:
        """Post the status; while the server still processes the picture, wait.

        Raises:
            RetryLater: it takes longer; the upload is kept for the next attempt.
        """
        for _ in range(_LOOKS):
            try:
                return self._ask(
                    "status_post",
                    self.words(post),
                    media_ids=[media],
                    visibility=self.visibility,
                    language="en",
                    idempotency_key=hashlib.sha256(post.id.encode()).hexdigest(),
                )
            except _Unprocessable as error:
                # The words depend on the server's language, the picture's state does not.
                if "processing" not in str(error) and self._is_processed(media):
                    raise
            time.sleep(_LOOK_SECONDS)
        raise RetryLater(f"{self.server} did not process the picture in time")

    def _upload(self, post: Post) -> str:
        """Upload the picture and its description, wait until it is processed, and return its id."""
        known = self._uploads.get(post.id)
        if known is not None:
            try:
                return self._processed(known)
            except Rejected:
                del self._uploads[post.id]  # the server has dropped it
        picture, _, _ = post.jpeg(_LARGEST_PICTURE)
        media = self._ask(
            "media_post",
            picture,
            mime_type="image/jpeg",
            description=post.alt[:_LARGEST_ALT],
            file_name=f"{post.work.artist}-{post.work.number}.jpg",
        )
        while len(self._uploads) >= _UPLOADS:
            del self._uploads[next(iter(self._uploads))]
        self._uploads[post.id] = str(media.id)
        return str(media.id) if media.url is not None else self._processed(str(media.id))

    def _processed(self, media: str) -> str:
        for _ in range(_LOOKS):
            if self._is_processed(media):
                return media
            time.sleep(_LOOK_SECONDS)
        raise RetryLater(f"{self.server} did not process the picture in time")

    def _is_processed(self, media: str) -> bool:
        return self._ask("media", media).url is not None

    def close(self) -> None:
        """Close the connections."""
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
        except (Rejected, _Forbidden) as error:
            raise DeliveryUnknown(
                f"an earlier attempt may have arrived, and its own posts can't be read: {error}"
            ) from error
        return None

    def _ask(self, call: str, *args: Any, **options: Any) -> Any:
        """Call the server, and translate its errors.

        Raises:
            RetryLater: no answer, or a passing failure; the request may have been processed.
            ChannelRefused: the server refuses the token or the account.
            Rejected: any other error.
        """
        from mastodon import errors

        try:
            return getattr(self._client, call)(*args, **options)
        except errors.MastodonRatelimitError as error:
            reset = self._client.ratelimit_reset
            raise RetryLater(
                f"{self.server} limits the rate: {error}",
                seconds=None if reset is None else max(0.0, reset - time.time()),
            ) from error
        except errors.MastodonServerError as error:
            raise RetryLater(f"{self.server} has an error: {_message(error)}") from error
        except (errors.MastodonNetworkError, errors.MastodonReadTimeout) as error:
            raise RetryLater(f"{self.server} can't be reached: {_message(error)}") from error
        except errors.MastodonError as error:
            text = f"{self.server} refuses {call}: {_message(error)}"
            match _status(error):
                case 401:
                    raise self._refused(error) from error
                case 403:
                    raise _Forbidden(
                        f"{text}. Its token needs read:accounts, read:statuses, write:media and"
                        " write:statuses, and the account must not be suspended"
                    ) from error
                case 422:
                    raise _Unprocessable(text) from error
            raise Rejected(text) from error

    def _refused(self, error: Exception) -> ChannelRefused:
        return ChannelRefused(
            f"{self.server} refuses the token: {_message(error)}. Make a new one there, under"
            " Preferences, Development, set it in the environment, and start the artist again"
        )


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
    """The targets of a status's links, and its words, since some servers make no links."""
    links = _Links()
    links.feed(content)
    links.close()
    return {*links.targets, *links.text.split()}


def _message(error: Exception) -> str:
    """The message of an error: what the client says, the status, and what the server says."""
    return " ".join(str(part) for part in error.args[:4] if part) or type(error).__name__


def _status(error: Exception) -> int:
    """The HTTP status that an error of the client holds; 0 for none."""
    return next((part for part in error.args if isinstance(part, int)), 0)
