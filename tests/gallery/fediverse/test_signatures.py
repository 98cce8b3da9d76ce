"""Signatures by the example of the draft (draft-cavage-http-signatures-12, appendix C)."""

from __future__ import annotations

import calendar
import dataclasses

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from gallery.fediverse.signatures import Request, SignatureRefused, claim_of

KEY = b"""-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----
"""
SIGNATURE = (
    "vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEU"
    "HFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE="
)
THEN = float(calendar.timegm((2014, 1, 5, 21, 31, 40)))
EXAMPLE = Request(
    "POST",
    "https://example.com",
    "/foo?param=value&pet=dog",
    {
        "host": "example.com",
        "date": "Sun, 05 Jan 2014 21:31:40 GMT",
        "content-type": "application/json",
        "digest": "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
        "content-length": "18",
        "signature": (
            'keyId="Test",algorithm="rsa-sha256",headers="(request-target) host date content-type'
            f' digest content-length",signature="{SIGNATURE}"'
        ),
    },
    b'{"hello": "world"}',
)


def changed(**headers: str) -> Request:
    return dataclasses.replace(EXAMPLE, headers={**EXAMPLE.headers, **headers})


def test_the_example_of_the_draft() -> None:
    claim = claim_of(EXAMPLE, now=THEN)
    assert claim.key_id == "Test"
    load_pem_public_key(KEY).verify(claim.signature, claim.signed, PKCS1v15(), SHA256())
    assert not claim.is_by(KEY.decode()), "a key of 1024 bits is no longer taken"


def test_a_proxy_may_replace_the_host() -> None:
    signed = claim_of(EXAMPLE, now=THEN).signed
    assert claim_of(changed(host="127.0.0.1:8000"), now=THEN).signed == signed


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "x",
        EXAMPLE.headers["signature"].replace("rsa-sha256", "hmac-sha256"),
        EXAMPLE.headers["signature"].replace("(request-target) ", ""),
        EXAMPLE.headers["signature"] + ',headers="date"',
        EXAMPLE.headers["signature"].replace("vSdrb", "v*drb"),
        EXAMPLE.headers["signature"].replace("content-length", "x-missing"),
        EXAMPLE.headers["signature"].replace(" date", " (created)"),
    ],
)
def test_what_is_refused(signature: str) -> None:
    with pytest.raises(SignatureRefused):
        claim_of(changed(signature=signature), now=THEN)


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 05 Jan 2014 99:31:40 GMT", "1" * 400])
def test_dates_that_are_none(date: str) -> None:
    with pytest.raises(SignatureRefused):
        claim_of(changed(date=date), now=THEN)


COVERED = '("@method" "@target-uri" "content-digest")'


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (f'sig1={COVERED};created={THEN:.0f};keyid="k"', None),
        (
            'sig1=("@method" "@authority" "@path" "content-digest");created=1388957500;keyid="k"',
            None,
        ),
        (f'sig1={COVERED};keyid="k"', "no time"),
        (f'sig1={COVERED};created=1;keyid="k"', "time"),
        (f'sig1={COVERED};created={THEN:.0f};expires=5;keyid="k"', "expired"),
        (f'sig1={COVERED};created={THEN:.0f};alg="hmac-sha256"', "algorithm"),
        (f"other={COVERED};created={THEN:.0f}", "form"),
        (f'sig1=("@target-uri" "content-digest");created={THEN:.0f}', "@method"),
        (f'sig1=("@method" "@target-uri");created={THEN:.0f}', "content-digest"),
        (f'sig1=("@method" "content-digest" "@authority");created={THEN:.0f}', "@path"),
        (f'sig1=("@method" "@method" "@target-uri" "content-digest");created={THEN:.0f}', "twice"),
        (
            f'sig1=("@method" "@status" "@target-uri" "content-digest");created={THEN:.0f}',
            "@status",
        ),
        ("sig1", "form"),
        ('sig1=("@method";req "@target-uri" "content-digest")', "form"),
    ],
)
def test_rfc_9421(given: str, why: str | None) -> None:
    digest = EXAMPLE.headers["digest"].removeprefix("SHA-256=")
    request = changed(
        **{
            "signature-input": given,
            "signature": "sig1=:AAAA:",
            "content-digest": f"sha-256=:{digest}:",
        }
    )
    if why is None:
        base = claim_of(request, now=THEN).signed.decode().splitlines()
        assert base[0] == '"@method": POST'
        assert base[-1] == f'"@signature-params": {given.removeprefix("sig1=")}'
        return
    with pytest.raises(SignatureRefused, match=why):
        claim_of(request, now=THEN)


def test_rfc_9421_with_another_digest() -> None:
    given = f'sig1={COVERED};created={THEN:.0f};keyid="k"'
    for digest in ("sha-256=:AAAA:", "sha-512=:AAAA:", ""):
        request = changed(
            **{"signature-input": given, "signature": "sig1=:AAAA:", "content-digest": digest}
        )
        with pytest.raises(SignatureRefused, match="digest"):
            claim_of(request, now=THEN)
