"""What an earlier build of the same process made of each use, for as long as it still holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Memory:
    """Parts of uses by name, each with the key of what it was made from.

    ``keys`` holds the key of each use in the build at hand; a part under another key is made anew.
    """

    keys: Mapping[str, str] = field(default_factory=dict)
    known: dict[tuple[str, type], tuple[str, object]] = field(default_factory=dict)

    def find(self, use: str, kind: type[T], also: str = "") -> T | None:
        """Return the part of that kind, where it was made from what is there now.

        ``also`` is the digest of whatever else it was made from.
        """
        key, part = self.known.get((use, kind), ("", None))
        return part if key == self._key(use, also) and isinstance(part, kind) else None

    def recall(self, use: str, kind: type[T], make: Callable[[], T], also: str = "") -> T:
        """Return the part of that kind, made now where it is not known."""
        found = self.find(use, kind, also)
        if found is None:
            found = make()
            self.keep(use, found, also)
        return found

    def keep(self, use: str, part: object, also: str = "") -> None:
        """Keep a part for builds to come, in place of the one before."""
        self.known[use, type(part)] = self._key(use, also), part

    def _key(self, use: str, also: str) -> str:
        return f"{self.keys.get(use, '')} {also}"
