"""Content Credentials, read by the C2PA library with the tests' root certificate."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import c2pa
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.images.c2pa import Credentials
from gallery.images.metadata import ImageMetadata
from gallery.images.watermark import SpectrumWatermark
from gallery.publishing.post import write_post
from tests.gallery.certificates import pem

CREATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
THEIR_XMP = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta
 xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 photoshop:Credit="Made with the provider"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def read(data: bytes, media_type: str, anchors: Sequence[bytes] = ()) -> tuple[str | None, dict]:
    """The C2PA reader's validation state of a file, and its manifest."""
    state, told = read_all(data, media_type, anchors)
    return state, told["manifests"][told["active_manifest"]]


def read_all(data: bytes, media_type: str, anchors: Sequence[bytes]) -> tuple[str | None, dict]:
    """The validation state of a file, and all that the C2PA reader tells of it."""
    trust = {"trust_anchors": b"".join(anchors).decode()} if anchors else {}
    settings = c2pa.Settings.from_dict({"trust": trust, "verify": {"verify_trust": bool(anchors)}})
    with (
        c2pa.Context(settings) as context,
        c2pa.Reader(media_type, io.BytesIO(data), context=context) as reader,
    ):
        return reader.get_validation_state(), json.loads(reader.json())


def actions(manifest: dict) -> list[dict]:
    return next(
        assertion["data"]["actions"]
        for assertion in manifest["assertions"]
        if assertion["label"].startswith("c2pa.actions")
    )


@pytest.mark.parametrize(
    ("address", "media_type", "done"),
    [
        ("/works/ada/5/original", "image/jpeg", []),
        ("/works/ada/5/download", "image/jpeg", []),
        ("/images/{image}/480.avif", "image/avif", ["c2pa.resized"]),
        ("/images/{image}/480.webp", "image/webp", ["c2pa.resized"]),
        ("/images/{image}/share.jpg", "image/jpeg", ["c2pa.resized"]),
        ("/works/ada/5/card.jpg", "image/jpeg", ["c2pa.resized", "c2pa.edited"]),
    ],
)
def test_served_files_are_signed_last(
    exhibition, credentials: Credentials, root, address: str, media_type: str, done: list[str]
) -> None:
    manifest = exhibition.manifests[4]
    app = create_app(
        exhibition.catalogue, exhibition.archive, site=SiteSettings(), credentials=credentials
    )
    data = TestClient(app).get(address.format(image=manifest.painting.image)).content
    assert read(data, media_type)[0] == "Valid"
    state, told = read(data, media_type, [root[1]])
    assert state == "Trusted"
    assert told["title"] == manifest.composition.title
    created, *others = actions(told)
    assert created["action"] == "c2pa.created"
    assert created["digitalSourceType"] == manifest.painting.digital_source_type
    assert [action["action"] for action in others] == done
    # The XMP packet is embedded before, and signed with the rest.
    with Image.open(io.BytesIO(data)) as opened:
        assert b"DigitalSourceType" in opened.info["xmp"]
    place = data.index(manifest.composition.title.encode())
    forged = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
    assert read(forged, media_type)[0] == "Invalid"


def test_the_archived_file_stays_as_it_is(exhibition, credentials: Credentials) -> None:
    app = create_app(
        exhibition.catalogue, exhibition.archive, site=SiteSettings(), credentials=credentials
    )
    image = exhibition.manifests[4].painting.image
    handed_out = TestClient(app).get("/works/ada/5/original").content
    archived, _ = exhibition.archive.read_image(image)
    assert hashlib.sha256(archived).hexdigest() == image
    assert hashlib.sha256(handed_out).hexdigest() != image


def test_copies_are_made_again_for_another_certificate(exhibition, credentials) -> None:
    plain = create_app(exhibition.catalogue, exhibition.archive, site=SiteSettings())
    signed = create_app(
        exhibition.catalogue, exhibition.archive, site=SiteSettings(), credentials=credentials
    )
    address = f"/images/{exhibition.manifests[6].painting.image}/480.webp"
    assert b"c2pa" not in TestClient(plain).get(address).content
    data = TestClient(signed).get(address).content
    assert read(data, "image/webp")[0] == "Valid"


