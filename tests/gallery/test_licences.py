"""Addresses of licences."""

from __future__ import annotations

import pytest

from gallery.licences import licence_address


@pytest.mark.parametrize(
    ("licence", "address"),
    [
        ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("CC-PDM-1.0", "https://creativecommons.org/publicdomain/mark/1.0/"),
        ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("cc-by-sa-4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
        ("CC-BY-NC-ND-4.0", "https://creativecommons.org/licenses/by-nc-nd/4.0/"),
        ("CC-BY-3.0-IGO", "https://creativecommons.org/licenses/by/3.0/igo/"),
        ("LAL-1.3", "https://spdx.org/licenses/LAL-1.3.html"),
        ("https://example.org/terms?of=use#pictures", "https://example.org/terms?of=use#pictures"),
        ("CC0-1.0 OR CC-BY-4.0", None),
        ("LicenseRef-mine", None),
        ("All rights reserved", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_the_address_of_a_licence(licence: str, address: str | None) -> None:
    assert licence_address(licence) == address
