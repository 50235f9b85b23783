"""Files that people have made: which source records they stand for, and which ids they hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import tomli

from evidence_import.identity import marks
from evidence_import.source import KINDS, Json
from probatum.evidence.checks_base import LEAST_TITLE, plain


@dataclass
class ByHand:
    """The files of a base that the importer has not written.

    Attributes
    ----------
    marks : folder and what identifies a report, to its file.
    records : id to folder and content.
    """

    marks: dict[tuple[str, str], str] = field(default_factory=dict)
    records: dict[str, tuple[str, Json]] = field(default_factory=dict)

    def twin(self, folder: str, data: Json) -> str | None:
        """Return the file that stands for the same report, if there is one."""
        return next((self.marks[folder, m] for m in marks(data) if (folder, m) in self.marks), None)

    def holds(self, ident: str, folder: str, data: Json) -> bool:
        """Tell whether another record than this one has the id."""
        if ident not in self.records:
            return False
        place, other = self.records[ident]
        return place != folder or _differ(data, other)


def read_by_hand(base: Path, written: Iterable[str]) -> ByHand:
    """Read every file of the base that the ledger does not know."""
    found, own = ByHand(), set(written)
    for folder, _ in KINDS.values():
        for path in sorted((base / folder).glob("*.toml")):
            file = f"{folder}/{path.name}"
            if file not in own:
                try:
                    data = tomli.loads(path.read_text(encoding="utf-8"))
                except ValueError:  # `probatum check` says what is wrong with it; its id stays its
                    data = {}
                found.marks |= {(folder, mark): file for mark in marks(data)}
                found.records[path.stem] = folder, data
    return found


def _differ(left: Json, right: Json) -> bool:
    """Tell whether two records of one id are of two reports: by an identifier or by the title."""
    for name in ("doi", "pmid", "pmcid"):
        if left.get(name) and right.get(name):
            return str(left[name]).lower() != str(right[name]).lower()
    titles = [str(data.get("title", "(")) for data in (left, right)]
    told = all(len(plain(t)) > LEAST_TITLE and not t.startswith("(") for t in titles)
    return told and plain(titles[0]) != plain(titles[1])
