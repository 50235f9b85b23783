"""Interactions: what meets what, how bad, and on what the statement rests."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from probatum.evidence.base import Base
from probatum.monograph.model import Cell, Claim, Passage, Section, Table
from probatum.monograph.numbers import counted, plural
from probatum.monograph.rates import usable
from probatum.monograph.sentence import (
    cell,
    claim,
    lower_first,
    record_ground,
    record_grounds,
    span,
    upper_first,
)
from probatum.safety import Interaction, SafetyReport

SEVERITY = ("serious", "moderate", "minor", "none shown", "not stated")
"""Order of display; a grade that a source words otherwise stands last."""
ALONE = "none named"
"""How records say that an effect was seen without another medicine."""
Row = tuple[SafetyReport, Interaction]


def interactions(base: Base) -> Section:
    """Compose the section: a count by severity, then a table for each thing given."""
    rows = sorted(
        ((report, row) for report in usable(base) for row in report.interactions), key=_order
    )
    if not rows:
        text = "no interaction is recorded, which does not mean that there is none"
        return Section(
            "interactions", "Interactions", (Passage("", (claim("interactions-none", text),)),)
        )
    agents = {row.agent.strip().lower() for _, row in rows}
    groups: dict[str, list[Row]] = defaultdict(list)
    for report, row in rows:
        groups[_root(row.agent.strip().lower(), agents)].append((report, row))
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    passages = [Passage("", tuple(_extent(rows)))]
    for number, (agent, chosen) in enumerate(ordered, 1):
        table = _table(number, agent, chosen)
        passages.append(Passage(upper_first(agent), (*_told(number, chosen), table)))
    return Section("interactions", "Interactions", tuple(passages))


def _root(agent: str, agents: Iterable[str]) -> str:
    """Return the shortest recorded agent that begins another: `a (injected)` is read under `a`."""
    plain = [re.sub(r"\s*\(.*$", "", name) for name in agents]
    held = [name for name in plain if agent == name or agent.startswith(f"{name} ")]
    return min(held, key=len, default=agent)


def _rank(row: Interaction) -> int:
    return SEVERITY.index(row.severity) if row.severity in SEVERITY else len(SEVERITY)


def _order(row: Row) -> tuple[int, str, str, str]:
    return _rank(row[1]), row[1].agent.lower(), row[1].with_.lower(), row[0].id


def _extent(rows: Sequence[Row]) -> Iterator[Claim]:
    serious = [row for row in rows if row[1].severity == "serious"]
    yield claim(
        "interactions-extent",
        span(counted(len(rows), "interaction"), record_grounds(report for report, _ in rows)),
        f" {plural(len(rows), 'is', 'are')} recorded, of which ",
        span(str(len(serious)), record_grounds(report for report, _ in serious)),
        f" {plural(len(serious), 'is', 'are')} serious by the source's own grade",
    )
    yield claim(
        "interactions-tell",
        "tell whoever treats you about every medicine that you take",
        edition="consumer",
    )


def _told(number: int, rows: Sequence[Row]) -> Iterator[Claim]:
    """Yield a sentence on each serious interaction; the table holds the rest."""
    for index, (report, row) in enumerate(rows, 1):
        if row.severity == "serious" and row.with_.lower() != ALONE:
            yield claim(
                f"interactions-{number}-{index}",
                f"{row.agent} with {row.with_}: ",
                span(row.effect, (record_ground(report),)),
                " (serious; ",
                span(lower_first(row.level_of_evidence), (record_ground(report),)),
                ")",
            )


def _table(number: int, agent: str, rows: Sequence[Row]) -> Table:
    return Table(
        f"interactions-{number}-table",
        f"Interactions of {lower_first(agent)}",
        ("Given", "With", "What may happen", "Severity", "Rests on", "In detail"),
        tuple(_row(report, row) for report, row in rows),
    )


def _row(report: SafetyReport, row: Interaction) -> tuple[Cell, ...]:
    ground = record_ground(report)
    return (
        cell(upper_first(row.agent)),
        cell("No other medicine" if row.with_.lower() == ALONE else upper_first(row.with_)),
        cell(span(upper_first(row.effect), (ground,))),
        cell(upper_first(row.severity)),
        cell(span(upper_first(row.level_of_evidence), (ground,))),
        cell(row.statement),
    )
