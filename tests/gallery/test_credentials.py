"""Content Credentials: read by the C2PA library itself, trusted through the tests' own root."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import c2pa
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.credentials import Credentials

Key = ec.EllipticCurvePrivateKey


def certify(name: str, key: Key, *, by: str, signed_with: Key) -> x509.Certificate:
    """A certificate for a day: an authority's where it signs itself, a signer's otherwise."""
    authority = key is signed_with
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(by))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(_usage(authority=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if not authority:
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_with.public_key())
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(issuer, critical=False)
        builder = builder.add_extension(purpose, critical=False)
    return builder.sign(signed_with, hashes.SHA256())


def _name(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tests"),
        ]
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def pem(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture(scope="module")
def root() -> tuple[Key, bytes]:
    """The key and certificate of an authority that only these tests trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certify("root", key, by="root", signed_with=key)
    return key, certificate.public_bytes(Encoding.PEM)


@pytest.fixture(scope="module")
def credentials(root: tuple[Key, bytes], tmp_path_factory: pytest.TempPathFactory) -> Credentials:
    """Credentials in two files, as people have them."""
    folder = tmp_path_factory.mktemp("credentials")
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certify("gallery", key, by="root", signed_with=root[0])
    (folder / "chain.pem").write_bytes(certificate.public_bytes(Encoding.PEM) + root[1])
    (folder / "key.pem").write_bytes(pem(key))
    return Credentials.read(folder / "chain.pem", folder / "key.pem")


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
    original = TestClient(app).get("/works/ada/5/original").content
    assert original == exhibition.archive.read_image(image)[0]


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
