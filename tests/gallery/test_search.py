"""Search by words and similar works, against a scan of all manifests."""

from __future__ import annotations

import re

import numpy as np
import pytest
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from storage.errors import UserFacingError


def numbers(page: str) -> list[int]:
    return [int(n) for n in re.findall(r'class="title" href="/works/ada/(\d+)"', page)]


def test_works_are_found_page_by_page(visitor: TestClient, exhibition) -> None:
    address, seen = "/search?q=SEAS", []
    while address:
        page = visitor.get(address)
        assert page.status_code == 200
        seen += numbers(page.text)
        older = re.search(r'rel="next" href="([^"]+)">Earlier', page.text)
        address = older.group(1).replace("&amp;", "&") if older else ""
    assert seen == [m.number for m in reversed(exhibition.manifests)]


def test_a_query_finds_concept_work_and_artist(visitor: TestClient, exhibition) -> None:
    concept = exhibition.manifests[9].inspiration.concept
    page = visitor.get("/search", params={"q": concept}).text
    assert f'href="/concepts/{concept}"' in page
    mine = [m.number for m in exhibition.manifests if concept in m.composition.concepts]
    assert set(mine) <= set(numbers(page))
    assert '<a href="/artists/ada">Ada</a>' in visitor.get("/search?q=ada").text


def test_hidden_prompts_are_not_searched(visitor: TestClient, exhibition) -> None:
    assert len(numbers(visitor.get("/search?q=umber").text)) == 12
    site = SiteSettings(show_prompt=False)
    client = TestClient(create_app(exhibition.catalogue, exhibition.archive, site=site))
    page = client.get("/search?q=umber")
    assert page.status_code == 200
    assert numbers(page.text) == []
    assert client.get("/api/v1/search?q=umber").json() == {"works": [], "next": None}


@pytest.mark.parametrize("address", ["/search", "/search?q=", "/search?q=+++", "/search?q=%21%3F"])
def test_without_words_frequent_concepts_are_shown(visitor: TestClient, address: str) -> None:
    page = visitor.get(address)
    assert page.status_code == 200
    assert "Often shown" in page.text
    assert 'href="/concepts/sea"' in page.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("q=" + "s" * 201, 400),
        ("q=%00", 400),
        ("q=%1b", 400),
        ("q=%ff", 400),
        ("q=sea&before=ada:999", 400),
        ("q=%3Cscript%3Ealert(1)%3C/script%3E", 200),
        ("q=%22%20OR%20NEAR(", 200),
        ("q=nothing+like+it", 200),
    ],
)
def test_odd_queries_get_a_clear_page(visitor: TestClient, query: str, status: int) -> None:
    page = visitor.get(f"/search?{query}")
    assert page.status_code == status
    assert "<script>alert" not in page.text
    assert "Traceback" not in page.text


def test_the_api_finds_what_the_page_finds(visitor: TestClient) -> None:
    address, seen = "/api/v1/search?q=sea&limit=7", []
    while address:
        answer = visitor.get(address).json()
        seen += [work["number"] for work in answer["works"]]
        address = answer["next"]
    assert seen == list(range(30, 0, -1))
    assert visitor.get("/api/v1/search").status_code == 400


@pytest.mark.parametrize(("by", "kind"), [("picture", "image_vector"), ("words", "text_vector")])
def test_the_most_similar_come_first(visitor: TestClient, exhibition, by: str, kind: str) -> None:
    vectors = np.stack([getattr(m.judgement, kind) for m in exhibition.manifests])
    cosines = vectors @ vectors[19]
    expected = [int(i) + 1 for i in np.argsort(-cosines) if i != 19]
    page = visitor.get(f"/works/ada/20/like?by={by}").text
    assert numbers(page) == expected[:24]
    answer = visitor.get(f"/api/v1/works/ada/20/similar?by={by}&limit=5").json()
    assert [near["work"]["number"] for near in answer["works"]] == expected[:5]
    told = [near["cosine"] for near in answer["works"]]
    assert told == pytest.approx([cosines[n - 1] for n in expected[:5]], abs=1e-5)


def test_hidden_works_are_not_similar_to_any(empty, sample, tmp_path) -> None:
    sample.hang(empty.catalogue, empty.archive, works=4, artist="boreas")
    memory = sample.open_memory(tmp_path / "memory", empty.catalogue)
    app = create_app(
        empty.catalogue, empty.archive, site=SiteSettings(), memory_of=lambda *_: memory
    )
    client = TestClient(app)
    empty.catalogue.works.moderate("boreas:2", "hidden", "somebody asked")
    found = client.get("/api/v1/works/boreas/1/similar").json()["works"]
    assert {near["work"]["number"] for near in found} == {3, 4}
    assert client.get("/works/boreas/2/like").status_code == 410
    memory.close()
    for address in ("/works/boreas/3/like", "/api/v1/works/boreas/3/similar"):
        assert client.get(address).status_code == 503
    assert client.get("/works/boreas/1").status_code == 200


