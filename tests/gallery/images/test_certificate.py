"""The files of the signing certificate: replaced while the gallery runs, and near their end."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import c2pa
import pytest
from starlette.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.images.certificate import CertificateFiles


def signer_of(data: bytes, media_type: str) -> str:
    with c2pa.Reader(media_type, io.BytesIO(data)) as reader:
        return reader.get_active_manifest()["signature_info"]["common_name"]


def test_replaced_files_are_read_again(exhibition, sample, root, tmp_path: Path, caplog) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    files = CertificateFiles(*sample.signer(old, root, name="first"))
    app = create_app(
        exhibition.catalogue, exhibition.archive, site=SiteSettings(), credentials=files
    )
    numbers = count(5)

    def signers() -> set[str]:
        number = next(numbers)  # another work each time: responses are cached for some seconds
        image = exhibition.manifests[number - 1].painting.image
        client = TestClient(app)
        return {
            signer_of(client.get(f"/works/ada/{number}/original").content, "image/jpeg"),
            signer_of(client.get(f"/images/{image}/480.webp").content, "image/webp"),
        }

    assert signers() == {"first"}
    sample.signer(new, root, name="second")
    # Between the two replacements, key and certificate do not belong together.
    (new / "chain.pem").replace(old / "chain.pem")
    assert signers() == {"first"}
    assert "the earlier certificate is used" in caplog.text
    (new / "key.pem").replace(old / "key.pem")
    assert signers() == {"second"}


@pytest.mark.parametrize(
    ("days", "said"),
    [(31, ""), (29, "ends on "), (1, "ends on "), (-1, "ended on ")],
)
def test_renewal_is_due_a_month_ahead(sample, root, tmp_path: Path, days: int, said: str) -> None:
    files = CertificateFiles(*sample.signer(tmp_path, root, days=40))
    renewal = files.renewal(files.ends - timedelta(days=days))
    assert renewal.startswith(f"the certificate in {tmp_path / 'chain.pem'} {said}" if said else "")
    assert bool(renewal) == bool(said)
    if said:
        assert f"{files.ends:%Y-%m-%d}" in renewal and "gallery.certificate_key" in renewal


def test_the_chain_ends_with_its_first_end(sample, root, tmp_path: Path) -> None:
    # The authority's certificate ends in a day, the signer's later.
    files = CertificateFiles(*sample.signer(tmp_path, root, days=40))
    assert files.ends < datetime.now(UTC) + timedelta(days=2)
