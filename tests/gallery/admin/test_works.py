"""All works: found, decided on one by one or many at once, and taken down."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from gallery.admin.works import PER_PAGE
from gallery.images.thumbnails import KINDS
from gallery.moderation.decisions import moderate
from storage.archive.archive import Archive, open_store
from storage.catalogue import Catalogue, WorkFilter
from storage.verify import Verification
from tests.gallery.admin.desk import csrf, send
from worker.moderation.openai import UNCHECKED


def listed(page: str) -> list[str]:
    return re.findall(r'name="work" value="([^"]+)"', page)


@pytest.fixture(scope="module")
def exhibition_of_two(tmp_path_factory: pytest.TempPathFactory, sample):
    """Sixty works of one artist and twelve of another; tests get copies."""
    folder = tmp_path_factory.mktemp("two")
    built = sample.build_exhibition(folder, works=60)
    sample.hang(built.catalogue, built.archive, works=12, artist="bo")
    for name in ("ada", "bo"):
        built.archive.append(built.catalogue.artists.get(name).created)
    built.catalogue.close()
    return folder, built.manifests


@pytest.fixture
def stores(tmp_path: Path, sample, exhibition_of_two) -> Iterator:
    """Sixty works of one artist and twelve of another."""
    source, manifests = exhibition_of_two
    folder = shutil.copytree(source, tmp_path / "copy")
    catalogue = Catalogue(f"sqlite:///{folder / 'catalogue.db'}")
    yield sample.Exhibition(catalogue, Archive(open_store(str(folder / "archive"))), manifests)
    catalogue.close()


def test_all_works_are_listed_page_by_page(ann: TestClient) -> None:
    first = ann.get("/admin/works").text
    assert "72 works, the newest first; page 1 of 2." in first
    second = ann.get("/admin/works?page=2").text
    found = listed(first) + listed(second)
    assert len(listed(first)) == PER_PAGE
    assert len(found) == len(set(found)) == 72


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("artist=ada&first=10&last=12", ["ada:12", "ada:11", "ada:10"]),
        ("artist=bo&first=12", ["bo:12"]),
        ("last=1", ["ada:1", "bo:1"]),
        ("first=61", []),
    ],
)
def test_works_are_found_by_number(ann: TestClient, query: str, wanted: list[str]) -> None:
    assert sorted(listed(ann.get(f"/admin/works?{query}").text)) == sorted(wanted)


def test_works_are_found_by_words_in_title_prompt_and_concepts(ann: TestClient, stores) -> None:
    work = stores.manifests[20]
    for words in (
        work.composition.title.upper(),
        work.inspiration.concept,
        f"{work.composition.concepts[2]} umber taller",
    ):
        page = ann.get("/admin/works", params={"words": words, "artist": "ada"}).text
        assert work.work in listed(page)
    assert listed(ann.get("/admin/works", params={"words": "100%_"}).text) == []


@pytest.mark.parametrize("query", ["first=ten", "last=-3", "visibility=burnt", "first=1e3"])
def test_a_wrong_search_is_told_in_words(ann: TestClient, query: str) -> None:
    page = ann.get(f"/admin/works?{query}").text
    assert 'role="alert"' in page and not listed(page)


def test_many_works_are_hidden_and_shown_again(ann: TestClient, stores) -> None:
    chosen = ["ada:3", "ada:4", "bo:1"]
    answer = send(ann, "/admin/works", work=chosen, visibility="hidden", reason="a mistake")
    assert answer.status_code == 303
    hidden = stores.catalogue.work_list.some(WorkFilter(visibility="hidden"), limit=9)
    assert sorted(work.id for work in hidden) == sorted(chosen)
    assert ann.get("/works/ada/3").status_code == 410
    events = list(stores.archive.events(kind="moderation"))
    assert {(event.who, event.reason) for event in events} == {("ann", "a mistake")}
    send(ann, "/admin/works", work=["ada:3", "ada:5"], visibility="shown")
    assert len(list(stores.archive.events(kind="moderation"))) == 4, "ada:5 was shown already"
    assert sorted(listed(ann.get("/admin/works?visibility=hidden").text)) == ["ada:4", "bo:1"]


def test_all_works_of_a_search_are_changed_at_once(ann: TestClient, stores) -> None:
    query = "artist=ada&first=1&last=55"
    data = {"everything": "yes", "query": query, "visibility": "blurred"}
    answer = send(ann, "/admin/works", **data)
    assert answer.headers["location"] == f"/admin/works?{query}&done=many-blurred"
    assert stores.catalogue.work_list.by_visibility() == {"blurred": 55, "shown": 17}


@pytest.mark.parametrize(
    "data", [{}, {"work": ["nobody:1"]}, {"everything": "yes", "query": "words=nothing+such"}]
)
def test_no_work_chosen_changes_nothing(ann: TestClient, stores, data: dict) -> None:
    answer = send(ann, "/admin/works", visibility="hidden", reason="a <reason>", **data)
    assert answer.status_code == 400
    assert "no work is ticked" in answer.text
    if listed(answer.text):
        assert 'value="a &lt;reason&gt;"' in answer.text, "the form is as it was"
    assert 'aria-label="Admin pages"' in answer.text
    assert stores.catalogue.work_list.by_visibility() == {"shown": 72}


def test_held_works_are_the_ones_to_review(ann: TestClient) -> None:
    assert ann.get("/admin/review").headers["location"] == "/admin/works?visibility=held"


def test_a_takedown_leaves_no_picture_and_keeps_why(ann: TestClient, stores) -> None:
    work = stores.catalogue.works.get("ada:30")
    for name in KINDS:
        assert ann.get(f"/images/{work.image}/{name}").status_code == 200
    assert ann.get(f"/admin/images/{work.image}").status_code == 200
    path = "/admin/works/ada/30/takedown"
    for data, says in (
        ({"reason": "a court"}, "tick the box"),
        ({"reason": " ", "sure": "yes"}, "needs a reason"),
    ):
        answer = send(ann, path, **data)
        assert answer.status_code == 400 and says in answer.text
    assert stores.archive.read_image(work.image)
    token = csrf(ann)
    answer = ann.post(path, data={"csrf": token, "reason": "a court ordered it", "sure": "yes"})
    assert answer.headers["location"].endswith("?done=taken-down")
    assert not stores.archive.traces_of(work.image)
    for name in KINDS:
        assert ann.get(f"/images/{work.image}/{name}").status_code == 410
    assert ann.get(f"/admin/images/{work.image}").status_code == 404
    for page in ("", "/original", "/download"):
        assert ann.get(f"/works/ada/30{page}").status_code == 410
    assert "a court ordered it" in ann.get("/works/ada/30").text
    page = ann.get("/admin/works/ada/30").text
    assert "It is taken down: a court ordered it." in page
    assert "<img" not in page and "Take it down" not in page
    assert ann.get("/admin/works?visibility=removed").text.count("<img") == 0
    assert stores.archive.read_manifest("ada", 30).painting.image == work.image
    found = Verification(stores.archive, stores.catalogue, quick=True).findings()
    assert not [finding for finding in found if "picture" in finding.kind]


def test_a_work_that_was_taken_down_stays_so(ann: TestClient, stores) -> None:
    send(ann, "/admin/works/ada/30/takedown", reason="a court", sure="yes")
    assert send(ann, "/admin/works/ada/30", visibility="shown").status_code == 409
    send(ann, "/admin/works", work=["ada:30", "ada:31"], visibility="hidden")
    assert stores.catalogue.works.get("ada:30").visibility == "removed"
    assert stores.catalogue.works.get("ada:31").visibility == "hidden"
    assert send(ann, "/admin/works/ada/29", visibility="removed").status_code == 400
    assert stores.archive.read_image(stores.catalogue.works.get("ada:29").image)


def test_the_reason_of_a_hold_is_not_taken_over_by_whoever_shows_the_work(
    ann: TestClient, stores
) -> None:
    moderate(stores.catalogue, stores.archive, "ada", 3, "held", UNCHECKED, who="a model")
    page = ann.get("/admin/works/ada/3").text
    assert "It is held back: the safety check could not be made." in page
    assert UNCHECKED not in page
    answer = send(ann, "/admin/works/ada/3", visibility="shown", reason="")
    assert answer.headers["location"].endswith("?done=shown")
    work = stores.catalogue.works.get("ada:3")
    assert (work.visibility, work.visibility_reason) == ("shown", "")
    assert "shown in full to visitors" in ann.get(answer.headers["location"]).text


def test_a_hidden_work_is_not_said_to_be_seen(ann: TestClient) -> None:
    answer = send(ann, "/admin/works/ada/3", visibility="hidden")
    told = ann.get(answer.headers["location"]).text
    assert "visitors do not see it any more" in told


def test_works_that_were_not_checked_are_told_in_one_sentence_and_checked_again(
    ann: TestClient, stores
) -> None:
    for number in (59, 60):
        moderate(stores.catalogue, stores.archive, "ada", number, "held", UNCHECKED, who="a model")
    before = stores.catalogue.works.get("ada:60").changed_at
    page = ann.get("/admin").text
    assert re.search(r"The safety check could not be made since .* UTC: 2 works wait for it", page)
    assert "no newer work is shown" in page and "for your decision" not in page
    answer = send(ann, "/admin/works/check-again")
    assert answer.headers["location"] == "/admin/works?done=checked-again"
    again = stores.catalogue.works.get("ada:60")
    assert (again.visibility, again.visibility_reason) == ("held", UNCHECKED)
    assert again.changed_at > before


def test_artists_are_called_by_their_title(ann: TestClient, stores) -> None:
    send(ann, "/admin/artists/ada/edit", title="Ada at Sea", seed=["sea", "sky"])
    for page in ("", "/works", "/works/ada/3", "/log", "/spending", "/artists/ada"):
        told = re.sub("<[^>]+>", " ", ann.get(f"/admin{page}").text)
        assert "Ada at Sea" in told, page
        if page != "/log":  # which tells of the change itself
            assert not re.search(r"\b[Aa]da\b(?! at Sea)", told), page
