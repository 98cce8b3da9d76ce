"""What other sites show of a work: cards, frames, oEmbed, the newest picture."""

from __future__ import annotations

import html
import re
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from starlette.testclient import TestClient

from gallery import create_app
from gallery.images.card import CardText, draw_card
from gallery.images.thumbnails import WIDTHS
from gallery.pick_explanation import reason
from gallery.site import SiteSettings

BASE = "http://testserver"


@pytest.fixture
def small(tmp_path: Path, sample):
    """Three works whose visibility a test may change, and a client."""
    built = sample.build_exhibition(tmp_path, works=3)
    yield built, TestClient(create_app(built.catalogue, built.archive, site=SiteSettings()))
    built.catalogue.close()


def opened(answer) -> Image.Image:
    assert answer.status_code == 200, answer.text
    return Image.open(BytesIO(answer.content))


def test_a_page_names_a_card_of_the_size_that_it_has(visitor: TestClient) -> None:
    page = visitor.get("/works/ada/30").text
    meta = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page))
    assert meta["twitter:card"] == "summary_large_image"
    assert meta["og:image"] == meta["twitter:image"]
    answer = visitor.get(meta["og:image"].removeprefix(BASE))
    card = opened(answer)
    assert card.format == "JPEG" and answer.headers["content-type"] == meta["og:image:type"]
    assert card.size == (int(meta["og:image:width"]), int(meta["og:image:height"])) == (1200, 630)
    assert b"Iptc4xmpExt:DigitalSourceType" in answer.content
    again = {"If-None-Match": answer.headers["etag"]}
    assert visitor.get("/works/ada/30/card.jpg", headers=again).status_code == 304


def test_the_picture_is_on_the_card(visitor: TestClient, exhibition) -> None:
    """The left part of the card is the picture, scaled."""
    manifest = exhibition.manifests[-1]
    card = opened(visitor.get("/works/ada/30/card.jpg")).convert("RGB")
    picture = opened(visitor.get(f"/images/{manifest.painting.image}/960.webp")).convert("RGB")
    scale = min(640 / picture.width, 534 / picture.height)
    size = round(picture.width * scale), round(picture.height * scale)
    left, top = 48, (630 - size[1]) // 2
    there = card.crop((left, top, left + size[0], top + size[1])).resize((8, 8))
    for one, other in zip(
        there.get_flattened_data(), picture.resize((8, 8)).get_flattened_data(), strict=True
    ):
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) < 24


def test_a_card_is_made_once(small) -> None:
    built, client = small
    first = client.get("/works/ada/2/card.jpg")
    (key,) = built.archive.store.keys("derived/cards/")
    assert built.manifests[1].painting.image in key
    assert built.archive.store.get(key) == first.content
    assert key in built.archive.traces_of(built.manifests[1].painting.image)
    assert client.get("/works/ada/2/card.jpg").content == first.content


@pytest.mark.parametrize("size", [(960, 200), (960, 960), (200, 960), (1, 960)])
@pytest.mark.parametrize("words", ["A", "word " * 90, "unbroken" * 40, "日本 Żółć Ελλάς", "日本"])
def test_words_of_any_length_stay_on_the_card(size: tuple[int, int], words: str) -> None:
    text = CardText(words, words, words, words, words)
    card = draw_card(Image.new("RGB", size, "#306080"), text)
    assert card.size == (1200, 630)
    wall = card.getpixel((0, 0))
    for box in ((0, 0, 1200, 24), (0, 606, 1200, 630), (1152, 0, 1200, 630), (0, 0, 48, 630)):
        part = card.crop(box)
        assert part.getcolors() == [(part.width * part.height, wall)], box


def test_the_reason_counts_the_candidates(exhibition) -> None:
    for manifest in exhibition.manifests:
        pick, *others = manifest.inspiration.candidates
        words = reason(manifest)
        fits = sum(other.coherence_nll > pick.coherence_nll for other in others)
        rarer = sum(other.context_nll < pick.context_nll for other in others)
        found = re.fullmatch(
            r"Fits the other ideas better than (.+) candidates, and is less expected beside them"
            r" than (.+)\.",
            words,
        )
        assert found
        for count, said in ((fits, found[1]), (rarer, found[2])):
            if count == len(others):
                assert said == f"all {count}"
            else:
                start = str(count) if count else "none"
                assert said == f"{start} of the {len(others)}"


def test_only_the_embedded_page_may_be_framed(visitor: TestClient) -> None:
    embedded = visitor.get("/works/ada/30/embed")
    assert "frame-ancestors *" in embedded.headers["content-security-policy"]
    assert "x-frame-options" not in embedded.headers
    assert "<script" not in embedded.text and "<form" not in embedded.text
    for path in ("/", "/works/ada/30", "/works/ada/99/embed", "/oembed", "/vote"):
        answer = visitor.get(path)
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], path
        assert answer.headers["x-frame-options"] == "DENY"


