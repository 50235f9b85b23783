"""The difference between two states of a base as an entry of its ``CHANGES.md``.

The site's changelog page shows that file. It is written once, by this command, and kept with the
records: a build then needs no git, says the same from a checkout, an archive or an installed
package, and editors can add what no engine knows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from probatum.monograph.numbers import counted, listed, plural

if TYPE_CHECKING:
    from probatum.cli.sentences import SentenceChange
    from probatum.rating.diff import Difference, RecordChange, UseChange

MOST_NAMED = 12
"""Records named in one line; the rest are counted."""


def write_entry(
    found: Difference,
    sentences: Iterable[SentenceChange],
    known: Collection[str],
    since: str,
) -> str:
    """Write a difference as one entry: ratings that moved, and the records behind everything.

    Parameters
    ----------
    known : ids of the records that stand now; they become links, others are only named.
    since : the earlier state, in words, which makes the entry's heading its own.
    """
    told = {
        change.place: change
        for change in sentences
        if change.part == "verdict" and change.edition != "professional" and change.after
    }
    moved = [use for use in found.uses if use.moved]
    stayed = [use.name for use in found.uses if not use.moved]
    lines = [f"## {found.after}: since {since}", ""]
    lines += [f"- {counted(len(moved), 'rating')} moved."]
    for use in moved:
        lines += _write_use(use, told.get(use.use), known)
    if stayed:
        lines.append(f"- Evidence changed and the rating stayed for {listed(stayed)}.")
    lines += _write_records(found.records, known)
    return "\n".join(lines) + "\n"


def _write_use(
    use: UseChange, told: SentenceChange | None, known: Collection[str]
) -> Iterator[str]:
    before, after = use.rating
    line = f"- **{use.name}**: {before or 'not rated'} → **{after or 'not rated'}**"
    causes = use.because or use.concerned
    if causes:
        line += f", because of {_name(causes, known)}"
    yield f"{line}."
    pairs = (("certainty", use.certainty), ("studies", use.studies), ("people", use.people))
    changes = [
        f"{name} {old or 'none'} → {new or 'none'}" for name, (old, new) in pairs if old != new
    ]
    if changes:
        yield f"  - {'; '.join(changes)}"
    if told is not None:
        yield f"  - The page now says: {told.after}"


def _write_records(records: Iterable[RecordChange], known: Collection[str]) -> Iterator[str]:
    by_kind: dict[str, list[str]] = {}
    for record in records:
        by_kind.setdefault(record.kind, []).append(record.file)
    for kind, files in sorted(by_kind.items()):
        yield f"- {len(files):,} {plural(len(files), 'file')} {kind}: {_name(files, known)}."


def _name(files: Collection[str], known: Collection[str]) -> str:
    """Name files, as links where they hold records; beyond ``MOST_NAMED`` they are counted."""
    names = []
    for file in list(files)[:MOST_NAMED]:
        record = PurePosixPath(file).stem
        names.append(f"[@{record}]" if record in known else f"`{file}`")
    if len(files) > MOST_NAMED:
        names.append(f"{len(files) - MOST_NAMED:,} more")
    return listed(names)


def insert_entry(text: str, entry: str) -> str:
    """Put an entry before the first one of a changelog; one with its heading is replaced."""
    heading = entry.partition("\n")[0]
    parts = re.split(r"(?m)^(?=## )", text)
    top = "" if parts[0].startswith("## ") else parts[0]
    older = [part for part in parts if part != top and part.partition("\n")[0] != heading]
    return top + "\n".join(part.rstrip("\n") + "\n" for part in (entry, *older))