def test_a_key_of_another_certificate_is_refused(
    root, credentials: Credentials, tmp_path: Path
) -> None:
    (tmp_path / "chain.pem").write_bytes(credentials.chain)
    (tmp_path / "key.pem").write_bytes(pem(ec.generate_private_key(ec.SECP256R1())))
    with pytest.raises(ValueError, match="is not the key of the first certificate"):
        Credentials.read(tmp_path / "chain.pem", tmp_path / "key.pem")
    (tmp_path / "key.pem").write_text("no key")
    with pytest.raises(ValueError, match="must be PEM"):
        Credentials.read(tmp_path / "chain.pem", tmp_path / "key.pem")
    with pytest.raises(ValueError, match="can't be read"):
        Credentials.read(tmp_path / "chain.pem", tmp_path / "missing.pem")


@pytest.fixture
def provider(sample, root, tmp_path: Path) -> Credentials:
    return Credentials.read(*sample.signer(tmp_path, root, name="provider"))


def provided(sample, empty, credentials: Credentials, form: str, **options: object) -> tuple:
    """A work whose archived picture is signed by its provider: catalogue row, archived bytes."""
    life = sample.Life("ada")
    manifest = life.cycle(empty.archive)
    painted, _ = empty.archive.read_image(manifest.painting.image)
    file, media_type = io.BytesIO(), f"image/{form.lower()}"
    with Image.open(io.BytesIO(painted)) as opened:
        # Larger than the copies, so that these are resized.
        opened.resize((1024, 768)).save(file, form, **options)
    claim = {
        "claim_generator_info": [{"name": "Provider", "version": "1"}],
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {
                    "actions": [{"action": "c2pa.created", "digitalSourceType": CREATED}],
                },
            }
        ],
    }
    signer = c2pa.Signer.from_info(
        c2pa.C2paSignerInfo(credentials.algorithm, credentials.chain, credentials.key, None)
    )
    signed = io.BytesIO()
    with c2pa.Builder(claim) as builder, signer:
        builder.sign(signer, media_type, io.BytesIO(file.getvalue()), signed)
    update = {
        "image": empty.archive.save_image(signed.getvalue(), media_type),
        "media_type": media_type,
        "width": 1024,
        "height": 768,
    }
    manifest = manifest.model_copy(update={"painting": manifest.painting.model_copy(update=update)})
    empty.archive.save_manifest(manifest)
    empty.catalogue.artists.add(life.created)
    empty.catalogue.restore_work(manifest)
    return empty.catalogue.works.get("ada:1"), signed.getvalue()


@pytest.mark.parametrize("watermark", [None, SpectrumWatermark()])
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_providers_manifest_is_the_parent_of_ours(
    sample, empty, credentials, provider, root, form: str, watermark
) -> None:
    work, archived = provided(sample, empty, provider, form)
    app = create_app(
        empty.catalogue,
        empty.archive,
        site=SiteSettings(),
        credentials=credentials,
        watermark=watermark,
    )
    assert read(archived, work.media_type, [root[1]])[0] == "Trusted"
    marks = [] if watermark is None else ["c2pa.watermarked.unbound"]
    for address, resized in (
        ("/works/ada/1/original", []),
        ("/works/ada/1/download", []),
        (f"/images/{work.image}/480.avif", ["c2pa.resized"]),
        (f"/images/{work.image}/share.jpg", ["c2pa.resized"]),
    ):
        answer = TestClient(app).get(address)
        state, told = read_all(answer.content, answer.headers["content-type"], [root[1]])
        assert state == "Trusted"
        manifest = told["manifests"][told["active_manifest"]]
        assert manifest["signature_info"]["common_name"] == "gallery"
        (parent,) = manifest["ingredients"]
        assert parent["relationship"] == "parentOf"
        before = told["manifests"][parent["active_manifest"]]
        assert before["signature_info"]["common_name"] == "provider"
        assert actions(before)[0]["digitalSourceType"] == CREATED
        # The provider's signature and pixels were valid when ours was made, and are of trust.
        codes = [one["code"] for one in parent["validation_results"]["activeManifest"]["success"]]
        assert {"claimSignature.validated", "assertion.dataHash.match"} <= set(codes)
        (delta,) = told["validation_results"]["ingredientDeltas"]
        assert delta["validationDeltas"]["failure"] == []
        done = actions(manifest)
        expected = ["c2pa.opened", "c2pa.edited.metadata", *marks, *resized]
        assert [action["action"] for action in done] == expected
        assert done[0]["parameters"]["ingredients"][0]["url"].endswith("c2pa.ingredient.v3")
    assert empty.archive.read_image(work.image)[0] == archived


