"""Artists, concepts, lineage, numbers and the wall, each against the manifests."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.site import Account
from gallery.stats.concept_lifetimes import concept_lifetimes


def lives_of(manifests):
    """(concept, entered, removed after) from every pool, without seeds."""
    pools = [{e.concept for e in m.judgement.pool_after.entries if not e.seed} for m in manifests]
    found = []
    for i, pool in enumerate(pools):
        for concept in pool - (pools[i - 1] if i else set()):
            gone = next((j for j in range(i, len(pools)) if concept not in pools[j]), None)
            found.append((concept, i + 1, None if gone is None else gone + 1))
    return sorted(found, key=lambda life: (life[1], life[0]))


def test_artist_page_describes_the_artist(visitor: TestClient, exhibition) -> None:
    page = visitor.get("/artists/ada").text
    created = exhibition.catalogue.artists.get("ada").created
    for text in (created.statement, created.style, "30 works", "sea and sky"):
        assert text in page
    for kind in ("atom", "json"):
        assert f'href="/artists/ada/feed.{kind}"' in page
    older = re.search(r'rel="next" href="(/artists/ada\?before=[^"]+)"', page)
    assert older and "Earlier works" in page
    assert visitor.get(older.group(1)).status_code == 200


def test_artist_page_has_all_ways_to_follow(exhibition) -> None:
    accounts = (
        Account(name="Mastodon", account="@ada@art.example", url="https://art.example/@ada"),
        Account(name="Bluesky", account="@b.example", url="https://b.example", artists=("boris",)),
    )
    site = SiteSettings(accounts=accounts, static_url="https://plain.example.org/art")
    for static in (False, True):
        shown = site.model_copy(update={"static": static, "base_url": "https://art.example.org"})
        client = TestClient(create_app(exhibition.catalogue, exhibition.archive, site=shown))
        page = client.get("/artists/ada").text
        place = page[page.index("How to follow") : page.index("</section>")]
        for told in (
            "/artists/ada/feed.atom",
            "/artists/ada/feed.json",
            "https://art.example/@ada",
        ):
            assert f'href="{told}"' in place
        assert ("https://plain.example.org/art" in place) is not static
        assert ("/api/v1/works?artist=ada" in place) is not static
        assert "@b.example" not in page


def test_the_list_redirects_to_a_single_artist(visitor: TestClient) -> None:
    answer = visitor.get("/artists", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == "/artists/ada"


def test_several_artists_are_listed(empty, sample) -> None:
    sample.hang(empty.catalogue, empty.archive, works=2, artist="boreas")
    client = TestClient(create_app(empty.catalogue, empty.archive, site=SiteSettings()))
    page = client.get("/artists").text
    assert 'href="/artists/ada"' in page and 'href="/artists/boreas"' in page
    assert "No works yet" in page
    assert "Boreas · new:" in client.get("/works").text
    for room in ("", "/lineage", "/numbers", "/works.csv", "/concepts.csv", "/feed.atom"):
        assert client.get(f"/artists/ada{room}").status_code == 200


def test_concept_page_lists_its_works_and_companions(visitor: TestClient, exhibition) -> None:
    concept = exhibition.manifests[9].inspiration.concept
    mine = [m for m in exhibition.manifests if concept in m.composition.concepts]
    page = visitor.get(f"/concepts/{concept}").text
    numbers = re.findall(r'class="title" href="/works/ada/(\d+)"', page)
    assert [int(number) for number in numbers] == [m.number for m in reversed(mine)]
    assert f"Shown in {len(mine)} work" in page
    assert 'href="/concepts/sea"' in page
    everything = visitor.get("/concepts").text
    shown = {c for m in exhibition.manifests for c in m.composition.concepts}
    assert set(re.findall(r'class="size-\d" href="/concepts/([^"]+)"', everything)) == shown


def test_lifetimes_match_the_pools(exhibition) -> None:
    chapters = list(exhibition.catalogue.works.chapters("ada"))
    found = [(s.concept, s.entered, s.left) for s in concept_lifetimes(chapters) if not s.seed]
    assert found == lives_of(exhibition.manifests)


def test_stream_has_a_band_for_every_lifetime(visitor: TestClient, exhibition) -> None:
    page = visitor.get("/artists/ada/lineage").text
    titles = re.findall(r'class="band[^"]*"><title>([^<]+)</title>', page)
    expected = [
        f"{concept}: joined with no. {entered}" + (f", removed after no. {left}" if left else "")
        for concept, entered, left in lives_of(exhibition.manifests)
    ]
    assert sorted(title for title in titles if "seed" not in title) == sorted(expected)
    assert sum("a seed" in title for title in titles) == 2
    assert page.count('class="mark"') == 30


def test_lineage_has_earlier_pages(visitor: TestClient) -> None:
    page = visitor.get("/artists/ada/lineage?until=10").text
    assert page.count('class="mark"') == 10
    assert 'rel="next" href="/artists/ada/lineage"' in page
    assert visitor.get("/artists/ada/lineage?until=99999").text.count('class="mark"') == 30


def test_csv_has_every_work_and_every_lifetime(visitor: TestClient, exhibition) -> None:
    works = list(csv.DictReader(io.StringIO(visitor.get("/artists/ada/works.csv").text)))
    assert [float(row["novelty"]) for row in works] == [
        m.judgement.novelty for m in exhibition.manifests
    ]
    assert [int(row["pool"]) for row in works] == [
        len(m.judgement.pool_after.entries) for m in exhibition.manifests
    ]
    rows = csv.DictReader(io.StringIO(visitor.get("/artists/ada/concepts.csv").text))
    lives = [
        (row["concept"], int(row["entered"]), int(row["left"]) if row["left"] else None)
        for row in rows
        if row["seed"] == "False"
    ]
    assert lives == lives_of(exhibition.manifests)


def test_csv_runs_no_formula(empty, sample) -> None:
    manifest = sample.Life("ada").cycle(empty.archive)
    title = '=HYPERLINK("http://example.org")'
    composition = manifest.composition.model_copy(update={"title": title})
    empty.catalogue.restore_work(manifest.model_copy(update={"composition": composition}))
    client = TestClient(create_app(empty.catalogue, empty.archive, site=SiteSettings()))
    rows = list(csv.DictReader(io.StringIO(client.get("/artists/ada/works.csv").text)))
    assert rows[0]["title"] == f"'{title}"


def test_numbers_mark_where_the_tuning_changed(visitor: TestClient) -> None:
    page = visitor.get("/artists/ada/numbers").text
    curves = page.count('class="wide"')
    assert curves == page.count('class="narrow"') == 5
    assert page.count("β 0.85 → 0.7") == 2 * curves
    assert page.count("<circle") == 30 + 30 + 28 + 30 + 30
    assert "β" not in re.sub("(?s)<main.*", "", page)
    assert visitor.get("/artists/ada/numbers?until=11").text.count("→") == 0


def test_wall_shows_the_newest_work_and_its_address(visitor: TestClient, exhibition) -> None:
    page = visitor.get("/wall").text
    assert 'src="/works/ada/30/original"' in page
    assert 'data-every="60"' in page
    code = visitor.get("/works/ada/30/qr.svg")
    assert code.headers["content-type"] == "image/svg+xml"
    assert visitor.get("/wall?every=1").status_code == 400


def test_numbers_plot_the_distances_of_prompts(visitor: TestClient, exhibition) -> None:
    page = visitor.get("/artists/ada/numbers").text
    curve = page[page.index("<h2>Distance from the first work</h2>") :]
    first, *later = (m.judgement.text_vector.astype(float) for m in exhibition.manifests)
    first /= np.linalg.norm(first)
    for number, vector in enumerate(later, start=2):
        away = np.linalg.norm(vector / np.linalg.norm(vector) - first)
        told = re.search(rf"<title>No\. {number}, [^<]*: ([0-9.]+)</title>", curve)
        assert told is not None
        assert float(told[1]) == pytest.approx(away, rel=1e-3)


@pytest.mark.parametrize("room", ["", "/lineage", "/numbers", "/works.csv", "/feed.json"])
def test_unknown_artists_have_no_pages(visitor: TestClient, room: str) -> None:
    assert visitor.get(f"/artists/nobody{room}").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/artists/ada/lineage?until=0", "/artists/ada/numbers?until=x", "/artists/ada?before=no"],
)
def test_invalid_ranges_are_bad_requests(visitor: TestClient, address: str) -> None:
    page = visitor.get(address)
    assert page.status_code == 400
    assert "<h1>" in page.text


def test_shared_links_have_a_picture_with_an_absolute_address(exhibition) -> None:
    site = SiteSettings(base_url="https://art.example.org")
    client = TestClient(create_app(exhibition.catalogue, exhibition.archive, site=site))
    page = client.get("/works/ada/7").text
    found = re.search(r'property="og:image" content="https://art\.example\.org([^"]+)"', page)
    assert found
    shared = client.get(found.group(1))
    assert shared.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(shared.content)).width <= 1200
    assert 'property="og:url" content="https://art.example.org/works/ada/7"' in page
