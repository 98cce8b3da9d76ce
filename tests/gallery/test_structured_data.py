"""JSON-LD on the pages of works."""

from __future__ import annotations

import json
import re

import pytest
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from storage.archive.manifest import Manifest

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def told(exhibition, site: SiteSettings, number: int = 5) -> dict:
    page = TestClient(create_app(exhibition.catalogue, exhibition.archive, site=site)).get(
        f"/works/ada/{number}"
    )
    (block,) = BLOCK.findall(page.text)
    return json.loads(block)


def test_it_says_what_the_manifest_says(exhibition) -> None:
    manifest: Manifest = exhibition.manifests[4]
    base = "https://art.example.org"
    licence_url = "https://creativecommons.org/publicdomain/zero/1.0/"
    site = SiteSettings(base_url=base, licence="CC0-1.0", licence_url=licence_url)
    data = told(exhibition, site)
    assert data["@context"] == "https://schema.org"
    assert set(data["@type"]) == {"VisualArtwork", "ImageObject"}
    assert data["name"] == manifest.composition.title
    assert data["keywords"] == list(manifest.composition.concepts)
    assert data["url"] == f"{base}/works/ada/5"
    assert data["contentUrl"] == f"{base}/works/ada/5/original"
    assert data["encodingFormat"] == manifest.painting.media_type
    assert data["width"]["value"] == manifest.painting.width
    assert data["height"]["value"] == manifest.painting.height
    assert data["license"] == licence_url
    assert data["acquireLicensePage"] == f"{base}/works/ada/5"
    assert data["copyrightNotice"] == "CC0-1.0"
    assert data["creditText"] == "Ada"
    assert data["creator"] == {
        "@type": "Organization",
        "name": "Ada",
        "url": f"{base}/artists/ada",
    }
    word = manifest.painting.digital_source_type.rpartition("/")[2]
    name = data["digitalSourceType"].removeprefix("https://schema.org/")
    assert name.removesuffix("DigitalSource").lower() == word.lower()
    assert data["artform"] == manifest.painting.technique


def test_terms_are_only_stated_where_there_are_some(exhibition) -> None:
    data = told(exhibition, SiteSettings(credit="The Machine"))
    assert not {"license", "acquireLicensePage", "copyrightNotice"} & data.keys()
    assert data["creditText"] == "The Machine"
    words = told(exhibition, SiteSettings(licence="All rights reserved"))
    assert words["copyrightNotice"] == "All rights reserved" and "license" not in words


def test_no_text_ends_the_block(empty, sample) -> None:
    life = sample.Life("ada")
    manifest = life.cycle(empty.archive)
    title = "</script><script>alert('&')"
    composition = manifest.composition.model_copy(update={"title": title})
    manifest = manifest.model_copy(update={"composition": composition})
    empty.archive.save_manifest(manifest)
    empty.catalogue.artists.add(life.created)
    empty.catalogue.restore_work(manifest)
    assert told(empty, SiteSettings(), 1)["name"] == title


@pytest.mark.parametrize("visibility", ["held", "hidden"])
def test_hidden_works_have_none(tmp_path, sample, visibility: str) -> None:
    built = sample.build_exhibition(tmp_path, works=2)
    built.catalogue.works.moderate("ada:2", visibility, "a reason")
    app = create_app(built.catalogue, built.archive, site=SiteSettings())
    assert "ld+json" not in TestClient(app).get("/works/ada/2").text
    built.catalogue.close()


def test_a_blurred_work_names_no_picture(tmp_path, sample) -> None:
    built = sample.build_exhibition(tmp_path, works=2)
    built.catalogue.works.moderate("ada:2", "blurred", "a reason")
    data = told(built, SiteSettings(), 2)
    assert "contentUrl" not in data and "thumbnailUrl" not in data
    built.catalogue.close()
