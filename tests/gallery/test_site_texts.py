"""The operator's own pages: Markdown in, safe HTML out."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from gallery import SiteSettings, create_app
from gallery.site_texts import MOST_BYTES, read_site_texts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "imprint.md").write_text("# Imprint & contact\n\nAnn, *Main Street 1*.\n")
    (tmp_path / "data-privacy.md").write_text("\ufeffWe keep <script>nothing</script>.\n")
    (tmp_path / "notes.txt").write_text("not a page")
    return tmp_path


def test_each_markdown_file_is_a_page_with_its_heading_as_title(folder: Path) -> None:
    privacy, imprint = read_site_texts(folder)
    assert (privacy.name, privacy.title) == ("data-privacy", "Data privacy")
    assert (imprint.name, imprint.title) == ("imprint", "Imprint & contact")
    assert "<em>Main Street 1</em>" in imprint.html
    assert "<h1>Data privacy</h1>" in privacy.html
    assert "<script>" not in privacy.html, "HTML is shown as text"
    assert read_site_texts(folder / "none") == ()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("My Page.md", b"", "lower-case"),
        ("big.md", b"a" * (MOST_BYTES + 1), "200,001 bytes"),
        ("latin.md", "Züri".encode("latin-1"), "not UTF-8"),
    ],
)
def test_files_that_can_not_be_pages_are_named(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ValueError, match=message) as raised:
        read_site_texts(tmp_path)
    assert name in str(raised.value)


def test_pages_are_served_and_linked_at_the_foot_of_each_page(exhibition, folder: Path) -> None:
    site = SiteSettings(
        texts=read_site_texts(folder),
        licence="CC-BY-4.0",
        licence_url="https://creativecommons.org/licenses/by/4.0/",
        credit="The Alien",
    )
    visitor = TestClient(create_app(exhibition.catalogue, exhibition.archive, site=site))
    home = visitor.get("/").text
    for path, title in (
        ("/about", "About"),
        ("/about/imprint", "Imprint &amp; contact"),
        ("/about/data-privacy", "Data privacy"),
    ):
        assert f'<a href="{path}">{title}</a>' in home
        page = visitor.get(path)
        assert page.status_code == 200 and f"<title>{title}" in page.text
        assert "https://creativecommons.org/licenses/by/4.0/" in page.text
        assert "The Alien" in page.text
    assert visitor.get("/about/nothing").status_code == 404


def test_an_about_file_takes_the_place_of_the_shipped_text(exhibition, tmp_path: Path) -> None:
    plain = TestClient(
        create_app(exhibition.catalogue, exhibition.archive, site=SiteSettings())
    ).get("/about")
    assert "coherent, yet unexpected" in plain.text
    (tmp_path / "about.md").write_text("# Who we are\n\nTwo people.")
    site = SiteSettings(texts=read_site_texts(tmp_path))
    own = TestClient(create_app(exhibition.catalogue, exhibition.archive, site=site)).get("/about")
    assert "Two people." in own.text and "yet unexpected" not in own.text
    assert '<a href="/about">Who we are</a>' in own.text