def test_oembed_is_found_and_leads_to_the_frame(visitor: TestClient, exhibition) -> None:
    page = visitor.get("/works/ada/30").text
    found = re.search(r'type="application/json\+oembed" title="[^"]*" href="([^"]+)"', page)
    assert found
    address = html.unescape(found[1])
    assert parse_qs(urlsplit(address).query)["url"] == [f"{BASE}/works/ada/30"]
    answer = visitor.get(address.removeprefix(BASE))
    embed = answer.json()
    assert (embed["version"], embed["type"]) == ("1.0", "rich")
    assert embed["title"] == exhibition.manifests[-1].composition.title
    frame = re.search(r'<iframe src="([^"]+)" width="(\d+)" height="(\d+)"', embed["html"])
    assert frame
    assert (int(frame[2]), int(frame[3])) == (embed["width"], embed["height"])
    assert visitor.get(frame[1].removeprefix(BASE)).status_code == 200
    thumbnail = opened(visitor.get(embed["thumbnail_url"].removeprefix(BASE)))
    assert thumbnail.size == (embed["thumbnail_width"], embed["thumbnail_height"])
    assert answer.headers["access-control-allow-origin"] == "*"
    assert html.unescape(page).count(embed["html"]) == 1, "the page shows the same code"


@pytest.mark.parametrize(("maxwidth", "maxheight"), [(300, None), (None, 200), (120, 90), (1, 1)])
def test_oembed_keeps_to_the_limits(visitor: TestClient, maxwidth, maxheight) -> None:
    limits = {"maxwidth": maxwidth, "maxheight": maxheight}
    asked = {name: value for name, value in limits.items() if value is not None}
    embed = visitor.get("/oembed", params={"url": f"{BASE}/works/ada/30", **asked}).json()
    for side, most in (("width", maxwidth), ("height", maxheight)):
        if most is not None:
            assert 1 <= embed[side] <= most
            assert embed.get(f"thumbnail_{side}", 1) <= most


def test_oembed_knows_works_alone(visitor: TestClient) -> None:
    for address in (
        "/works/ada/99",
        "/works/ada/0",
        "/works/ada/30/original",
        "/artists/ada",
        "/works/ada/99999999999",
    ):
        assert visitor.get("/oembed", params={"url": BASE + address}).status_code == 404, address
    other = {"url": "https://example.org/works/ada/30"}
    assert visitor.get("/oembed", params=other).status_code == 404
    assert visitor.get("/oembed").status_code == 400
    xml = {"url": f"{BASE}/works/ada/30", "format": "xml"}
    assert visitor.get("/oembed", params=xml).status_code == 501


def test_the_newest_picture_in_each_width(visitor: TestClient, exhibition) -> None:
    newest = exhibition.manifests[-1].painting
    for width in WIDTHS:
        answer = visitor.get("/image.jpg", params={"artist": "ada", "w": width})
        picture = opened(answer)
        assert picture.format == "JPEG" and picture.width == min(width, newest.width)
        assert abs(picture.width * newest.height - picture.height * newest.width) <= newest.width
        assert answer.headers["content-location"] == f"/images/{newest.image}/{width}.jpg"
        assert answer.headers["cache-control"].startswith("public, max-age=")
        again = {"If-None-Match": answer.headers["etag"]}
        assert visitor.get(f"/image.jpg?artist=ada&w={width}", headers=again).status_code == 304
    assert visitor.get("/image.jpg?w=481").status_code == 400
    assert visitor.get("/image.jpg?artist=nobody").status_code == 404


def test_blurred_and_hidden_works_are_not_shown_elsewhere(small) -> None:
    built, client = small
    built.catalogue.works.moderate("ada:3", "blurred", "blood")
    assert client.get("/works/ada/3/card.jpg").status_code == 404
    assert "og:image" not in client.get("/works/ada/3").text
    assert 'class="veiled"' in client.get("/works/ada/3/embed").text
    embed = client.get("/oembed", params={"url": f"{BASE}/works/ada/3"}).json()
    assert "thumbnail_url" not in embed
    newest = client.get("/image.jpg").headers["content-location"]
    assert built.manifests[1].painting.image in newest
    built.catalogue.works.moderate("ada:2", "hidden", "no")
    assert client.get("/works/ada/2/card.jpg").status_code == 410
    assert client.get("/works/ada/2/embed").status_code == 410
    hidden = client.get("/oembed", params={"url": f"{BASE}/works/ada/2"})
    assert hidden.status_code == 404
    newest = client.get("/image.jpg").headers["content-location"]
    assert built.manifests[0].painting.image in newest
