"""Metadata in files, read by other programs; and that no pixel changes."""

from __future__ import annotations

import io
import shutil
import subprocess
from xml.etree import ElementTree as Xml

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.images.xmp import with_xmp, xmp_packet

IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
SITE = SiteSettings(
    base_url="https://art.example.org",
    licence="CC0-1.0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    credit="The Machine",
)


def packet_of(data: bytes) -> Xml.Element:
    with Image.open(io.BytesIO(data)) as opened:
        said = opened.info.get("xmp") or opened.info["XML:com.adobe.xmp"].encode()
    return Xml.fromstring(said[said.index(b"<x:xmpmeta") : said.index(b"<?xpacket end")])


def pixels(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as opened:
        return np.asarray(opened.convert("RGBA"))


@pytest.mark.parametrize(
    ("form", "mode", "options"),
    [
        ("PNG", "RGB", {}),
        ("PNG", "RGBA", {}),
        ("JPEG", "RGB", {"quality": 80}),
        ("WEBP", "RGB", {"quality": 80}),
        ("WEBP", "RGBA", {"quality": 80}),
        ("WEBP", "RGB", {"lossless": True}),
        ("WEBP", "RGBA", {"lossless": True}),
        ("WEBP", "RGB", {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"}),
    ],
)
def test_the_packet_is_embedded_and_the_pixels_are_unchanged(
    exhibition, form, mode, options
) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (37, 53, len(mode)), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, form, **options)
    packet = xmp_packet(exhibition.manifests[4], artist_title="Ada", page="", site=SITE)
    described = with_xmp(file.getvalue(), f"image/{form.lower()}", packet)
    assert (pixels(described) == pixels(file.getvalue())).all()
    said = packet_of(described)
    kind = said.find(f".//{IPTC}DigitalSourceType")
    assert kind is not None and kind.text == exhibition.manifests[4].painting.digital_source_type


def test_every_served_file_has_metadata(exhibition) -> None:
    app = create_app(exhibition.catalogue, exhibition.archive, site=SITE)
    client = TestClient(app)
    manifest = exhibition.manifests[4]
    image = manifest.painting.image
    for address in (
        "/works/ada/5/original",
        "/works/ada/5/download",
        f"/images/{image}/480.avif",
        f"/images/{image}/480.webp",
        f"/images/{image}/share.jpg",
    ):
        said = packet_of(client.get(address).content)
        text = "\n".join(element.text or "" for element in said.iter())
        for told in (manifest.composition.title, "CC0-1.0", "The Machine", "Ada"):
            assert told in text
        assert said.find(f".//{IPTC}AIPromptInformation").text == manifest.composition.prompt
        assert "https://art.example.org/works/ada/5" in text
    painted, _ = exhibition.archive.read_image(image)
    assert (pixels(client.get("/works/ada/5/original").content) == pixels(painted)).all()


def test_hidden_prompts_are_not_in_the_files(exhibition) -> None:
    site = SiteSettings(show_prompt=False)
    client = TestClient(create_app(exhibition.catalogue, exhibition.archive, site=site))
    prompt = exhibition.manifests[4].composition.prompt.encode()[:30]
    image = exhibition.manifests[4].painting.image
    for address in (
        "/works/ada/5/download",
        f"/images/{image}/480.webp",
        f"/images/{image}/480.avif",
    ):
        data = client.get(address).content
        assert prompt not in data
        assert packet_of(data).find(f".//{IPTC}AIPromptInformation") is None


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="needs exiftool")
def test_exiftool_reads_it(exhibition, tmp_path) -> None:
    client = TestClient(create_app(exhibition.catalogue, exhibition.archive, site=SITE))
    file = tmp_path / "work.jpg"
    file.write_bytes(client.get("/works/ada/5/download").content)
    said = subprocess.run(["exiftool", str(file)], capture_output=True, text=True, check=True)
    assert "Digital Source Type" in said.stdout
