"""Hostile headers and cookies, on every kind of page: never a traceback, never a secret."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.border.asking import CANARY, Asked, asked

EVIL = b"evil.example"

TARGETS = [
    *(b"/", b"/feed.atom", b"/feed.json", b"/artists/ada", b"/concepts/sea", b"/works/ada/1"),
    *(b"/concepts/sea/feed.atom", b"/artists/ada/works.csv", b"/map.json", b"/votes", b"/vote"),
    *(b"/works/ada/1/original", b"/works/ada/2", b"/favourites", b"/search?q=sea", b"/robots.txt"),
    *(b"/api/v1/works", b"/api/v1/nothing", b"/static/gallery.css", b"/static/wall.js?v=1"),
    *(b"/study/", b"/study/answers", b"/study/pairs.csv", b"/sitemap.xml", b"/sitemaps/ada/0.xml"),
    *(b"/admin", b"/admin/sign-in", b"/admin/review", b"/health", b"/nothing", b"/votes.csv"),
]

NUMBERS = [b"0", b"-1", b"1", b"1e9", b"9" * 30, b"\xb2", b"\xb9\xb2", b" 7 ", b"+3", b"0x10", b""]
DATES = [
    *(b"Sat, 28 Nov 2026 12:00:00 GMT", b"Sat, 28 Nov 0001 12:00:00 GMT", b"yesterday"),
    *(b"Sat, 28 Nov 99999 12:00:00 GMT", b"Sat, 28 Nov 2026 12:00:00 +9999999999999999999"),
    *(b"Fri, 31 Dec 9999 23:59:59 -2359", b"Sat, 1 Jan 0001 00:00:00 +2359", b"1 1 1 1 1 1"),
]
TAGS = [b'"x"', b'W/"x"', b"*", b"", b",", b'"', b"W/", b'"a", "b",', b'W/"1"']
RANGES = [b"bytes=0-", b"bytes=-1", b"bytes=9-3", b"bytes=0-0,0-0", b"bytes=" + b"0-1," * 400]
HOSTS = [
    *(b"", b"[", b"[::1", b"[::1]:80", b"a b", b"a:b:c", b"a:99999999", b'"><script>', b"a/b?c#d"),
    *(b"user@host", b"a\\b", b"\xff\xfe", b"art.example.org:", b"x" * 3000, b"%00", b"a%2fb"),
]
COOKIES = [
    *(b"visitor=", b"visitor=a.b", b"visitor=\xff.\xfe", b"desk=x; desk=y", b"favourites=W10.x"),
    *(b"favourites=.", b"=;=;", b'visitor="\\000\\777"', b"desk=" + b"a" * 5000, b"visitor"),
]

junk = st.binary(max_size=30).map(lambda value: value.translate(None, b"\r\n\0"))


def headers_of(names: list[bytes], values: list[bytes]) -> st.SearchStrategy[tuple[bytes, bytes]]:
    return st.tuples(st.sampled_from(names), st.one_of(st.sampled_from(values), junk))


hostile = st.one_of(
    headers_of([b"content-length"], NUMBERS),
    headers_of([b"if-modified-since", b"if-unmodified-since", b"if-range"], DATES),
    headers_of([b"if-none-match", b"if-match", b"if-range"], TAGS),
    headers_of([b"range"], RANGES),
    headers_of([b"host"], HOSTS),
    headers_of([b"cookie"], COOKIES),
    headers_of([b"accept-encoding", b"accept", b"content-type"], [b"gzip;q=0", b"*", b"a/b; c="]),
    headers_of([b"sec-fetch-site", b"origin", b"referer", b"transfer-encoding"], [b"null"]),
    headers_of(
        [b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-prefix"],
        [EVIL, b"javascript", EVIL + b", " + EVIL],
    ),
    st.just((b"forwarded", b"for=1;host=" + EVIL + b";proto=javascript")),
)


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    folder = tmp_path_factory.mktemp("headers")
    with asked(folder, f"sqlite:///{folder / 'catalogue.sqlite3'}") as opened:
        yield opened


@given(
    st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "TRACE"]),
    st.sampled_from(TARGETS),
    st.lists(hostile, max_size=4, unique_by=lambda header: header[0]),
    st.booleans(),
)
@example("POST", b"/vote", [(b"content-length", b"\xb2")], False)
def test_no_header_breaks_a_page(
    gallery: Asked, method: str, target: bytes, headers: list[tuple[bytes, bytes]], admin: bool
) -> None:
    if admin and b"cookie" not in dict(headers):
        headers = [*headers, (b"cookie", f"desk={gallery.desk}".encode())]
    answer = gallery.ask(method, target, headers)
    assert answer.status < 500 or (answer.status == 503 and target.endswith(b"health"))
    assert CANARY.encode() not in answer.everything
    assert (
        EVIL not in answer.everything
        and b"javascript" not in answer.headers.get("location", "").encode()
    )
    assert b"<script>" not in answer.body
    if answer.status == 304:
        assert answer.body == b""
        assert {b"if-none-match", b"if-modified-since"} & dict(headers).keys()


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_none_is_refused(gallery: Asked, host: bytes) -> None:
    answer = gallery.ask("GET", b"/feed.atom", [(b"host", host)])
    known = (b"[::1]:80", b"art.example.org:", b"")
    assert answer.status == (200 if host in known else 400)


@given(
    st.datetimes(datetime(1970, 1, 1)), st.sampled_from([b"/feed.atom", b"/artists/ada/feed.json"])
)
def test_dates_alone_decide_in_whole_seconds(
    gallery: Asked, moment: datetime, target: bytes
) -> None:
    modified = gallery.ask("GET", target).headers["last-modified"]
    written = format_datetime(moment.replace(microsecond=0))
    answer = gallery.ask("GET", target, [(b"if-modified-since", written.encode())])
    later = moment.replace(microsecond=0) >= parsedate_to_datetime(modified).replace(tzinfo=None)
    assert answer.status == (304 if later else 200)


@given(st.lists(st.one_of(st.sampled_from(TAGS), junk), max_size=4), st.booleans())
@example([b'"x", '], False)
def test_tags_match_as_they_are_written(gallery: Asked, tags: list[bytes], known: bool) -> None:
    tag = gallery.ask("GET", b"/feed.atom").headers["etag"].encode()
    sent = b", ".join([*tags, *([tag] if known else [])])
    answer = gallery.ask("GET", b"/feed.atom", [(b"if-none-match", sent)])
    matches = known or b"*" in [part.strip() for part in sent.split(b",")]
    assert answer.status == (304 if matches else 200)
