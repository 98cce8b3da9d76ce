"""Watermarks: found after changes, absent elsewhere, and in every file that is handed out."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from PIL import Image, PngImagePlugin
from scipy.ndimage import gaussian_filter
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.images import spectrum
from gallery.images.marked_file import with_pixels
from gallery.images.metadata import ImageMetadata, open_thumbnails
from gallery.images.watermark import (
    SpectrumWatermark,
    TrustMarkWatermark,
    WatermarkError,
    open_watermark,
)
from gallery.publishing.post import write_post

IDENTIFIER = 0x0123456789AB


def picture(kind: str, width: int = 1024, height: int = 768) -> Image.Image:
    """A flat poster of three colours, or soft shapes with grain."""
    y, x = np.mgrid[0:height, 0:width]
    if kind == "poster":
        colours = np.array([[236, 208, 186], [70, 18, 22], [186, 148, 140]], np.uint8)
        return Image.fromarray(colours[(x // 170 + y // 130) % 3])
    random = np.random.default_rng(3)
    soft = gaussian_filter(random.normal(size=(height, width, 3)), (24, 24, 0))
    grain = random.normal(scale=4, size=(height, width, 1))
    return Image.fromarray(np.clip(128 + 40 * soft / soft.std() + grain, 0, 255).astype(np.uint8))


def jpeg(shown: Image.Image, quality: int = 70) -> Image.Image:
    file = io.BytesIO()
    shown.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def half(shown: Image.Image) -> Image.Image:
    return shown.resize((shown.width // 2, shown.height // 2), Image.Resampling.LANCZOS)


def cropped(shown: Image.Image) -> Image.Image:
    width, height = shown.size
    return shown.crop((width // 20, height // 13, width // 20 + width * 9 // 10, height))


@pytest.mark.parametrize("kind", ["poster", "soft"])
def test_the_identifier_is_found_after_changes(kind: str) -> None:
    marked = spectrum.embed(picture(kind), IDENTIFIER)
    for changed in (
        marked,
        jpeg(marked),
        half(marked),
        jpeg(half(marked)),
        cropped(marked),
        jpeg(cropped(marked)),
        marked.resize((1500, 1125)),
    ):
        assert spectrum.find(changed) == IDENTIFIER


@pytest.mark.parametrize(("width", "height"), [(400, 1600), (900, 900), (2000, 700)])
def test_every_shape_can_be_marked(width: int, height: int) -> None:
    marked = spectrum.embed(picture("soft", width, height), IDENTIFIER)
    assert marked.size == (width, height)
    assert spectrum.find(jpeg(marked)) == IDENTIFIER


@pytest.mark.parametrize("kind", ["poster", "soft"])
def test_the_mark_is_weak_and_always_the_same(kind: str) -> None:
    plain = picture(kind)
    marked = spectrum.embed(plain, IDENTIFIER)
    difference = np.asarray(marked, float) - np.asarray(plain, float)
    assert 10 * np.log10(255**2 / np.mean(difference**2)) > 40
    assert abs(difference).max() <= 24
    assert marked.tobytes() == spectrum.embed(plain, IDENTIFIER).tobytes()
    assert marked.tobytes() != spectrum.embed(plain, IDENTIFIER + 1).tobytes()


@pytest.mark.parametrize("kind", ["poster", "soft"])
def test_an_unmarked_picture_has_none(kind: str) -> None:
    for shown in (picture(kind), jpeg(half(picture(kind))), picture(kind, 16, 16)):
        assert spectrum.find(shown) is None


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_other_pixels_have_the_same_metadata(form: str, mode: str) -> None:
    if (form, mode) == ("JPEG", "RGBA"):
        pytest.skip("JPEG has no alpha")
    plain = picture("soft", 320, 240).convert(mode)
    if mode == "RGBA":
        plain.putalpha(Image.linear_gradient("L").resize(plain.size))
    exif = Image.Exif()
    exif[0x010E] = "a description"
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'
    profile = b"an ICC profile"
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", xmp.decode())
    text.add_text("Comment", "a comment")
    iptc = b"\xff\xed\x00\x10Photoshop 3.0\0"
    options = {
        "PNG": {"pnginfo": text},
        "JPEG": {"xmp": xmp, "extra": iptc},
        "WEBP": {"xmp": xmp, "lossless": True},
    }[form]
    file = io.BytesIO()
    plain.save(file, form, exif=exif, icc_profile=profile, **options)
    changed = with_pixels(file.getvalue(), lambda shown: spectrum.embed(shown, IDENTIFIER))
    with Image.open(io.BytesIO(changed)) as opened:
        opened.load()
        assert (opened.format, opened.size) == (form, (320, 240))
        assert opened.getexif()[0x010E] == "a description"
        assert opened.info["icc_profile"] == profile
        assert xmp in (opened.info.get("xmp") or opened.info["XML:com.adobe.xmp"].encode())
        if form == "PNG":
            assert opened.info["Comment"] == "a comment"
        if form == "JPEG":
            assert iptc in changed
        if mode == "RGBA":
            alpha = np.asarray(opened.convert("RGBA").getchannel("A"), int)
            assert abs(alpha - np.asarray(plain.getchannel("A"), int)).max() <= 1


def test_a_turned_picture_is_marked_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    file = io.BytesIO()
    picture("soft").save(file, "JPEG", exif=exif, quality=95)
    changed = with_pixels(file.getvalue(), lambda shown: spectrum.embed(shown, IDENTIFIER))
    with Image.open(io.BytesIO(changed)) as opened:
        assert opened.size == (768, 1024) and opened.getexif().get(0x0112, 1) == 1
        assert spectrum.find(opened.convert("RGB")) == IDENTIFIER


@pytest.fixture
def work(sample, empty):
    """A work with a large PNG."""
    life = sample.Life("ada")
    manifest = life.cycle(empty.archive)
    file = io.BytesIO()
    picture("soft").save(file, "PNG")
    update = {
        "image": empty.archive.save_image(file.getvalue(), "image/png"),
        "media_type": "image/png",
        "width": 1024,
        "height": 768,
    }
    manifest = manifest.model_copy(update={"painting": manifest.painting.model_copy(update=update)})
    empty.archive.save_manifest(manifest)
    empty.catalogue.artists.add(life.created)
    empty.catalogue.restore_work(manifest)
    return empty.catalogue.works.get("ada:1")


def opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as shown:
        return shown.convert("RGB")


def test_every_file_that_is_handed_out_has_it(empty, work) -> None:
    mark = SpectrumWatermark()
    archived, _ = empty.archive.read_image(work.image)
    site = SiteSettings(base_url="https://art.example.org")
    client = TestClient(create_app(empty.catalogue, empty.archive, site=site, watermark=mark))
    for address in (
        "/works/ada/1/original",
        "/works/ada/1/download",
        f"/images/{work.image}/480.avif",
        f"/images/{work.image}/480.webp",
        f"/images/{work.image}/1440.webp",
        f"/images/{work.image}/share.jpg",
    ):
        data = client.get(address).content
        assert mark.find(opened(data)) == work.image[:12]
        assert f"cultural-alien.spectrum.1/{work.image[:12]}".encode() in data
    image_metadata = ImageMetadata(empty.catalogue, empty.archive, site, watermark=mark)
    post = write_post(image_metadata, empty.catalogue.artists.get("ada"), work)
    assert mark.find(opened(post.jpeg(300_000)[0])) == work.image[:12]
    assert empty.archive.read_image(work.image)[0] == archived
    assert mark.find(opened(archived)) is None
    assert empty.catalogue.works.of_identifier(work.image[:12]).id == work.id
    assert empty.catalogue.works.of_identifier("0" * 12) is None


def test_a_marked_original_is_made_once(empty, work, monkeypatch) -> None:
    client = TestClient(
        create_app(
            empty.catalogue, empty.archive, site=SiteSettings(), watermark=SpectrumWatermark()
        )
    )
    first = client.get("/works/ada/1/original").content
    monkeypatch.setattr(spectrum, "embed", lambda *_: pytest.fail("it is made again"))
    assert client.get("/works/ada/1/original").content == first


def test_copies_with_and_without_are_stored_apart(empty, work) -> None:
    site = SiteSettings()
    plain = ImageMetadata(empty.catalogue, empty.archive, site)
    marked = ImageMetadata(empty.catalogue, empty.archive, site, watermark=SpectrumWatermark())
    before = open_thumbnails(empty.archive, plain).read(work.image, "480.webp")
    after = open_thumbnails(empty.archive, marked).read(work.image, "480.webp")
    assert before != after
    assert open_thumbnails(empty.archive, plain).read(work.image, "480.webp") == before


class StandIn:
    """TrustMark's interface; it keeps the bits in the lowest bits of the first row."""

    class Encoding:
        BCH_5 = 1

    def __init__(self, *, verbose, model_type, encoding_type, loadRemover) -> None:
        assert (verbose, model_type, loadRemover) == (False, "P", False)
        print("Fetching model file (once only)")
        self.enctyp = encoding_type
        self.encoder = self.decoder = SimpleNamespace()

    def schemaCapacity(self) -> int:
        return 61

    def encode(self, shown: Image.Image, secret: str, MODE: str) -> Image.Image:
        assert MODE == "binary" and len(secret) == 61
        pixels = np.array(shown)
        pixels[0, :61, 0] = pixels[0, :61, 0] & 0xFE | np.array([int(bit) for bit in secret])
        return Image.fromarray(pixels)

    def decode(self, shown: Image.Image, MODE: str) -> tuple[str, bool, int]:
        bits = "".join(str(bit) for bit in np.asarray(shown)[0, :61, 0] & 1)
        return bits, True, self.enctyp


