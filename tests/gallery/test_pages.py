"""Pages for visitors: stream, works, an empty gallery, and errors."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys

import pytest
from PIL import Image
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.images.thumbnails import KINDS
from storage.archive.archive import Archive
from storage.archive.plan import Statement
from storage.catalogue import Catalogue
from tests.gallery.feeds.json_feed import faults


def test_the_gallery_needs_no_torch() -> None:
    heavy = "{'torch', 'transformers', 'celery', 'open_clip', 'skia', 'openai'}"
    code = f"import sys, gallery; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_stream_has_every_work_once_in_order(visitor: TestClient, exhibition) -> None:
    address, seen = "/works", []
    while address:
        page = visitor.get(address)
        assert page.status_code == 200
        seen += [
            int(number)
            for number in re.findall(r'class="title" href="/works/ada/(\d+)"', page.text)
        ]
        older = re.search(r'rel="next" href="([^"]+)">Earlier', page.text)
        address = older.group(1) if older else ""
    assert seen == list(range(len(exhibition.manifests), 0, -1))


@pytest.mark.parametrize("kind", ["avif", "webp"])
def test_pictures_come_in_widths_that_are_offered(visitor: TestClient, kind: str) -> None:
    page = visitor.get("/").text
    sources = re.search(rf'srcset="([^"]+\.{kind}[^"]*)"', page)
    assert sources
    listed = sources.group(1).split(", ")
    assert len(listed) == 3
    for source in listed:
        address, width = source.split()
        picture = visitor.get(address)
        assert picture.headers["content-type"] == f"image/{kind}"
        with Image.open(io.BytesIO(picture.content)) as opened:
            assert opened.format == kind.upper()
            assert opened.width == int(width.removesuffix("w"))


def test_work_page_shows_all_records(visitor: TestClient, exhibition) -> None:
    manifest = exhibition.manifests[19]
    page = visitor.get("/works/ada/20").text
    assert page.count("<circle") == len(manifest.inspiration.candidates)
    assert page.count('<circle class="pick"') == 1
    for text in (
        manifest.composition.title,
        manifest.composition.prompt,
        manifest.painting.technique,
        f"{manifest.judgement.novelty:.3f}",
        manifest.painting.image,
        *(shown.how for shown in manifest.painting.shown),
        *manifest.judgement.departed,
        *manifest.judgement.pool_after.concepts,
    ):
        assert text.replace("'", "&#39;") in page
    for nearest in (manifest.judgement.nearest_text, manifest.judgement.nearest_image):
        assert f'href="/works/{nearest.work.replace(":", "/")}"' in page
    assert 'rel="prev" href="/works/ada/19"' in page
    assert 'rel="next" href="/works/ada/21"' in page


def test_first_work_has_nothing_before_it(visitor: TestClient) -> None:
    page = visitor.get("/works/ada/1")
    assert page.status_code == 200
    assert "nothing to compare it with" in page.text
    assert 'rel="prev"' not in page.text


STATEMENTS = (
    Statement(text="A fox sits on the left.", kind="place 0 left", holds=True, measured="0.31"),
    Statement(text="The light is <b>blue</b>.", kind="light left", holds=False, measured="-0.2"),
    Statement(text="It is a linocut.", kind="technique"),
)


@pytest.fixture
def planned(empty, sample):
    """One work of which each sentence was checked."""
    manifest = sample.Life("ada").cycle(empty.archive)
    composition = manifest.composition.model_copy(update={"statements": STATEMENTS})
    manifest = manifest.model_copy(update={"composition": composition})
    empty.archive.save_manifest(manifest)
    empty.catalogue.restore_work(manifest)
    return sample.Exhibition(empty.catalogue, empty.archive, [manifest])


def test_a_work_shows_one_text_and_how_it_was_checked(planned) -> None:
    client = TestClient(create_app(planned.catalogue, planned.archive, site=SiteSettings()))
    page = client.get("/works/ada/1").text
    text = page.partition('<blockquote class="prompt">')[2].partition("</blockquote>")[0]
    assert text == "<p>A fox sits on the left. It is a linocut.</p>"
    assert planned.manifests[0].composition.prompt not in page
    assert "1 of 3 were found true" in page
    assert "The light is &lt;b&gt;blue&lt;/b&gt;." in page
    assert all(word in page for word in ("How this was checked", "false, left out", "0.31"))


def test_checks_are_hidden_with_the_prompt(planned) -> None:
    site = SiteSettings(show_prompt=False)
    client = TestClient(create_app(planned.catalogue, planned.archive, site=site))
    assert "A fox sits" not in client.get("/works/ada/1").text
    story = client.get("/api/v1/works/ada/1").json()
    assert (story["plan"], story["statements"]) == (None, [])


def test_a_work_that_was_never_checked_shows_its_prompt(visitor: TestClient) -> None:
    assert "How this was checked" not in visitor.get("/works/ada/20").text


def test_prompt_can_be_hidden(exhibition) -> None:
    site = SiteSettings(show_prompt=False)
    client = TestClient(create_app(exhibition.catalogue, exhibition.archive, site=site))
    prompt = exhibition.manifests[4].composition.prompt
    for address in ("/works/ada/5", "/feed.atom"):
        assert prompt[:40] not in client.get(address).text


def test_original_is_what_was_painted(visitor: TestClient, exhibition) -> None:
    _, media_type = exhibition.archive.read_image(exhibition.manifests[2].painting.image)
    shown = visitor.get("/works/ada/3/original")
    saved = visitor.get("/works/ada/3/download")
    assert shown.content == saved.content
    assert "content-disposition" not in shown.headers
    assert shown.headers["content-type"] == saved.headers["content-type"] == media_type
    assert saved.headers["content-disposition"] == 'attachment; filename="ada-3.jpg"'


def test_empty_gallery_waits_for_the_first_work(empty) -> None:
    client = TestClient(create_app(empty.catalogue, empty.archive, site=SiteSettings()))
    page = client.get("/")
    assert page.status_code == 200
    assert "preparing its first work" in page.text
    assert '<meta http-equiv="refresh"' in page.text
    cycle = empty.catalogue.cycles.open("ada", tuning_version=1, every=0)
    assert cycle is not None
    assert "Ada is choosing a concept" in client.get("/").text
    assert client.get("/feed.atom").status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nowhere", 404),
        ("/works/ada/999", 404),
        ("/works/nobody/1", 404),
        ("/works/ada/0", 404),
        ("/works/ada/-1", 404),
        ("/works/ada/one", 404),
        ("/works/ada/" + "9" * 5000, 404),
        ("/works/" + "a" * 100 + "/1", 404),
        ("/works/..%2f..%2fetc/1", 404),
        ("/works/ada/999/download", 404),
        ("/?before=ada:999", 400),
        ("/?before=' OR 1=1", 400),
        ("/?before=" + "x" * 5000, 400),
        ("/?before=%00", 400),
        ("/works/%00/1", 400),
        ("/works/%0a/1", 400),
        ("/works/%ff/1", 400),
        ("/images/" + "0" * 64 + "/960.webp", 404),
        ("/images/" + "0" * 64 + "/961.webp", 404),
        ("/images/..%2f..%2fcatalogue/960.webp", 404),
        ("/static/../app.py", 404),
        ("/static/%00", 404),
    ],
)
def test_bad_addresses_get_a_clear_page(visitor: TestClient, address: str, status: int) -> None:
    page = visitor.get(address)
    assert page.status_code == status
    assert "<h1>" in page.text
    assert "Traceback" not in page.text
    assert page.headers["cache-control"] == "no-store"


def test_pages_can_only_be_read(visitor: TestClient) -> None:
    page = visitor.post("/")
    assert page.status_code == 405
    assert "GET" in page.headers["allow"]
    assert visitor.head("/").status_code == 200


def test_failures_are_pages_without_their_cause(exhibition, monkeypatch) -> None:
    app = create_app(exhibition.catalogue, exhibition.archive, site=SiteSettings())
    client = TestClient(app, raise_server_exceptions=False)
    monkeypatch.setattr(Archive, "read_manifest", lambda *_: 1 / 0)
    page = client.get("/works/ada/1")
    assert page.status_code == 500
    assert "ZeroDivisionError" not in page.text
    assert "This is an error of the gallery" in page.text


def test_missing_and_damaged_files_are_distinguished(empty, sample) -> None:
    manifest = sample.hang(empty.catalogue, empty.archive, works=1, artist="bob").manifests[0]
    app = create_app(empty.catalogue, empty.archive, site=SiteSettings())
    client = TestClient(app, raise_server_exceptions=False)
    picture = next(iter((empty.archive.store.path / "images").rglob("*.jpg")))
    picture.chmod(0o644)
    picture.write_bytes(b"no picture")
    assert client.get("/works/bob/1").status_code == 200
    assert client.get(f"/images/{manifest.painting.image}/480.webp").status_code == 500
    picture.unlink()
    assert client.get(f"/images/{manifest.painting.image}/480.webp").status_code == 404
    assert client.get("/works/bob/1/original").status_code == 404


def test_a_picture_of_extreme_ratio_has_no_copies_and_is_no_error(empty, sample) -> None:
    sample.hang(empty.catalogue, empty.archive, works=1, artist="bob")
    strip = io.BytesIO()
    Image.new("L", (16, 32_766)).save(strip, "PNG")
    image = empty.archive.save_image(strip.getvalue(), "image/png")
    app = create_app(empty.catalogue, empty.archive, site=SiteSettings())
    client = TestClient(app, raise_server_exceptions=False)
    for name in KINDS:
        assert client.get(f"/images/{image}/{name}").status_code == 404


def test_health_is_503_while_the_catalogue_is_unavailable(tmp_path, exhibition) -> None:
    away = Catalogue(f"sqlite:///{tmp_path / 'catalogue.db'}")
    client = TestClient(create_app(away, exhibition.archive, site=SiteSettings()))
    assert client.get("/health").json() == {"status": "ok", "reason": "", "alarms": []}
    away.close()
    for path in tmp_path.iterdir():
        path.unlink()
    tmp_path.rmdir()
    sick = client.get("/health")
    assert sick.status_code == 503
    assert sick.json()["reason"]
    page = client.get("/")
    assert page.status_code == 503
    assert page.headers["retry-after"] == "30"
    assert "can’t reach its catalogue" in page.text or "can&#39;t reach its catalogue" in page.text
    tmp_path.mkdir()


def test_every_response_has_the_security_headers(visitor: TestClient) -> None:
    for address in ("/", "/works/ada/3", "/nowhere", "/feed.atom", "/health"):
        headers = visitor.get(address).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_pages_have_no_inline_scripts_or_styles(visitor: TestClient) -> None:
    for address in ("/", "/works/ada/3", "/nowhere"):
        page = visitor.get(address).text
        page = page.replace('<script type="application/ld+json">', "")  # data, never run
        page = re.sub(r"<code>&lt;iframe .*?</code>", "", page)  # text to copy
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", page)


def test_what_models_write_is_escaped(tmp_path, empty, sample) -> None:
    manifest = sample.Life("ada").cycle(empty.archive)
    evil = '<script>alert("1")</script>\x00]]>&'
    composition = manifest.composition.model_copy(
        update={"title": evil, "prompt": evil, "thought": evil}
    )
    manifest = manifest.model_copy(update={"composition": composition})
    empty.archive.save_manifest(manifest)
    empty.catalogue.restore_work(manifest)
    client = TestClient(create_app(empty.catalogue, empty.archive, site=SiteSettings()))
    for address in ("/", "/works/ada/1", "/feed.atom"):
        page = client.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text


def test_hidden_works_and_their_pictures_are_not_served(empty, sample) -> None:
    manifests = sample.hang(empty.catalogue, empty.archive, works=4, artist="bob").manifests
    app = create_app(empty.catalogue, empty.archive, site=SiteSettings())
    client = TestClient(app)
    empty.catalogue.works.moderate("bob:2", "hidden", "somebody asked for it")
    empty.catalogue.works.moderate("bob:3", "held", "a check was not sure")
    empty.catalogue.works.moderate("bob:4", "blurred", "blood")
    page = client.get("/works/bob/2")
    assert page.status_code == 410
    assert "somebody asked for it" in page.text
    held = client.get("/works/bob/3")
    assert held.status_code == 404 and "not shown yet" in held.text
    assert "not sure" not in held.text and "taken down" not in held.text
    assert "taken down" not in page.text, "it may be shown again"
    assert client.get("/api/v1/works/bob/3").status_code == 404
    for address in ("/works/bob/2/original", "/works/bob/2/qr.svg", "/api/v1/works/bob/2"):
        assert client.get(address).status_code == 410
    empty.catalogue.works.moderate("bob:2", "hidden", "Somebody asked for it.")
    told = client.get("/api/v1/works/bob/2").json()["error"]
    assert told == "It is not shown here: Somebody asked for it."
    assert "See all 2 works" in client.get("/").text
    assert client.get("/api/v1/artists/bob").json()["works"] == 2
    image = manifests[1].painting.image
    assert client.get(f"/images/{image}/480.webp").status_code == 410
    assert [work["number"] for work in client.get("/api/v1/works").json()["works"]] == [4, 1]
    for address in ("/", "/feed.atom", "/artists/bob", "/artists/bob/works.csv", "/works/bob/4"):
        assert manifests[1].composition.title not in client.get(address).text
    assert 'class="veiled"' in client.get("/").text
    assert "blood" in client.get("/works/bob/4").text


def test_blurred_pictures_are_not_in_previews_and_feeds(empty, sample) -> None:
    sample.hang(empty.catalogue, empty.archive, works=2, artist="bob")
    image = empty.catalogue.works.get("bob:2").image

    def told(path: str) -> str:
        # Without cached responses.
        client = TestClient(create_app(empty.catalogue, empty.archive, site=SiteSettings()))
        return client.get(path).text

    assert "/works/bob/2/original" in told("/wall")
    empty.catalogue.works.moderate("bob:2", "blurred", "blood")
    assert "/works/bob/2/" not in told("/wall") and "/works/bob/1/original" in told("/wall")
    for feed in ("/feed.atom", "/feed.json"):
        assert "/works/bob/2" in told(feed) and "shown blurred" in told(feed)
        assert image not in told(feed) and "/works/bob/2/original" not in told(feed)
    assert faults(json.loads(told("/feed.json"))) == []
    assert "og:image" not in told("/works/bob/2") and "og:image" in told("/works/bob/1")
    works = json.loads(told("/api/v1/works"))["works"]
    assert [work["veiled"] for work in works] == [True, False]
    empty.catalogue.works.moderate("bob:1", "blurred", "blood")
    assert "There is no work to show now." in told("/wall")
