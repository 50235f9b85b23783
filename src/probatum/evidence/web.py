"""Addresses on the web that may be linked."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def host_of(address: str) -> str | None:
    """Return the host of an http(s) address, or None where the text is none."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    return parts.hostname if parts.scheme in {"http", "https"} else None


def is_number(host: str) -> bool:
    """Return whether a host is an IP address: nobody can tell whose it is, or will be."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
