"""The address of a licence, by its SPDX identifier."""

from __future__ import annotations

import re
from typing import Final

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

_CREATIVE_COMMONS: Final = re.compile(
    r"CC-(?P<kind>BY(?:-NC)?(?:-ND|-SA)?)-(?P<version>\d\.\d)(?:-(?P<port>[A-Z]+))?"
)
_PUBLIC_DOMAIN: Final = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-PDM-1.0": "https://creativecommons.org/publicdomain/mark/1.0/",
}


def licence_address(licence: str) -> str | None:
    """The address of the terms, for an SPDX identifier or an address; None for other words."""
    if re.fullmatch(r"https?://\S+", licence):
        return licence
    try:
        identifier = canonicalize_license_expression(licence)
    except InvalidLicenseExpression:
        return None
    if identifier in _PUBLIC_DOMAIN:
        return _PUBLIC_DOMAIN[identifier]
    found = _CREATIVE_COMMONS.fullmatch(identifier)
    if found is not None:
        place = "/".join(part for part in found.groups() if part)
        return f"https://creativecommons.org/licenses/{place.lower()}/"
    # One identifier: an expression with several has no page, and a reference of one's own neither.
    if " " in identifier or identifier.startswith("LicenseRef-"):
        return None
    return f"https://spdx.org/licenses/{identifier}.html"
