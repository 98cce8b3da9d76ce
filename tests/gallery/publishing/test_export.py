"""The exported gallery on a plain file server: complete, no broken links, no needless writes."""

from __future__ import annotations

import asyncio
import functools
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from unicodedata import normalize
from urllib.parse import urldefrag, urljoin

import feedparser
import httpx2 as httpx
import pytest
from markupsafe import escape

from gallery import SiteSettings, create_app
from gallery.number_ranges import fixed_ranges, range_until
from gallery.publishing.export import Export, Exported, ExportFailed
from storage.archive.archive import Archive
from storage.archive.folder import FolderStore
from storage.catalogue import Catalogue, kept_name
from storage.errors import ObjectDamaged, StorageUnavailable
from worker.edit_artist import edit_artist

ORIGIN = "https://art.example.org"
LINKS = re.compile(r'(?:href|src|content|data-works|data-points)="([^"]+)"|srcset="([^"]+)"')


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "site"


@dataclass(frozen=True)
class Served:
    """An export at an address of its own, which a plain file server of this machine serves."""

    address: str
    local: str

    def get(self, url: str, client: httpx.Client) -> httpx.Response:
        """Ask this machine's server in place of the address's."""
        return client.get(url.replace(ORIGIN, self.local, 1))

    def url(self, answer: httpx.Response) -> str:
        """The address that answered."""
        return str(answer.url).replace(self.local, ORIGIN, 1)


