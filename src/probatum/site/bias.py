"""Risk of bias of the studies behind a use: a traffic-light table, and bars by people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from probatum.certainty.risk_of_bias import risk_of_bias
from probatum.evidence.base import Base
from probatum.monograph.model import UsePage
from probatum.site.figures.bias import ORDER, draw_bias

OVERALL = "overall"
UNKNOWN = "not assessed"


@dataclass(frozen=True, slots=True)
class BiasRow:
    """The judgements of one study: domain and judgement, and who judged."""

    ident: str
    people: int
    overall: str
    domains: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True, slots=True)
class BiasView:
    """Risk of bias as the page shows it; ``assessed`` of ``total`` studies have a judgement."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...], str], ...]
    bars: Markup | None
    assessed: int
    total: int


def bias_rows(use: UsePage, base: Base) -> tuple[BiasRow, ...]:
    """Return the judgements of every study that answers a question of the use."""
    deciding = [row.question.domain for row in use.rating.deciding]
    domain = (deciding or list(base.use(use.slug).critical))[0]
    rows = []
    for ident in use.studies:
        study = base.study(ident)
        found = risk_of_bias(study, domain, base.reviews)
        rows.append(
            BiasRow(
                ident,
                study.n_analysed or study.n_randomised or 0,
                found.judgement or UNKNOWN,
                tuple(found.by_domain.items()),
                found.source,
            )
        )
    return tuple(rows)


def view_bias(rows: tuple[BiasRow, ...]) -> BiasView:
    """Return the table of the studies that have a judgement, and the bars of all."""
    judged = [row for row in rows if row.domains or row.overall != UNKNOWN]
    columns = tuple(dict.fromkeys(name for row in judged for name, _ in row.domains))
    table = tuple((row.ident, cells(row, columns), row.source) for row in judged)
    shares = {name.capitalize(): shares_of(name, rows) for name in (*columns, OVERALL)}
    bars = draw_bias(shares, ident="bias-bars", title="Risk of bias by domain") if judged else None
    return BiasView((*columns, OVERALL), table, bars, len(judged), len(rows))


def cells(row: BiasRow, columns: Iterable[str]) -> tuple[str, ...]:
    """Return a study's judgements in the order of the columns, the overall one last."""
    domains = dict(row.domains)
    return (*(domains.get(name, UNKNOWN) for name in columns), row.overall)


def shares_of(name: str, rows: Iterable[BiasRow]) -> dict[str, float]:
    """Return the share of people by the judgement that their study has in a domain."""
    counts = dict.fromkeys(ORDER, 0.0)
    for row in rows:
        word = row.overall if name == OVERALL else dict(row.domains).get(name, UNKNOWN)
        counts[word] += row.people
    total = sum(counts.values()) or 1.0
    return {word: count / total for word, count in counts.items()}
