"""Which texts of a record become links."""

from __future__ import annotations

import pytest

from probatum.site.addresses import web_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://example.org/a b?c=d", "https://example.org/a%20b?c=d"),
        (" http://example.org:8081/1 ", "http://example.org:8081/1"),
        ("http://192.0.2.7:8081/15665203", None),
        ("http://[2001:db8::1]/", None),
        ("http://[half", None),
        ("https://", None),
        ("https://example.org\\@evil.example", None),
        ("javascript:alert(1)", None),
        ("ftp://example.org/", None),
    ],
)
def test_only_named_places_of_the_web_are_linked(text: str, address: str | None) -> None:
    assert web_address(text) == address
