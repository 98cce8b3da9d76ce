"""A work's description for search engines: schema.org, with IPTC's licence terms, as JSON-LD."""

from __future__ import annotations

from datetime import UTC, datetime

from gallery.pick_explanation import listed
from gallery.site import SiteSettings
from gallery.urls import Urls
from storage.archive.manifest import Manifest
from storage.catalogue import WorkRow


def structured_data(
    site: SiteSettings, to: Urls, work: WorkRow, artist_title: str, *, manifest: Manifest
) -> dict[str, object]:
    """The work as an object of schema.org; terms only if the site has them."""
    page = to.absolute(to.work(work.artist, work.number))
    picture: dict[str, object] = {}
    if work.visibility != "blurred":  # a blurred picture is shown to those who ask for it
        picture = {
            "contentUrl": to.absolute(to.original(work)),
            "thumbnailUrl": to.absolute(to.picture(work.image, "480.webp")),
            "encodingFormat": work.media_type,
        }
    terms: dict[str, object] = {}
    if site.licence_url:
        terms = {"license": site.licence_url, "acquireLicensePage": page}
    if site.licence:
        terms["copyrightNotice"] = site.licence
    return {
        "@context": "https://schema.org",
        "@type": ["VisualArtwork", "ImageObject"],
        "@id": page,
        "url": page,
        "name": work.title,
        "description": f"With {listed(work.concepts)}.",
        "keywords": list(work.concepts),
        **picture,
        "width": {"@type": "QuantitativeValue", "value": work.width, "unitCode": "E37"},
        "height": {"@type": "QuantitativeValue", "value": work.height, "unitCode": "E37"},
        "dateCreated": datetime.fromtimestamp(work.created_at, UTC).isoformat(timespec="seconds"),
        "artform": manifest.painting.technique or "digital picture",
        "creator": {
            "@type": "Organization",
            "name": artist_title,
            "url": to.absolute(to.artist(work.artist)),
        },
        "creditText": site.credit or artist_title,
        **terms,
        "digitalSourceType": _source_type(manifest.painting.digital_source_type),
    }


def _source_type(iptc: str) -> str:
    """Schema.org's name of an IPTC digital source type: the same word with a suffix."""
    word = iptc.rpartition("/")[2]
    return f"https://schema.org/{word[:1].upper()}{word[1:]}DigitalSource"
