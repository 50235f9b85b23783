"""Say what was imported, merged, repaired and refused, record by record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from evidence_import.build import Finished
from evidence_import.source import Raw

INTRODUCTION = (
    "Written by `tools/import_evidence.py`. Every source record is counted once below: it was "
    "imported under its own name, merged into another record of the same report, found already "
    "there as a file made by a person, or refused."
)


@dataclass
class Account:
    """Everything the report tells; it depends on the sources and the base alone."""

    raws: list[Raw]
    finished: list[Finished]
    edited: list[str] = field(default_factory=list)
    by_hand: dict[str, str] = field(default_factory=dict)  # source key to a file made by a person
    left_over: list[str] = field(default_factory=list)  # written once, by no source record now

    @property
    def refused(self) -> dict[str, str]:
        """Source key to the reason why the record is not in the base."""
        reasons = {raw.key: raw.refused for raw in self.raws if raw.refused}
        for record in self.finished:
            if record.refused:
                errors = [str(p) for p in record.problems if p.severity == "error"]
                reasons |= {raw.key: "; ".join(errors) for raw in record.raws}
        return reasons


def write_report(account: Account) -> str:
    """Return the report as Markdown."""
    parts = [
        "# Import of the shared evidence records",
        "",
        INTRODUCTION,
        "",
        *_counts(account),
        *_section("Refused", _refused(account)),
        *_section("Edited by a person since the import, and left alone", account.edited),
        *_section("Written before, and made by no source record now", account.left_over),
        *_section("Already there, made by a person", _by_hand(account)),
        *_section("Merged", _merged(account)),
        *_section("Kept out of every synthesis", _out_of_scope(account)),
        *_section("Repaired", _repaired(account)),
    ]
    return "\n".join(parts) + "\n"


def _counts(account: Account) -> list[str]:
    rows: dict[str, Counter[str]] = {}
    refused = account.refused
    first = {record.raws[0].key for record in account.finished}
    out = {record.raws[0].key for record in account.finished if "out_of_scope" in record.data}
    for raw in account.raws:
        row = rows.setdefault(raw.file, Counter())
        row["records"] += 1
        row["repaired"] += bool(raw.repairs)
        row["out of scope"] += raw.key in out
        if raw.key in refused:
            row["refused"] += 1
        elif raw.key in account.by_hand:
            row["by hand"] += 1
        else:
            row["imported" if raw.key in first else "merged"] += 1
    columns = ("records", "imported", "merged", "by hand", "refused", "repaired", "out of scope")
    total = sum(rows.values(), Counter())
    lines = [f"| source | {' | '.join(columns)} |", "|---|" + "---:|" * len(columns)]
    for name, row in [*sorted(rows.items()), ("all", total)]:
        lines.append(f"| {name} | {' | '.join(str(row[column]) for column in columns)} |")
    return lines


def _section(title: str, lines: list[str]) -> list[str]:
    return ["", f"## {title}: {len(lines)}", "", *[f"- {line}" for line in lines]]


def _refused(account: Account) -> list[str]:
    return [f"{key}: {reason}" for key, reason in sorted(account.refused.items())]


def _by_hand(account: Account) -> list[str]:
    return [f"{key} is {file}" for key, file in sorted(account.by_hand.items())]


def _merged(account: Account) -> list[str]:
    lines = []
    for record in sorted(account.finished, key=lambda r: r.file):
        if len(record.raws) > 1:
            keys = " + ".join(raw.key for raw in record.raws)
            said = "".join(f"\n  - {conflict}" for conflict in record.conflicts)
            lines.append(f"`{record.data['id']}` from {keys}{said}")
    return lines


def _out_of_scope(account: Account) -> list[str]:
    return [
        f"`{record.data['id']}`: {record.data['out_of_scope']}"
        for record in sorted(account.finished, key=lambda r: r.file)
        if "out_of_scope" in record.data
    ]


def _repaired(account: Account) -> list[str]:
    return [f"{raw.key}: {'; '.join(raw.repairs)}" for raw in account.raws if raw.repairs]
