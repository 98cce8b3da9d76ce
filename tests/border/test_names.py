"""Names that people gave, as parts of paths: through proxies, on file systems, in the gallery."""

from __future__ import annotations

import gzip
import json
import os
import posixpath
import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from unicodedata import normalize
from urllib.parse import quote, unquote, unquote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import escape
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.path_names import decode_name, encode_name, file_name
from gallery.urls import Urls
from storage.catalogue import kept_name
from storage.text import fit
from tests.gallery.conftest import Exhibition, build_exhibition

LOADED = "/\\%?#;+~. :*\"<>|&='\x00\x07\x7f\ufffd\u202e\xa0aAéÉ"
"""Characters that something or other on the way reads in its own manner."""

pieces = st.one_of(
    st.sampled_from([*LOADED, "..", "%2F", "~2F", "~", "con", "nul.txt", "index.html", "before"]),
    st.text(max_size=6),
    st.sampled_from(["e\u0301", "ß", "ss", "ſ", "İ", "ı", "👩\u200d🚀", "x" * 70]),
)
names = st.lists(pieces, min_size=1, max_size=5).map("".join)
any_text = st.text(st.characters(), max_size=300)
"""Lone surrogates, too, which no database takes."""


def nginx(path: str) -> str:
    """As `proxy_pass` with a path hands it on: decoded, put in order, written anew."""
    plain = re.sub("/+", "/", unquote(path))
    return quote(posixpath.normpath(plain), safe="/!$&'()*,:=@-._~")


def twice(path: str) -> str:
    """Two proxies behind each other, of which one is careless with a plus sign."""
    return nginx(quote(unquote_plus(path), safe="/~"))


@given(any_text)
@example("")
def test_what_is_written_is_read_again(name: str) -> None:
    assert decode_name(encode_name(name)) == name
    assert decode_name(unquote(quote(encode_name(name)))) == name


@given(any_text)
def test_nothing_on_the_way_changes_it(name: str) -> None:
    path = f"/concepts/{quote(encode_name(name), safe='')}/feed.atom"
    assert not re.search("%(2F|5C|25|3F|23|3B|2B|[01].|7F)", path)
    for proxy in (nginx, twice):
        assert [decode_name(part) for part in unquote(proxy(path)).split("/")[2:]] == [
            name,
            "feed.atom",
        ]


@given(names.filter(lambda name: not set(name) & set("/~\x00\x07\x7f\ufffd")))
def test_addresses_of_old_are_read_as_before(name: str) -> None:
    assert decode_name(unquote(quote(name, safe=""))) == name


@given(st.lists(st.one_of(names, any_text), min_size=2, max_size=6, unique=True))
@example(["Moon", "moon", "MOON", "m\u0307oon", "ṁoon"])
@example(["con", "Con", "CON .txt", "con.", "~63on"])
def test_files_of_different_names_are_different_everywhere(some: list[str]) -> None:
    files = [file_name(name) for name in some]
    assert len({normalize("NFKD", file.casefold()) for file in files}) == len(files)
    for file in files:
        assert file and file.isprintable() and len(file.encode()) <= 200
        assert not set(file) & set('<>:"/\\|?*%')
        assert file == file.strip(" .")
        assert not re.fullmatch(r"(?i)(con|aux|nul|prn|(com|lpt)\d)( *\..*)?", file)


@pytest.fixture(scope="module")
def hung(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exhibition]:
    built = build_exhibition(tmp_path_factory.mktemp("names"), works=1)
    yield built
    built.catalogue.close()


@pytest.fixture(scope="module")
def visitor(hung: Exhibition) -> Iterator[TestClient]:
    app = create_app(hung.catalogue, hung.archive, site=SiteSettings(), limited=False)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def hang(hung: Exhibition) -> Callable[[list[str]], None]:
    """Hangs one work more, that shows these concepts."""
    first, numbers = hung.manifests[0], count(2)

    def hang_(shown: list[str]) -> None:
        number = next(numbers)
        manifest = first.model_copy(
            update={
                "number": number,
                "composition": first.composition.model_copy(update={"concepts": tuple(shown)}),
                "judgement": first.judgement.model_copy(update={"sequence": number}),
            }
        )
        hung.catalogue.restore_work(manifest)

    return hang_


TO = Urls("http://testserver", "")


@given(st.lists(names.map(fit).filter(bool), min_size=1, max_size=3, unique=True))
def test_every_concept_has_its_page_and_feeds(
    hang: Callable[[list[str]], None], visitor: TestClient, shown: list[str]
) -> None:
    hang(shown)
    for name in shown:
        for proxy in (str, nginx, twice):
            page = visitor.get(proxy(TO.concept(name)))
            assert page.status_code == 200
            assert f"<h1><em>{escape(kept_name(name))}</em></h1>" in page.text
        feed = visitor.get(nginx(TO.concept(name, "feed.json")))
        assert feed.json()["title"].startswith(kept_name(name))
        full = quote(encode_name(name), safe="")
        assert visitor.get(f"/concepts/{full}").status_code == 200
        assert visitor.get(TO.concept(name, "feed.atom")).status_code == 200
        if name == fit(name) and not set(name) & set("\t\n\r\ufffd"):
            answer = visitor.get("/api/v1/works", params={"concept": name, "limit": 1})
            assert [name in work["concepts"] for work in answer.json()["works"]] == [True]


@pytest.mark.parametrize("name", ["head / face", "arm/arms raised", "holidays/festivals/parties"])
def test_addresses_with_plain_or_encoded_slashes_are_read(
    hang: Callable[[list[str]], None], visitor: TestClient, name: str
) -> None:
    hang([name])
    for written in (quote(name, safe=""), quote(name)):
        page = visitor.get(f"/concepts/{written}")
        assert (page.status_code, f"<em>{name}</em>" in page.text) == (200, True)
        assert f'rel="canonical" href="http://testserver{TO.concept(name)}"' in page.text
        for kind in ("atom", "json"):
            assert visitor.get(f"/concepts/{written}/feed.{kind}").status_code == 200
    assert visitor.get("/concepts/sea/").url.path == "/concepts/sea"
    assert visitor.get("/concepts/").url.path == "/concepts"
    assert visitor.get(f"/concepts/{quote(name)}/feed.rss").status_code == 404


def test_a_page_is_no_part_of_the_api_for_what_its_address_holds(visitor: TestClient) -> None:
    answer = visitor.get("/concepts/rock/api/roll")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert visitor.get("/api/v1/rock").headers["content-type"] == "application/json"


def test_concepts_of_a_museum_have_pages(
    hang: Callable[[list[str]], None], visitor: TestClient
) -> None:
    """Every concept of the Tate's own data: one part of a path, one file, and a page for some."""
    data = os.environ.get("CULTURAL_ALIEN_DATA")
    if not data:
        pytest.skip("CULTURAL_ALIEN_DATA names no folder with real data")
    with gzip.open(Path(data) / "tate_artworks.jsonl.gz", "rt", encoding="utf-8") as file:
        subjects = [json.loads(line)["subjects"] for line in file]
    assert sum("head / face" in some for some in subjects) == 1717
    known = sorted({name for some in subjects for name in some})
    addressed = [decode_name(unquote(TO.concept(name).split("/")[-1])) for name in known]
    assert addressed == [kept_name(name) for name in known]
    assert len(set(addressed)) == len(known)
    assert len({normalize("NFD", file_name(name).casefold()) for name in known}) == len(known)
    slashed = [name for name in known if "/" in name]
    hang(slashed)
    for name in slashed:
        assert visitor.get(nginx(TO.concept(name))).status_code == 200
