"""The map: places against a singular value decomposition, and the content of page and points."""

from __future__ import annotations

import re

import numpy as np
import pytest
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.charts.similarity_map import SimilarityMaps, alike, lay_out


@pytest.fixture
def life(tmp_path, sample):
    """A few works that a test may change."""
    built = sample.build_exhibition(tmp_path, works=5)
    yield built
    built.catalogue.close()


@pytest.mark.parametrize("size", [24, 40, 100])
def test_places_are_the_first_two_principal_components(size: int) -> None:
    dice = np.random.default_rng(3)
    vectors = dice.normal(0.3, 1, (40, size)).astype(np.float32) * dice.uniform(1, 9, (40, 1))
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    centred = units - units.mean(axis=0)
    _, _, components = np.linalg.svd(centred, full_matrices=False)
    places = lay_out(vectors.astype(np.float32))
    for axis in (0, 1):
        component = components[axis] * np.sign(components[axis][abs(components[axis]).argmax()])
        expected = centred @ component
        assert np.corrcoef(places[:, axis], expected)[0, 1] == pytest.approx(1, abs=1e-5)
    spread = np.linalg.norm(centred @ components[:2].T, axis=1)
    assert np.linalg.norm(places, axis=1) / spread == pytest.approx(
        np.linalg.norm(places[0]) / spread[0], rel=1e-3
    )
    assert abs(places).max() == pytest.approx(1)


def test_the_order_of_works_does_not_change_places() -> None:
    dice = np.random.default_rng(4)
    vectors = dice.normal(size=(30, 16)).astype(np.float32)
    order = dice.permutation(30)
    assert lay_out(vectors)[order] == pytest.approx(lay_out(vectors[order]), abs=1e-4)


@pytest.mark.parametrize("works", [1, 2])
def test_few_works_have_places_too(works: int) -> None:
    places = lay_out(np.eye(works, 8, dtype=np.float32))
    assert np.isfinite(places).all()
    assert len({tuple(place) for place in places.round(3)}) == works


def test_points_have_every_work_and_can_be_revalidated(visitor: TestClient, exhibition) -> None:
    answer = visitor.get("/artists/ada/map.json")
    works = answer.json()["works"]
    assert [work["number"] for work in works] == [m.number for m in exhibition.manifests]
    titles = [manifest.composition.title for manifest in exhibition.manifests]
    assert [work["title"] for work in works] == titles
    assert max(abs(work[axis]) for work in works for axis in "xy") == 1
    for address in (works[7]["page"], works[7]["picture"]):
        assert visitor.get(address).status_code == 200
    again = visitor.get("/artists/ada/map.json", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_what_visitors_may_not_see_is_not_on_the_map(life) -> None:
    life.catalogue.works.moderate("ada:2", "hidden", "a test")
    life.catalogue.works.moderate("ada:4", "blurred", "a test")
    client = TestClient(create_app(life.catalogue, life.archive, site=SiteSettings()))
    works = client.get("/artists/ada/map.json").json()["works"]
    assert [work["number"] for work in works] == [1, 3, 4, 5]
    assert [work["number"] for work in works if work["picture"] is None] == [4]


def test_a_new_work_is_on_the_map(life, sample) -> None:
    maps = SimilarityMaps(life.catalogue)
    artist = life.catalogue.artists.get("ada")
    assert set(maps.of([artist])) == {f"ada:{number}" for number in range(1, 6)}
    assert maps.of([artist]) is maps.of([artist])
    grown = sample.Life("ada")
    for _ in range(6):
        manifest = grown.cycle(life.archive)
    life.catalogue.restore_work(manifest)
    assert set(maps.of([artist])) == {f"ada:{number}" for number in range(1, 7)}


def test_vectors_of_another_length_wait_until_they_are_replaced(life) -> None:
    row = life.catalogue.works.vectors_of(["ada:1"])["ada:1"]
    longer = np.ones(640, np.float32)
    life.catalogue.works.set_vectors(type(row)(**{**vars(row), "image": longer}))
    artist = life.catalogue.artists.get("ada")
    assert set(SimilarityMaps(life.catalogue).of([artist])) == {
        f"ada:{number}" for number in range(2, 6)
    }


def test_without_a_script_the_works_are_a_list_with_pages(visitor: TestClient) -> None:
    page = visitor.get("/artists/ada/map").text
    tiles = re.search('(?s)<ol class="tiles">.*</ol>', page)
    assert tiles is not None
    numbers = [int(n) for n in re.findall(r'href="/works/ada/(\d+)"', tiles.group())]
    older = re.search(r'rel="next" href="(/artists/ada\?before=[^"]+)"', page)
    assert older is not None
    while older:
        further = visitor.get(older.group(1)).text
        numbers += [int(n) for n in re.findall(r'class="title" href="/works/ada/(\d+)"', further)]
        older = re.search(r'rel="next" href="(/artists/ada\?before=[^"]+)"', further)
    assert numbers == list(range(30, 0, -1))


def test_a_map_without_works_says_so(empty) -> None:
    client = TestClient(create_app(empty.catalogue, empty.archive, site=SiteSettings()))
    assert "No works yet" in client.get("/artists/ada/map").text
    assert client.get("/artists/ada/map.json").json() == {"works": [], "groups": []}
    assert client.get("/artists/nobody/map").status_code == 404
    assert "No works yet" in client.get("/map").text
    assert client.get("/map.json").json() == {"works": [], "groups": []}


def test_one_map_shows_all_artists_with_the_same_encoder(life, sample) -> None:
    sample.hang(life.catalogue, life.archive, works=3, artist="boris")
    client = TestClient(create_app(life.catalogue, life.archive, site=SiteSettings()))
    points = client.get("/map.json").json()["works"]
    assert sorted((point["by"], point["number"]) for point in points) == [
        *(("Ada", number) for number in range(1, 6)),
        *(("Boris", number) for number in range(1, 4)),
    ]
    assert {point["by"] for point in client.get("/artists/ada/map.json").json()["works"]} == {None}
    page = client.get("/map").text
    assert "All 8 works by Ada and Boris, arranged" in page
    assert 'href="/explore" aria-current="true"' in page


def test_vectors_of_different_encoders_share_no_map(life, sample) -> None:
    blind = sample.Life("boris").created
    other = blind.parts.model_copy(update={"image_encoder": "another"})
    life.catalogue.artists.add(blind.model_copy(update={"parts": other}))
    ada, boris = life.catalogue.artists.get("ada"), life.catalogue.artists.get("boris")
    assert alike([ada, boris], "ada") == [ada]
    assert alike([ada, boris], "boris") == [boris]
    assert alike([ada, boris], None) == [ada, boris]
