"""Find the line on which a field stands in a TOML text that has already been parsed.

TOML parsers keep no positions, so the text is walked a second time, and only when there is
something to report. The walk trusts that the text is valid; it never raises on text that is not.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from probatum.evidence.flaw import Place

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""\s*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*""")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]*")


def locate(text: str, place: Place) -> int:
    r"""Return the 1-based line of the field, or of the nearest thing around it that exists.

    >>> locate('a = 1\n[[b]]\nc = [\n  4,\n  5,\n]', ("b", 0, "c", 1))
    5
    """
    return nearest(lines_of(text), place)


def nearest(lines: Mapping[Place, int], place: Place) -> int:
    """Return the line of the longest part of the place that has one."""
    for length in range(len(place), 0, -1):
        if place[:length] in lines:
            return lines[place[:length]]
    return 1


def lines_of(text: str) -> dict[Place, int]:
    """Map every table, key and array element of a TOML text to its line."""
    walk = _Walk(text)
    with suppress(RecursionError):  # nested deeper than any record: what was seen must do
        walk.document()
    return walk.lines


@dataclass
class _Walk:
    """A walk over the text: where it is, in which table, and what it has seen."""

    text: str
    at: int = 0
    lines: dict[Place, int] = field(default_factory=dict)
    newest: dict[Place, int] = field(default_factory=dict)  # last index of each array of tables
    starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.starts = [0, *(found.end() for found in re.finditer("\n", self.text))]

    def mark(self, place: Place) -> None:
        self.lines.setdefault(place, bisect_right(self.starts, self.at))

    def skip(self, pattern: re.Pattern[str] = _BLANK) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def peek(self, what: str) -> bool:
        return self.text.startswith(what, self.at)

    def document(self) -> None:
        table: Place = ()
        self.skip()
        while self.at < len(self.text):
            before = self.at
            if self.peek("["):
                table = self.header()
            else:
                self.pair(table)
            self.skip()
            if self.at == before:  # not TOML after all: step on, never hang
                self.at += 1

    def header(self) -> Place:
        brackets = 2 if self.peek("[[") else 1
        start = self.at
        self.at += brackets
        keys = self.keys()
        after = self.at + brackets
        self.at = start
        place: Place = ()
        for key in keys[:-1]:
            place = (*place, key)
            if place in self.newest:
                place = (*place, self.newest[place])
        place = (*place, *keys[-1:])
        if brackets == 2:
            self.mark(place)
            self.newest[place] = self.newest.get(place, -1) + 1
            place = (*place, self.newest[place])
        self.mark(place)
        self.at = after
        return place

    def keys(self) -> list[str]:
        found = []
        while key := _KEY.match(self.text, self.at):
            found.append(next((part for part in key.groups() if part is not None), ""))
            self.at = key.end()
            if not self.peek("."):
                break
            self.at += 1
        return found

    def pair(self, table: Place) -> None:
        start = self.at
        keys = self.keys()
        after, self.at = self.at, start
        place = table
        for key in keys:
            place = (*place, key)
            self.mark(place)
        self.at = after
        if self.peek("="):
            self.at += 1
            self.skip()
            self.value(place)

    def value(self, place: Place) -> None:
        self.mark(place)
        if self.peek("[") or self.peek("{"):
            self.collection(place, table=self.peek("{"))
        elif self.peek('"') or self.peek("'"):
            self.skip(_STRING)
        else:
            self.skip(_SCALAR)

    def collection(self, place: Place, *, table: bool) -> None:
        closing = "}" if table else "]"
        self.at += 1
        position = 0
        self.skip()
        while self.at < len(self.text) and not self.peek(closing):
            before = self.at
            if table:
                self.pair(place)
            else:
                self.value((*place, position))
                position += 1
            self.skip()
            if self.peek(","):
                self.at += 1
                self.skip()
            if self.at == before:
                self.at += 1
        self.at += 1
