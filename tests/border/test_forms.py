"""Hostile forms and query strings: an answer that says what became of them, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.border.asking import CANARY, PASSWORD, Asked, Headers, asked
from tests.databases import new_database

URLENCODED = (b"content-type", b"application/x-www-form-urlencoded")

values = st.one_of(
    st.sampled_from(
        [
            *("", "0", "-1", "1", "1e309", "nan", "inf", "9" * 40, "\u0661", "\xb2", "1.0", "0x1"),
            *("\0", "a\0b", "\x1b[2J", "\u202e", "\ufffd", "x" * 300, "é" * 700, "ada", "ada:1"),
            *("ada:2", "hidden", "shown", "left", "tie", "again", "15m", "1e400s", "9" * 30 + "d"),
            *("'; DROP TABLE works; --", "<script>alert(1)</script>", "{{7*7}}", "=1+1", "..", "/"),
        ]
    ),
    st.text(st.characters(codec="utf-8"), max_size=12),
)
"""Also what a browser sends for characters that no form may hold."""

names = st.sampled_from(
    [
        *("ballot", "choice", "artist", "number", "deed", "who", "password", "csrf", "visibility"),
        *("reason", "decision", "act", "beta", "feedback", "every", "quiet", "timezone", "jitter"),
        *("candidates", "temperature", "daily_budget", "burst", "rest", "floor", "pool_size", "x"),
    ]
)
fields = st.dictionaries(names, values, max_size=6)

FORMS = [
    *(b"/vote", b"/favourites", b"/admin/sign-in", b"/admin/sign-out", b"/study/answers?rater=1"),
    *(b"/admin/artists/ada/tuning", b"/admin/artists/ada/undo", b"/admin/artists/nobody/pause"),
    *(b"/admin/artists/ada/pause", b"/admin/artists/ada/resume", b"/admin/works/ada/1"),
    *(b"/admin/works/ada/999", b"/admin/publications/ada/1/mastodon", b"/study/answers"),
]

PAGES = [
    *(b"/", b"/artists/ada", b"/concepts/sea", b"/search", b"/votes", b"/vote", b"/wall", b"/map"),
    *(b"/artists/ada/lineage", b"/artists/ada/numbers", b"/works/ada/1/like", b"/api/v1/works"),
    *(b"/api/v1/search", b"/api/v1/works/ada/1/similar", b"/api/v1/artists", b"/admin/artists/ada"),
    *(b"/feed.atom", b"/static/gallery.css", b"/artists/ada/studio", b"/study/", b"/favourites"),
]
PARAMETERS = st.sampled_from(
    [
        *(
            "before",
            "until",
            "question",
            "by",
            "every",
            "cursor",
            "limit",
            "q",
            "artist",
            "concept",
        ),
        *("beta", "timezone", "quiet", "v", "mark", "rater"),
    ]
)

multipart = st.sampled_from(
    [
        (b"multipart/form-data", b""),
        (b"multipart/form-data; boundary=", b"----"),
        (b"multipart/form-data; boundary=b", b"--b\r\n\r\n--b--"),
        (b"multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="who"'),
        (
            b"multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="choice"; filename="x"\r\n\r\n1\r\n--b--',
        ),
        (
            b"multipart/form-data; boundary=b; charset=utf-99",
            b"--b\r\nA: b\r\n\r\n\xff\r\n--b--\r\n",
        ),
        (b"application/json", b'{"choice": "left"}'),
        (b"application/x-www-form-urlencoded; charset=utf-7", b"choice=+AGE-"),
        (b"text/csv", b"page,question\n1,\0"),
    ]
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def gallery(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asked]:
    folder: Path = tmp_path_factory.mktemp(f"forms-{request.param}")
    with asked(folder, new_database(request, folder, request.param)) as opened:
        yield opened


def signed_in(gallery: Asked) -> tuple[bytes, bytes]:
    return (b"cookie", f"desk={gallery.desk}".encode())


def check(gallery: Asked, target: bytes, headers: Headers, body: bytes) -> None:
    before = gallery.catalogue.votes.count()
    answer = gallery.ask("POST", target, headers, body)
    assert answer.status < 500
    assert CANARY.encode() not in answer.everything and PASSWORD.encode() not in answer.everything
    assert b"<script>alert" not in answer.body
    assert gallery.catalogue.votes.count() == before


@given(st.sampled_from(FORMS), fields, st.booleans())
def test_no_form_breaks_the_gallery(
    gallery: Asked, target: bytes, sent: dict[str, str], admin: bool
) -> None:
    headers = [URLENCODED]
    if admin and target != b"/admin/sign-out":
        headers.append(signed_in(gallery))
        sent = {"csrf": gallery.csrf, **sent}
    check(gallery, target, headers, urlencode(sent).encode())


@given(
    st.sampled_from(FORMS),
    st.one_of(
        multipart,
        st.tuples(st.just(URLENCODED[1]), st.binary(max_size=60)),
        st.tuples(st.just(b"multipart/form-data; boundary=b"), st.binary(max_size=60)),
    ),
    st.booleans(),
)
def test_no_body_breaks_the_gallery(
    gallery: Asked, target: bytes, sent: tuple[bytes, bytes], admin: bool
) -> None:
    media_type, body = sent
    headers = [(b"content-type", media_type), *([signed_in(gallery)] if admin else [])]
    check(gallery, target, headers, body)


@given(st.sampled_from(PAGES), st.dictionaries(PARAMETERS, values, max_size=3), st.booleans())
def test_no_query_breaks_a_page(
    gallery: Asked, target: bytes, asked_for: dict[str, str], admin: bool
) -> None:
    query = urlencode(asked_for).encode()
    headers = [signed_in(gallery)] if admin else []
    answer = gallery.ask("GET", target + b"?" + query, headers)
    assert answer.status < 500 or (answer.status, b"memory" in answer.body) == (503, True)
    assert CANARY.encode() not in answer.everything
    assert b"<script>alert" not in answer.body or b"json" in answer.headers["content-type"].encode()


@given(st.sampled_from(PAGES), st.binary(max_size=40))
def test_no_bytes_for_a_query_break_a_page(gallery: Asked, target: bytes, query: bytes) -> None:
    answer = gallery.ask("GET", target + b"?" + query)
    assert answer.status < 500 or (answer.status, b"memory" in answer.body) == (503, True)


@given(
    st.sampled_from(["original", "harmonious"]),
    st.one_of(st.sampled_from(["left", "right", "tie"]), values),
    st.one_of(st.none(), values, st.integers(0, 200)),
    st.booleans(),
)
@example("original", "tie", None, False)
def test_a_vote_counts_or_its_voter_is_told(
    gallery: Asked, question: str, choice: str, damage: str | int | None, twice: bool
) -> None:
    """`damage` cuts the ballot off somewhere, or replaces it."""
    page = gallery.ask("GET", f"/vote?question={question}".encode())
    cookie = page.headers["set-cookie"].partition(";")[0].encode()
    offered = re.findall(r'name="ballot" value="([^"]+)"', page.body.decode())[0]
    ballot = offered if damage is None else damage
    ballot = offered[:ballot] if isinstance(ballot, int) else ballot
    form = urlencode({"ballot": ballot, "choice": choice}).encode()
    before = gallery.catalogue.votes.count()
    for _ in range(1 + twice):
        answer = gallery.ask("POST", b"/vote", [URLENCODED, (b"cookie", cookie)], form)
        counted = gallery.catalogue.votes.count() - before
        if ballot == offered and choice in ("left", "right", "tie"):
            assert (answer.status, counted) == (303, 1)
        else:
            assert (answer.status, counted) == (400, 0)
            assert b"<h1>" in answer.body


def test_all_that_was_counted_goes_into_the_archive(gallery: Asked) -> None:
    box = gallery.app.state.gallery.ballots
    box.flush()
    assert gallery.catalogue.votes.not_archived(limit=9) == []
    archived = [
        ballot.id
        for event in box._archive.events(kind="votes")
        for ballot in event.ballots  # type: ignore[union-attr]
    ]
    assert sorted(archived) == sorted(vote.id for vote in gallery.catalogue.votes.all())


@given(values)
def test_a_rater_is_known_or_refused(gallery: Asked, rater: str) -> None:
    answer = gallery.ask("POST", f"/study/answers?rater={quote(rater)}".encode(), body=b"page\n1\n")
    assert answer.status == 400
