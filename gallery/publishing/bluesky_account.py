"""A Bluesky account that stays logged in: its session is kept, renewed, and made anew only at need.

Bluesky allows 300 logins a day. The session is kept in the catalogue, since several workers share
it there; it is encrypted with a key derived from the app password, so that a copy of the catalogue
is of no use without it, and a new app password ends the kept session.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from gallery.publishing.channel import ChannelRefused, Rejected, RetryLater
from storage.catalogue import Channels

if TYPE_CHECKING:
    from atproto import Client
    from cryptography.fernet import Fernet

    from gallery.publishing.clients import HttpxTransport

Answer = TypeVar("Answer")

_PASSING: Final = (408, 409, 425, 429)
_EXPIRED: Final = ("ExpiredToken", "InvalidToken")
_GONE: Final = (
    "AccountDeactivated",
    "AccountSuspended",
    "AccountTakedown",
    "RepoDeactivated",
    "RepoSuspended",
    "RepoTakendown",
)


class SessionStore(Protocol):
    """Keeps one session over restarts."""

    def load(self) -> str:
        """The session that was kept; empty: none."""
        ...

    def save(self, session: str) -> None:
        """Keep a session."""
        ...


class NoStore:
    """Keeps no session."""

    def load(self) -> str:
        """Empty."""
        return ""

    def save(self, session: str) -> None:
        """Do nothing."""


class CatalogueStore:
    """Keeps the session of a channel in the catalogue, encrypted with its account's password."""

    def __init__(self, channels: Channels, name: str, *, account: str, password: str) -> None:
        self._channels = channels
        self._name = name
        self._account = account
        self._password = password

    @cached_property
    def _cipher(self) -> Fernet:
        from cryptography.fernet import Fernet

        key = hashlib.scrypt(
            self._password.encode(), salt=self._account.encode(), n=2**14, r=8, p=1, dklen=32
        )
        return Fernet(base64.urlsafe_b64encode(key))

    def load(self) -> str:
        """The session that was kept; empty if there is none, or it is another password's."""
        from cryptography.fernet import InvalidToken

        kept = self._channels.session(self._name)
        try:
            return self._cipher.decrypt(kept.encode()).decode() if kept else ""
        except InvalidToken:
            return ""

    def save(self, session: str) -> None:
        """Keep a session."""
        self._channels.keep_session(
            self._name, self._cipher.encrypt(session.encode()).decode("ascii")
        )


class Account:
    """One account; its client logs in when it is first needed."""

    def __init__(
        self,
        service: str,
        handle: str,
        password: str,
        *,
        transport: HttpxTransport,
        store: SessionStore,
    ) -> None:
        self.service = service
        self.handle = handle
        self._password = password
        self._transport = transport
        self._store = store
        self._imported = ""

    @cached_property
    def _client(self) -> Client:
        from atproto import Client, Request

        client = Client(self.service, request=Request(transport=self._transport, trust_env=False))

        client.on_session_change(self._keep)
        return client

    def _keep(self, event: Any, session: Any) -> None:
        """Keep each new session."""
        if event.value != "import":
            self._imported = session.encode()
            self._store.save(self._imported)

    def ask(self, call: Callable[[Client], Answer]) -> Answer:
        """Call with a client that is logged in; an expired session is renewed first.

        Raises:
            RetryLater: no answer, or a passing failure.
            ChannelRefused: handle and password, or the account, are refused.
            Rejected: any other error.
        """
        for way in (self._go_on, self._adopt, self._refresh, self._log_in):
            is_last = way == self._log_in
            try:
                if not way():
                    continue
            except Exception as error:
                if is_last or not _is_expired(error):
                    raise self._translated(error, logging_in=is_last) from error
                continue
            try:
                return call(self._client)
            except Exception as error:
                if is_last or not _is_expired(error):
                    raise self._translated(error) from error
        raise AssertionError("a login returns or raises")

    def close(self) -> None:
        """Close the connections."""
        if "_client" in self.__dict__:
            self._client.request.close()

    def _go_on(self) -> bool:
        """Whether this process has a session."""
        return bool(self._imported)

    def _adopt(self) -> bool:
        """Take the session that was kept, by this process or another, unless it was just tried."""
        kept = self._store.load()
        if not kept or kept == self._imported:
            return False
        try:
            self._client.login(session_string=kept, fetch_bsky_profile=False)
        except ValueError:
            return False  # of an earlier form
        self._imported = kept
        return True

    def _refresh(self) -> bool:
        """Renew the session by its refresh token; False without one."""
        if not self._imported:
            return False
        self._client._refresh_and_set_session()
        return True

    def _log_in(self) -> bool:
        # A new client: the one with a session would send its token, and to the account's server.
        self.close()
        self.__dict__.pop("_client", None)
        self._client.login(self.handle, self._password, fetch_bsky_profile=False)
        return True

    def _translated(self, error: Exception, *, logging_in: bool = False) -> Exception:
        from atproto_client import exceptions

        if not isinstance(error, exceptions.RequestErrorBase):
            return error
        if error.response is None:
            return RetryLater(f"{self.service} can't be reached: {type(error).__name__}")
        status = error.response.status_code
        answer = f"{self.service} answered {status}{_message(error)}"
        if status in _PASSING or status >= 500:
            return RetryLater(answer, seconds=_asked_wait(error.response.headers))
        if logging_in and status in (400, 401):
            return ChannelRefused(
                f"{answer}. {self.handle} can't log in: make an app password in Bluesky's settings,"
                " under Privacy and security, set it in the environment, and start the artist again"
            )
        if status in (401, 403) or _code(error) in _GONE:
            return ChannelRefused(f"{answer}. Look at the account {self.handle}")
        return Rejected(answer)


def _is_expired(error: Exception) -> bool:
    """Whether a new session may help."""
    from atproto_client import exceptions

    if isinstance(error, exceptions.LoginRequiredError):
        return True
    if not isinstance(error, exceptions.RequestErrorBase) or error.response is None:
        return False
    status = error.response.status_code
    return status == 401 or (status == 400 and _code(error) in _EXPIRED)


def _asked_wait(headers: dict[str, Any]) -> float | None:
    """Seconds until the limit ends, as `retry-after` or `ratelimit-reset` (a moment) tell."""
    after, reset = str(headers.get("retry-after", "")), str(headers.get("ratelimit-reset", ""))
    if after.isdecimal():
        return float(after)
    return max(0.0, float(reset) - time.time()) if reset.isdecimal() else None


def _code(error: Any) -> str:
    return str(getattr(getattr(error.response, "content", None), "error", "") or "")


def _message(error: Any) -> str:
    message = getattr(getattr(error.response, "content", None), "message", "")
    return f": {message}" if message else ""
