"""Signatures of HTTP requests: draft-cavage-http-signatures-12, and RFC 9421.

Both are read as Mastodon and Fedify write them, RSASSA-PKCS1-v1_5 with SHA-256, and anything else
is refused; requests of our own are signed by the draft, which every server verifies.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

WINDOW: Final = 3600.0
"""Seconds by which the time of a signature may differ from ours, before or after."""

SMALLEST_KEY: Final = 2048
LARGEST_KEY: Final = 8192
"""Bits of a key: a smaller one is broken, and a larger one is slow to verify with."""

_OURS: Final = ("(request-target)", "host", "date", "digest")
_DRAFT_ALGORITHMS: Final = ("", "rsa-sha256", "hs2019")
_NEW_ALGORITHMS: Final = ("", "rsa-v1_5-sha256")

_PARAMETER: Final = re.compile(r'([a-zA-Z]+)=(?:"([^"]*)"|(\d+))')
_INPUT: Final = re.compile(
    r'([a-z*][a-z0-9_.*-]*)=(\(((?:"[a-z0-9@-]+" ?)*)\)((?:;[a-z]+=[^;,]+)*))'
)
_LABELLED: Final = re.compile(r"([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):")


class SignatureRefused(Exception):  # noqa: N818 - reads as what it says
    """A request is not signed, or not as it must be; the message says why."""


@dataclass(frozen=True)
class Request:
    """A request as its signature is about it.

    `origin` and `target` are the public address that it was sent to, not what a proxy made of it;
    the names of `headers` are lower-case.
    """

    method: str
    origin: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Claim:
    """What a signature says: who signed which text. It is to be verified with the key."""

    key_id: str
    signed: bytes
    signature: bytes

    def is_by(self, pem: str) -> bool:
        """Whether it was made with the private key of this public one."""
        try:
            public_key(pem).verify(self.signature, self.signed, PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True


def public_key(pem: str) -> RSAPublicKey:
    """Read a public key.

    Raises:
        ValueError: it is none, or not an RSA key of an allowed size.
    """
    try:
        key = load_pem_public_key(pem.encode())
    except Exception as error:  # the library raises errors of many types for foreign bytes
        raise ValueError(f"the public key can't be read: {error}") from error
    if not isinstance(key, RSAPublicKey) or not SMALLEST_KEY <= key.key_size <= LARGEST_KEY:
        raise ValueError(f"the public key is not RSA of {SMALLEST_KEY} to {LARGEST_KEY} bits")
    return key


def sign(request: Request, *, key_id: str, key: RSAPrivateKey) -> dict[str, str]:
    """The headers of a request with its signature by the draft; those of the request included."""
    headers = {
        **request.headers,
        "host": urlsplit(request.origin).netloc,
        "date": formatdate(time.time(), usegmt=True),
    }
    names = _OURS if request.body else _OURS[:-1]
    if request.body:
        headers["digest"] = f"SHA-256={_digest(request.body)}"
    text = _draft_text(names, Request(request.method, request.origin, request.target, headers))
    signature = base64.b64encode(key.sign(text, PKCS1v15(), SHA256())).decode()
    headers["signature"] = (
        f'keyId="{key_id}",algorithm="rsa-sha256",headers="{" ".join(names)}",'
        f'signature="{signature}"'
    )
    return headers


def claim_of(request: Request, *, now: float) -> Claim:
    """What the signature of a received request says, once all but the key is checked.

    That is: it covers method, address, time and body, the time is near `now` (seconds since 1970),
    and the body is the one that was signed.

    Raises:
        SignatureRefused: it is not so.
    """
    if "signature-input" in request.headers:
        return _claim_of_rfc_9421(request, now)
    if "signature" in request.headers:
        return _claim_of_draft(request, now)
    raise SignatureRefused("the request is not signed")


def _claim_of_draft(request: Request, now: float) -> Claim:
    given = request.headers["signature"]
    found = _PARAMETER.findall(given)
    values = {name: text or number for name, text, number in found}
    if len(values) < len(found):
        raise SignatureRefused("the signature names a parameter twice")
    if values.get("algorithm", "").lower() not in _DRAFT_ALGORITHMS:
        raise SignatureRefused(f"the algorithm {values['algorithm'][:40]!r} is not supported")
    names = values.get("headers", "date").lower().split()
    _need(names, "(request-target)", "host", "digest")
    if "date" in names:
        _check_date(request.headers.get("date", ""), now)
    elif "(created)" in names:
        _check_time(_number(values.get("created", "")), now)
    else:
        raise SignatureRefused("the signature covers no date")
    _check_digest(
        request.headers.get("digest", ""),
        request.body,
        re.compile(r"(?:^|,)\s*sha-256=([A-Za-z0-9+/=]+)", re.IGNORECASE),
    )
    if "(expires)" in names and _number(values.get("expires", "")) < now:
        raise SignatureRefused("the signature has expired")
    return Claim(
        values.get("keyId", ""),
        _draft_text(names, request, values),
        _decoded(values.get("signature", "")),
    )


def _draft_text(
    names: Iterable[str], request: Request, values: Mapping[str, str] | None = None
) -> bytes:
    values = values or {}
    special = {
        "(request-target)": f"{request.method.lower()} {request.target}",
        # Also behind a proxy that replaces it.
        "host": urlsplit(request.origin).netloc,
        "(created)": values.get("created", ""),
        "(expires)": values.get("expires", ""),
    }
    lines = []
    for name in names:
        value = special.get(name) or request.headers.get(name)
        if value is None:
            raise SignatureRefused(f"the signature covers {name!r}, which is missing")
        lines.append(f"{name}: {value}")
    return "\n".join(lines).encode()


def _claim_of_rfc_9421(request: Request, now: float) -> Claim:
    inputs = list(_INPUT.finditer(request.headers["signature-input"]))
    signatures = dict(_LABELLED.findall(request.headers.get("signature", "")))
    chosen = next((one for one in inputs if one[1] in signatures), None)
    if chosen is None:
        raise SignatureRefused("the signature is not of a form that is supported")
    names = re.findall(r'"([^"]+)"', chosen[3])
    values = {name: text or number for name, text, number in _PARAMETER.findall(chosen[4])}
    if values.get("alg", "") not in _NEW_ALGORITHMS:
        raise SignatureRefused(f"the algorithm {values['alg'][:40]!r} is not supported")
    if "@target-uri" not in names:
        _need(names, "@authority")
        if "@request-target" not in names:
            _need(names, "@path")
    _need(names, "@method", "content-digest")
    _check_time(_number(values.get("created", "")), now)
    if "expires" in values and _number(values["expires"]) < now:
        raise SignatureRefused("the signature has expired")
    _check_digest(
        request.headers.get("content-digest", ""),
        request.body,
        re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):"),
    )
    if len(set(names)) < len(names):
        raise SignatureRefused("the signature names a component twice")
    lines = [f'"{name}": {_component(name, request)}' for name in names]
    text = "\n".join([*lines, f'"@signature-params": {chosen[2]}'])
    return Claim(values.get("keyid", ""), text.encode(), _decoded(signatures[chosen[1]]))


def _component(name: str, request: Request) -> str:
    path, _, query = request.target.partition("?")
    derived = {
        "@method": request.method,
        "@target-uri": request.origin + request.target,
        "@authority": urlsplit(request.origin).netloc.lower(),
        "@scheme": urlsplit(request.origin).scheme,
        "@request-target": request.target,
        "@path": path,
        "@query": f"?{query}",
        "host": urlsplit(request.origin).netloc,
    }
    value = derived.get(name)
    if value is None and not name.startswith("@"):
        value = request.headers.get(name)
    if value is None:
        raise SignatureRefused(f"the signature covers {name!r}, which is missing")
    return value.strip()


def _need(names: Iterable[str], *needed: str) -> None:
    missing = [name for name in needed if name not in names]
    if missing:
        raise SignatureRefused(f"the signature does not cover {missing[0]}")


def _check_date(value: str, now: float) -> None:
    try:
        moment = parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError, TypeError, IndexError) as error:
        raise SignatureRefused("the request has no date") from error
    _check_time(moment, now)


def _check_time(moment: float, now: float) -> None:
    if abs(moment - now) > WINDOW:
        raise SignatureRefused(
            f"the signature's time differs from ours by more than {WINDOW / 60:.0f} minutes"
        )


def _check_digest(value: str, body: bytes, form: re.Pattern[str]) -> None:
    found = form.findall(value)
    if not found:
        raise SignatureRefused("the request has no SHA-256 digest")
    if not all(hmac.compare_digest(one, _digest(body)) for one in found):
        raise SignatureRefused("the digest is not the body's")


def _digest(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureRefused("the signature is not base64") from error


def _number(value: str) -> float:
    if not value.isdecimal() or len(value) > 15:
        raise SignatureRefused("the signature has no time")
    return float(value)
