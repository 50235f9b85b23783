"""A page is a pure function of its inputs: the digest of these is the digest of the page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from probatum.site.addresses import SiteEdition
from probatum.site.shell import Shell
from probatum.site.voice import Voice

T = TypeVar("T")
Content = Mapping[str, object]


def digest_of(*values: object) -> str:
    """Return the SHA-256 of values by their representation, which frozen records make exact."""
    return hashlib.sha256("\x1f".join(map(repr, values)).encode()).hexdigest()


@dataclass(frozen=True, slots=True, repr=False)
class Kept(Generic[T]):
    """A large input with its digest, which stands for it when a page is compared."""

    value: T
    digest: str

    def __repr__(self) -> str:
        """Return the digest, so that the digest of a page need not read the value again."""
        return self.digest


def keep(value: T) -> Kept[T]:
    """Return a value with its digest."""
    return Kept(value, digest_of(value))


@dataclass(frozen=True, slots=True)
class Page:
    """One page to be written.

    Attributes
    ----------
    path : where it stands, from the site's root.
    title : its heading and the first half of its window title.
    edition : the edition whose words it speaks; records' pages speak as the consumer edition.
    shared : whether both editions share it.
    make : module-level function from shell, voice and inputs to what the template shows.
    """

    path: str
    template: str
    title: str
    description: str
    edition: SiteEdition
    make: Callable[..., Content]
    inputs: tuple[Any, ...]
    shared: bool = False

    def digest(self, shell_digest: str) -> str:
        """Return what changes whenever the page's bytes would."""
        return digest_of(
            shell_digest,
            self.path,
            self.template,
            self.title,
            self.description,
            self.edition,
            self.make.__qualname__,
            self.inputs,
            self.shared,
        )

    def content(self, shell: Shell) -> tuple[Voice, Content]:
        """Return the page's voice and what its template shows."""
        voice = Voice(shell, self.path, self.edition)
        return voice, self.make(shell, voice, *self.inputs)
