"""Content Credentials: read by the C2PA library itself, trusted through the tests' own root."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path

import c2pa
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.images.c2pa import Credentials
from tests.gallery.certificates import pem


def read(data: bytes, media_type: str, anchors: Sequence[bytes] = ()) -> tuple[str | None, dict]:
    """What the C2PA reader thinks of a file, and its manifest."""
    trust = {"trust_anchors": b"".join(anchors).decode()} if anchors else {}
    settings = c2pa.Settings.from_dict({"trust": trust, "verify": {"verify_trust": bool(anchors)}})
    with (
        c2pa.Context(settings) as context,
        c2pa.Reader(media_type, io.BytesIO(data), context=context) as reader,
    ):
        told = json.loads(reader.json())
        return reader.get_validation_state(), told["manifests"][told["active_manifest"]]


def actions(manifest: dict) -> list[dict]:
    return next(
        assertion["data"]["actions"]
        for assertion in manifest["assertions"]
        if assertion["label"].startswith("c2pa.actions")
    )


@pytest.mark.parametrize(
    ("address", "media_type", "copied"),
    [
        ("/works/ada/5/original", "image/jpeg", False),
        ("/works/ada/5/download", "image/jpeg", False),
        ("/images/{image}/480.avif", "image/avif", True),
        ("/images/{image}/480.webp", "image/webp", True),
        ("/images/{image}/share.jpg", "image/jpeg", True),
    ],
)
def test_files_handed_out_are_signed_last(
    exhibition, credentials: Credentials, root, address: str, media_type: str, copied: bool
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
    assert [action["action"] for action in others] == (["c2pa.resized"] if copied else [])
    # The XMP packet went in before, and is signed with the rest.
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


def test_copies_are_made_anew_under_another_certificate(exhibition, credentials) -> None:
    plain = create_app(exhibition.catalogue, exhibition.archive, site=SiteSettings())
    signed = create_app(
        exhibition.catalogue, exhibition.archive, site=SiteSettings(), credentials=credentials
    )
    address = f"/images/{exhibition.manifests[6].painting.image}/480.webp"
    assert b"c2pa" not in TestClient(plain).get(address).content
    data = TestClient(signed).get(address).content
    assert read(data, "image/webp")[0] == "Valid"


def test_a_key_of_somebody_else_is_refused(root, credentials: Credentials, tmp_path: Path) -> None:
    (tmp_path / "chain.pem").write_bytes(credentials.chain)
    (tmp_path / "key.pem").write_bytes(pem(ec.generate_private_key(ec.SECP256R1())))
    with pytest.raises(ValueError, match="is not the key of the first certificate"):
        Credentials.read(tmp_path / "chain.pem", tmp_path / "key.pem")
    (tmp_path / "key.pem").write_text("no key")
    with pytest.raises(ValueError, match="must be PEM"):
        Credentials.read(tmp_path / "chain.pem", tmp_path / "key.pem")
    with pytest.raises(ValueError, match="can't be read"):
        Credentials.read(tmp_path / "chain.pem", tmp_path / "missing.pem")