def test_without_a_memory_there_are_no_links_to_similar_works(
    exhibition, visitor: TestClient
) -> None:
    assert 'href="/works/ada/3/like"' in visitor.get("/works/ada/3").text
    client = TestClient(create_app(exhibition.catalogue, exhibition.archive, site=SiteSettings()))
    assert "/like" not in client.get("/works/ada/3").text
    assert client.get("/works/ada/3/like").status_code == 503


def test_works_near_in_meaning_follow_those_with_the_words(exhibition, memory) -> None:
    asked = exhibition.manifests[7].judgement.text_vector
    app = create_app(
        exhibition.catalogue,
        exhibition.archive,
        site=SiteSettings(per_page=12),
        memory_of=lambda *_: memory,
        encode=lambda _: asked,
    )
    page = TestClient(app).get("/search?q=nothing-has-this-word").text
    cosines = {m.number: float(m.judgement.text_vector @ asked) for m in exhibition.manifests}
    nearest = sorted((n for n in cosines if cosines[n] >= 0.25), key=cosines.__getitem__)[::-1]
    assert numbers(page) == nearest[:12] and numbers(page)[0] == 8
    assert "Near in meaning" in page
    both = numbers(TestClient(app).get("/search?q=sea").text)
    assert len(both) == len(set(both)) > 12


def test_without_a_vector_the_words_are_still_an_answer(exhibition, memory) -> None:
    def encode(_: str):
        raise UserFacingError("no worker answered")

    app = create_app(
        exhibition.catalogue,
        exhibition.archive,
        site=SiteSettings(),
        memory_of=lambda *_: memory,
        encode=encode,
    )
    page = TestClient(app).get("/search?q=sea")
    assert page.status_code == 200 and numbers(page.text) and "in meaning" not in page.text


def test_a_mistyped_word_leads_to_the_one_that_is_there(visitor: TestClient, exhibition) -> None:
    concept = next(
        m.inspiration.concept for m in exhibition.manifests if len(m.inspiration.concept) > 5
    )
    wrong = concept[:2] + concept[3] + concept[2] + concept[4:]
    page = visitor.get("/search", params={"q": wrong}).text
    assert "Did you mean" in page and f">{concept}</a>?" in page


def test_works_are_narrowed_to_an_artist_and_days(visitor: TestClient, exhibition) -> None:
    days = sorted({m.finished_at.date() for m in exhibition.manifests})
    first, last = days[len(days) // 3], days[len(days) // 2]
    page, seen = f"/search?q=sea&artist=ada&from={first}&to={last}", []
    while page:
        answer = visitor.get(page).text
        seen += numbers(answer)
        older = re.search(r'rel="next" href="([^"]+)">Earlier', answer)
        page = older.group(1).replace("&amp;", "&") if older else ""
    assert seen == [
        m.number for m in reversed(exhibition.manifests) if first <= m.finished_at.date() <= last
    ]
    assert numbers(visitor.get("/search?q=sea&artist=nobody").text) == []
    assert visitor.get("/search?q=sea&from=soon").status_code == 400


def test_works_are_narrowed_by_technique_and_colour(
    visitor: TestClient, exhibition, memory
) -> None:
    catalogue = exhibition.catalogue
    technique = exhibition.manifests[0].painting.technique
    newest = catalogue.works.newest(limit=1)[0]
    catalogue.works.classify(newest.id, "glass", ["violet"])
    page = visitor.get("/search?technique=glass&colour=violet")
    assert numbers(page.text) == [newest.number] and "Often shown" not in page.text
    assert ">glass</option>" in page.text.replace(" selected", "")
    assert numbers(visitor.get("/search?technique=glass&colour=green").text) == []
    found = visitor.get("/api/v1/search?technique=glass").json()
    assert [work["number"] for work in found["works"]] == [newest.number]
    pages = visitor.get("/api/v1/search?artist=ada&limit=2").json()
    assert "artist=ada" in pages["next"] and len(pages["works"]) == 2
    assert visitor.get("/api/v1/search").status_code == 400
    assert "write one of red, orange" in visitor.get("/search?colour=mauve").text
    catalogue.works.classify(newest.id, technique, [])