@pytest.fixture
def trustmark(monkeypatch) -> ModuleType:
    module = ModuleType("trustmark")
    module.TrustMark = StandIn
    monkeypatch.setitem(sys.modules, "trustmark", module)
    return module


def test_trustmark_is_used_by_its_interface(trustmark, capsys) -> None:
    mark = open_watermark("trustmark")
    assert isinstance(mark, TrustMarkWatermark) and mark.algorithm == "com.adobe.trustmark.P"
    marked = mark.embed(picture("poster"), "0123456789ab")
    assert mark.find(marked) == "0123456789ab"
    assert mark.find(picture("soft")) is None
    assert mark.value("000000000001") == "1*" + "0" * 47 + "1" + "0" * 13
    assert capsys.readouterr().out == ""


def test_missing_model_files_of_trustmark_are_named(trustmark, monkeypatch) -> None:
    class WithoutFiles(StandIn):
        def __init__(self, **options) -> None:
            super().__init__(**options)
            self.encoder = None  # so it is after a failed download

    monkeypatch.setattr(trustmark, "TrustMark", WithoutFiles)
    with pytest.raises(WatermarkError, match=r"could not be fetched.*models"):
        open_watermark("trustmark").embed(picture("poster"), "0123456789ab")


def test_a_missing_package_is_named(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "trustmark", None)
    with pytest.raises(WatermarkError, match=r"cultural-alien\[watermark\]"):
        open_watermark("trustmark").find(picture("poster"))
    assert open_watermark("off") is None


@pytest.mark.skipif("CULTURAL_ALIEN_DATA" not in os.environ, reason="needs the paintings")
@pytest.mark.parametrize("number", [0, 97])
def test_real_paintings(number: int) -> None:
    folder = Path(os.environ["CULTURAL_ALIEN_DATA"]) / "paintings"
    with Image.open(sorted(folder.glob("*.jpg"))[number]) as shown:
        painting = shown.convert("RGB")
    marked = spectrum.embed(painting, IDENTIFIER)
    for changed in (jpeg(marked), half(marked), cropped(marked)):
        assert spectrum.find(changed) == IDENTIFIER
    assert spectrum.find(painting) is None