@pytest.fixture(params=["", "/art"], ids=["root", "below"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A plain file server over the export, at its root or below a path."""
    folder = tmp_path / "served"
    folder.mkdir()
    (tmp_path / "site").mkdir()
    if request.param:
        (folder / "art").symlink_to(tmp_path / "site")
    handler = functools.partial(
        Quiet, directory=str(folder if request.param else tmp_path / "site")
    )
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        local = f"http://127.0.0.1:{server.server_address[1]}"
        yield Served(f"{ORIGIN}{request.param}", local)
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def exhibited(tmp_path_factory: pytest.TempPathFactory, sample) -> Path:
    """The stores before their first export, but with the copies of all pictures.

    To make these takes nine tenths of an export. They are of one address and the pictures.
    """
    folder = tmp_path_factory.mktemp("exhibited")
    build(folder, sample).catalogue.close()
    unexported = (folder / "catalogue.db").read_bytes()
    opened = open_stores(folder, sample)
    for root in ("", "/art"):
        export(opened, tmp_path_factory.mktemp("exported"), f"{ORIGIN}{root}")
    opened.catalogue.close()
    (folder / "catalogue.db").write_bytes(unexported)
    return folder


def build(folder: Path, sample):
    built = sample.build_exhibition(folder, works=9, artist="ada")
    return sample.hang(built.catalogue, built.archive, works=4, artist="boris.b")


def open_stores(folder: Path, sample):
    catalogue = Catalogue(f"sqlite:///{folder / 'catalogue.db'}")
    return sample.Exhibition(catalogue, Archive(FolderStore(folder / "archive")), [])


@pytest.fixture
def stores(tmp_path: Path, exhibited: Path, sample) -> Iterator:
    shutil.copytree(exhibited, tmp_path / "stores")
    opened = open_stores(tmp_path / "stores", sample)
    yield opened
    opened.catalogue.close()


def export(stores, folder: Path, base_url: str = ORIGIN) -> Exported:
    site = SiteSettings(base_url=base_url, static=True, per_page=3)
    app = create_app(stores.catalogue, stores.archive, site=site, limited=False)
    store = FolderStore(folder, create=True)
    return asyncio.run(Export(app, site, stores.catalogue, store).run())


def crawl(served: Served) -> dict[str, httpx.Response]:
    """Every page, picture and feed that is reachable by links from the first page."""
    address = served.address
    found: dict[str, httpx.Response] = {}
    left = [f"{address}/", f"{address}/robots.txt", f"{address}/sitemap.xml"]
    with httpx.Client(follow_redirects=True, trust_env=False) as client:
        while left:
            url = left.pop()
            if url in found or not url.startswith(address):
                continue
            answer = found[url] = served.get(url, client)
            kind = answer.headers["content-type"]
            if "html" in kind:
                for one, several in LINKS.findall(answer.text):
                    listed = [part.split()[0] for part in several.split(", ")] if several else [one]
                    for link in listed:
                        if link.startswith(("/", "#", "http")):
                            left.append(urldefrag(urljoin(served.url(answer), unescape(link)))[0])
            elif url.endswith((".atom", ".json", ".xml", ".txt")):
                left += re.findall(rf"{re.escape(address)}[^\s\"<>&\\]*", unescape(answer.text))
    return found


def test_no_link_is_broken(stores, folder: Path, served: Served) -> None:
    address = served.address
    export(stores, folder, address)
    found = crawl(served)
    assert {url: a.status_code for url, a in found.items() if a.status_code != 200} == {}
    pages = [url for url in found if re.search(r"/works/[^/]+/\d+/$", url)]
    assert len(pages) == 13
    assert f"{address}/works/" in found and f"{address}/explore/" in found
    assert f"{address}/artists/boris.b/" in found
    assert any("/before/" in url for url in found)
    assert f"{address}/works.json" in found
    for url in (f"{address}/feed.atom", f"{address}/artists/ada/feed.atom"):
        feed = feedparser.parse(found[url].content)
        assert not feed.bozo
        assert all(entry.link in found for entry in feed.entries)
    points = found[f"{address}/artists/ada/map.json"].json()["works"]
    assert len(points) == 9
    with httpx.Client(trust_env=False) as client:
        for point in points:
            assert urljoin(address, point["page"]) in found
            assert served.get(urljoin(address, point["picture"]), client).status_code == 200
    assert not any("vote" in url or "/api/" in url for url in found)


def test_exporting_again_writes_nothing(folder: Path, tmp_path: Path, sample) -> None:
    """Also where the first export made the copies of the pictures."""
    stores = build(tmp_path, sample)
    first = export(stores, folder)
    assert first.written == first.looked_at + 1
    again = export(stores, folder)
    assert again.written == 0
    assert again.looked_at < first.looked_at / 2
    stores.catalogue.close()


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "export.json"
    }


def test_a_new_work_changes_what_it_must(stores, sample, folder: Path, tmp_path: Path) -> None:
    export(stores, folder)
    before = files(folder)
    life = sample.Life("ada")
    manifests = [life.cycle(stores.archive) for _ in range(10)]
    stores.archive.save_manifest(manifests[9])
    stores.catalogue.restore_work(manifests[9])
    export(stores, folder)
    after = files(folder)
    changed = {name for name in after if before.get(name) != after[name]}
    assert "works/ada/10/index.html" in changed
    assert "works/ada/9/index.html" in changed
    assert {"index.html", "feed.atom", "artists/ada/index.html"} <= changed
    assert not any("/ada/8/" in name or "boris" in name for name in changed if "works/" in name)
    export(stores, tmp_path / "fresh")
    fresh = files(tmp_path / "fresh")
    assert {name: after[name] for name in fresh} == fresh


def test_hidden_works_are_removed(stores, folder: Path) -> None:
    export(stores, folder)
    work = stores.catalogue.works.get("ada:4")
    original = (folder / f"images/{work.image}/960.webp").read_bytes()
    stores.catalogue.works.moderate("ada:4", "hidden", "somebody asked")
    export(stores, folder)
    page = (folder / "works/ada/4/index.html").read_text()
    assert "not shown here any more" in page
    assert work.title not in page
    # Another artist's work has the same picture here, so its files may name it.
    told = (data for name, data in files(folder).items() if not name.startswith("images/"))
    everything = b"".join(told)
    assert work.title.encode() not in everything
    shared = stores.catalogue.works.of_image(work.image)
    if not shared.visible:
        assert (folder / f"images/{work.image}/960.webp").read_bytes() != original


def test_work_ids_can_not_leave_the_folder(stores, folder: Path) -> None:
    from gallery.urls import StaticUrls

    to = StaticUrls("https://art.example.org", "")
    assert to.concept("..") == "/concepts/~2E~2E/"
    assert to.concept("a/../../b") == "/concepts/a~2F..~2F..~2Fb/"
    assert to.concept("st. john") == "/concepts/st.%20john/"
    assert to.concept("sea", "feed.atom") == "/concepts/sea/feed.atom"
    assert to.concept("sea", before="ada:5") == "/concepts/sea/before/ada-5/"


@pytest.mark.parametrize("newest", [1, 47, 48, 49, 96, 97, 144, 500])
def test_fixed_ranges_cover_all_works_once(newest: int) -> None:
    shown = range_until(None, newest=newest, length=48, fixed=True)
    covered = list(range(shown.first, newest + 1))
    assert shown.later is None
    for last in fixed_ranges(newest, 48):
        page = range_until(last, newest=newest, length=48, fixed=True)
        assert page.last == last == shown.earlier
        assert page.later == (0 if shown.later is None else shown.last)
        covered = [*range(page.first, page.last + 1), *covered]
        shown = page
    assert covered == list(range(1, newest + 1))
    assert shown.earlier is None


NAMES = (
    *("head / face", ".", "..", "a/../b", "back\\slash", "50% off", "what?", "#1", "a;b", "c++"),
    *("Moon", "moon", "MOON", "\u00e9toile", "e\u0301toile", "stra\u00dfe", "strasse"),
    *(
        "con",
        "nul.txt",
        "index.html",
        "feed.atom",
        "before",
        " edges ",
        "dots...",
        "~2F",
        "a:b*c|d",
    ),
    *(
        "\N{WOMAN}\u200d\N{ROCKET}",
        "\N{SNOWMAN}",
        "x" * 400,
        "\u00e9" * 400,
        "<b>&amp;'\"",
    ),
)


def show(stores, sample, names: tuple[str, ...]) -> None:
    """Add a work that also shows these concepts."""
    life = sample.Life("ada")
    manifest = [life.cycle(stores.archive) for _ in range(10)][9]
    shown = (*names, manifest.inspiration.concept)
    composition = manifest.composition.model_copy(update={"concepts": shown})
    stores.archive.save_manifest(
        manifest := manifest.model_copy(update={"composition": composition})
    )
    stores.catalogue.restore_work(manifest)


def test_every_name_has_a_page(stores, sample, folder: Path, served: Served) -> None:
    show(stores, sample, NAMES)
    assert export(stores, folder, served.address).failed == {}
    found = crawl(served)
    assert {url: a.status_code for url, a in found.items() if a.status_code != 200} == {}
    titles = [a.text for url, a in found.items() if "/concepts/" in url and url.endswith("/")]
    for name in NAMES:
        heading = f"<h1><em>{escape(kept_name(name))}</em></h1>"
        assert sum(heading in title for title in titles) == 1, name
    names = [path.name for path in (folder / "concepts").iterdir()]
    assert len({normalize("NFD", name.casefold()) for name in names}) == len(names)
    for name in names:
        assert name.isprintable() and len(name.encode()) < 200
        assert not set(name) & set('<>:"/\\|?*') and name == name.strip(" ").rstrip(".")
        assert name.partition(".")[0].rstrip() not in ("con", "nul")


def test_one_failed_page_does_not_stop_the_export(stores, folder: Path, monkeypatch) -> None:
    """A damaged manifest: its work's page is missing until it is restored, all others are made."""
    read = stores.archive.read_manifest

    def broken(artist: str, number: int):
        if (artist, number) == ("ada", 5):
            raise ObjectDamaged("manifests/ada/00000005.json can't be read")
        return read(artist, number)

    monkeypatch.setattr(stores.archive, "read_manifest", broken)
    first = export(stores, folder)
    assert set(first.failed) == {"/works/ada/5", "/works/ada/5/download", "/works/ada/5/card.jpg"}
    assert "00000005.json can't be read" in first.failed["/works/ada/5"]
    assert (folder / "works/ada/6/index.html").exists()
    assert not (folder / "works/ada/5/index.html").exists()
    assert set(export(stores, folder).failed) == set(first.failed)
    monkeypatch.undo()
    assert export(stores, folder).failed == {}
    assert (folder / "works/ada/5/index.html").exists()
    assert export(stores, folder).written == 0


def test_a_page_that_fails_later_keeps_its_place_unless_something_was_hidden(
    stores, folder: Path, monkeypatch
) -> None:
    export(stores, folder)
    page = folder / "concepts/sea/index.html"
    before = page.read_bytes()
    monkeypatch.setattr(stores.catalogue.works, "companions", None)
    monkeypatch.setattr("gallery.publishing.export.version_of_pages", lambda: "another look")
    assert "/concepts/sea" in export(stores, folder).failed
    assert page.read_bytes() == before
    stores.catalogue.works.moderate("ada:4", "hidden", "")
    export(stores, folder)
    assert b"not shown here any more" in page.read_bytes()


def test_an_unavailable_gallery_is_not_exported(stores, folder: Path, monkeypatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise StorageUnavailable("gone")

    monkeypatch.setattr(stores.catalogue.works, "newest", away)
    with pytest.raises(ExportFailed, match="unavailable"):
        export(stores, folder)


def test_pages_under_old_names_redirect(stores, sample, folder: Path) -> None:
    show(stores, sample, ("Moon", "sea"))
    export(stores, folder)
    (folder / "concepts/Moon").mkdir()
    (folder / "concepts/Moon/index.html").write_text("an older export")
    stores.catalogue.works.moderate("ada:4", "blurred", "blood")
    export(stores, folder)
    assert '"/concepts/~4Doon/"' in (folder / "concepts/Moon/index.html").read_text()


def test_nothing_is_left_of_a_concept_that_only_a_hidden_work_shows(
    stores, sample, folder: Path
) -> None:
    show(stores, sample, ("secret", "sea"))
    export(stores, folder)
    title = stores.catalogue.works.get("ada:10").title
    stores.catalogue.works.moderate("ada:10", "hidden", "")
    export(stores, folder)
    told = [name for name, data in files(folder).items() if title.encode() in data]
    assert [name for name in told if not name.startswith("images/")] == []


def test_a_changed_reason_is_exported(stores, folder: Path) -> None:
    stores.catalogue.works.moderate("ada:4", "blurred", "blood")
    export(stores, folder)
    stores.catalogue.works.moderate("ada:4", "blurred", "a wound")
    export(stores, folder)
    assert "a wound" in (folder / "works/ada/4/index.html").read_text()


def test_an_edited_artist_is_exported(stores, folder: Path) -> None:
    export(stores, folder)
    artist = stores.catalogue.artists.get("ada")
    title = artist.created.title
    assert title in (folder / "works/ada/4/index.html").read_text()
    edit_artist(
        stores.catalogue, stores.archive, artist, changes={"title": "Blue Alien"}, who="ann"
    )
    export(stores, folder)
    assert "Blue Alien" in (folder / "works/ada/4/index.html").read_text()


def test_a_site_that_is_not_static_is_not_exported(stores, folder: Path) -> None:
    site = SiteSettings(base_url="https://art.example.org")
    app = create_app(stores.catalogue, stores.archive, site=site, limited=False)
    with pytest.raises(ValueError, match="static"):
        Export(app, site, stores.catalogue, FolderStore(folder, create=True))


def test_one_artist_alone_is_exported_too(tmp_path: Path, sample, folder: Path) -> None:
    (tmp_path / "alone").mkdir()
    built = sample.build_exhibition(tmp_path / "alone", works=2)
    export(built, folder)
    assert "/artists/ada/" in (folder / "artists/index.html").read_text()
    built.catalogue.close()