def test_a_post_has_the_parent_too(sample, empty, credentials, provider, root) -> None:
    work, _ = provided(sample, empty, provider, "PNG")
    site = SiteSettings(base_url="https://art.example.org")
    image_metadata = ImageMetadata(empty.catalogue, empty.archive, site, credentials)
    artist = empty.catalogue.artists.get("ada")
    data, _, _ = write_post(image_metadata, artist, work).jpeg(900_000)
    state, manifest = read(data, "image/jpeg", [root[1]])
    assert state == "Trusted"
    assert [one["relationship"] for one in manifest["ingredients"]] == ["parentOf"]


def test_without_a_certificate_a_providers_file_stays_valid(sample, empty, provider, root) -> None:
    work, archived = provided(sample, empty, provider, "PNG")
    app = create_app(
        empty.catalogue, empty.archive, site=SiteSettings(), watermark=SpectrumWatermark()
    )
    data = TestClient(app).get("/works/ada/1/original").content
    assert data == archived
    assert read(data, "image/png", [root[1]])[0] == "Trusted"
    # A copy has other pixels, and no credentials that would be wrong.
    assert b"c2pa" not in TestClient(app).get(f"/images/{work.image}/share.jpg").content


def test_a_file_with_a_damaged_manifest_stays_as_it_is(
    sample, empty, credentials, provider, caplog
) -> None:
    work, archived = provided(sample, empty, provider, "JPEG")
    place = archived.index(b"jumdc2pa") + 60
    damaged = archived[:place] + bytes(400) + archived[place + 400 :]
    image_metadata = ImageMetadata(empty.catalogue, empty.archive, SiteSettings(), credentials)
    assert image_metadata.original(work, damaged, "image/jpeg") == damaged
    assert "can't be read" in caplog.text


def test_the_xmp_of_a_provider_stays(sample, empty, credentials, provider) -> None:
    work, _ = provided(sample, empty, provider, "JPEG", xmp=THEIR_XMP)
    app = create_app(
        empty.catalogue,
        empty.archive,
        site=SiteSettings(credit="The Machine", licence="CC0-1.0"),
        credentials=credentials,
        watermark=SpectrumWatermark(),
    )
    data = TestClient(app).get("/works/ada/1/original").content
    with Image.open(io.BytesIO(data)) as opened:
        said = opened.info["xmp"]
    assert data.count(b"<?xpacket begin") == 1
    assert b"Made with the provider" in said and b"The Machine" not in said
    assert b"CC0-1.0" in said and b"DigitalSourceType" in said
    assert f"cultural-alien.spectrum.1/{work.image[:12]}".encode() in said


def test_a_listed_watermark_is_a_soft_binding(exhibition, credentials) -> None:
    class Listed(SpectrumWatermark):
        def value(self, identifier: str) -> str:
            return f"1*{identifier}"

    mark = Listed(algorithm="com.adobe.trustmark.P", listed=True)
    app = create_app(
        exhibition.catalogue,
        exhibition.archive,
        site=SiteSettings(),
        credentials=credentials,
        watermark=mark,
    )
    state, manifest = read(TestClient(app).get("/works/ada/5/original").content, "image/jpeg")
    assert state == "Valid"
    assert [one["action"] for one in actions(manifest)] == [
        "c2pa.created",
        "c2pa.watermarked.bound",
    ]
    (binding,) = [one for one in manifest["assertions"] if one["label"] == "c2pa.soft-binding"]
    image = exhibition.manifests[4].painting.image
    assert binding["data"]["alg"] == "com.adobe.trustmark.P"
    assert binding["data"]["blocks"][0]["value"] == f"1*{image[:12]}"


def test_an_ended_certificate_signs_nothing(exhibition, sample, root, tmp_path: Path) -> None:
    begun = datetime.now(UTC) - timedelta(days=3)
    ended = Credentials.read(*sample.signer(tmp_path, root, begun=begun))
    app = create_app(
        exhibition.catalogue, exhibition.archive, site=SiteSettings(), credentials=ended
    )
    answer = TestClient(app).get("/works/ada/5/original")
    assert answer.status_code == 200 and b"c2pa" not in answer.content
