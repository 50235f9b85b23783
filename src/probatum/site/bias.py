"""Risk of bias of the studies behind a use: a traffic-light table, and bars by people.

The table and the bars by domain show the judgements for the first outcome that decides the
rating; the bars by question show, for each question, the judgements for its own outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from probatum.certainty.appraisal import weigh_people
from probatum.certainty.risk_of_bias import risk_of_bias
from probatum.evidence.base import Base
from probatum.evidence.bias_questions import COLUMNS
from probatum.evidence.config import BaseConfig
from probatum.findings import Body, Question
from probatum.monograph.model import UsePage
from probatum.site.figures.bias import ORDER, draw_bar, draw_bias, tell
from probatum.site.shell import heading_of, label_of_domain
from probatum.study import Study

OVERALL = "overall"
UNKNOWN = "not assessed"


Shares = tuple[tuple[str, float], ...]
"""Share of people by judgement, in the order of severity."""


@dataclass(frozen=True, slots=True)
class BiasRow:
    """The judgements of one study: domain and judgement, who judged, and who overruled."""

    ident: str
    people: int
    overall: str
    domains: tuple[tuple[str, str], ...]
    source: str
    overruled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UseBias:
    """Risk of bias behind a use: its studies for one outcome, and shares by question."""

    outcome: str
    rows: tuple[BiasRow, ...]
    questions: tuple[tuple[Question, Shares], ...]


@dataclass(frozen=True, slots=True)
class QuestionBias:
    """Overall risk of bias behind one question, as a bar and in words."""

    question: Question
    heading: str
    bar: Markup
    words: str


@dataclass(frozen=True, slots=True)
class BiasView:
    """Risk of bias as the page shows it; ``assessed`` of ``total`` studies have a judgement.

    ``rows`` hold all studies, those without a judgement last; ``by_question`` the questions
    with any judgement, beside ``silent`` ones without.
    """

    outcome: str
    columns: tuple[str, ...]
    rows: tuple[tuple[BiasRow, tuple[str, ...]], ...]
    bars: Markup | None
    by_question: tuple[QuestionBias, ...]
    silent: int
    assessed: int
    total: int


def bias_of(use: UsePage, base: Base) -> UseBias:
    """Return the judgements of every study that answers a question of the use."""
    deciding = [row.question.domain for row in use.rating.deciding]
    domain = (deciding or list(base.use(use.slug).critical))[0]
    return UseBias(
        outcome=domain,
        rows=tuple(bias_row(base.study(ident), domain, base) for ident in use.studies),
        questions=tuple(
            (graded.body.question, shares_of_question(graded.body, base)) for graded in use.bodies
        ),
    )


def bias_row(study: Study, domain: str, base: Base) -> BiasRow:
    """Return the judgements of one study for an outcome."""
    found = risk_of_bias(study, domain, base.reviews)
    return BiasRow(
        ident=study.id,
        people=study.n_analysed or study.n_randomised or 0,
        overall=found.judgement or UNKNOWN,
        domains=tuple(found.by_domain.items()),
        source=found.source,
        overruled=tuple(
            f"{row.domain}: {row.human.judgement} by {row.human.by}, computed {row.computed}. "
            f"{row.human.reason}"
            for row in found.overruled
        ),
    )


def shares_of_question(body: Body, base: Base) -> Shares:
    """Return the share of a question's people by the judgement of their study."""
    contrasts = [member.contrast for member in body.overall.members]
    counts = dict.fromkeys(ORDER, 0.0)
    for contrast, weight in zip(contrasts, weigh_people(contrasts), strict=True):
        found = risk_of_bias(base.study(contrast.study), body.question.domain, base.reviews)
        counts[found.judgement or UNKNOWN] += float(weight)
    return tuple(counts.items())


def view_bias(bias: UseBias, config: BaseConfig) -> BiasView:
    """Return the table of the studies, and the bars of those that have a judgement."""
    rows = sorted(bias.rows, key=lambda row: not is_judged(row))
    judged = [row for row in rows if is_judged(row)]
    named = {name for row in judged for name, _ in row.domains}
    columns = tuple(name for name in COLUMNS if name in named)
    shares = {name.capitalize(): shares_of(name, rows) for name in (*columns, OVERALL)}
    assessed = [
        row for row in bias.questions if any(share for word, share in row[1] if word != UNKNOWN)
    ]
    return BiasView(
        outcome=label_of_domain(bias.outcome, config),
        columns=(*columns, OVERALL),
        rows=tuple((row, cells(row, columns)) for row in rows),
        bars=draw_bias(shares, ident="bias-bars", title="Risk of bias by domain")
        if judged
        else None,
        by_question=tuple(view_question(*row, config) for row in assessed),
        silent=len(bias.questions) - len(assessed),
        assessed=len(judged),
        total=len(rows),
    )


def view_question(question: Question, shares: Shares, config: BaseConfig) -> QuestionBias:
    """Return the overall judgements behind one question."""
    found = dict(shares)
    return QuestionBias(question, heading_of(question, config), draw_bar(found), tell(found))


def is_judged(row: BiasRow) -> bool:
    """Return whether anything is known of a study's risk of bias."""
    return bool(row.domains) or row.overall != UNKNOWN


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
    return normalise(counts)


def normalise(counts: Mapping[str, float]) -> dict[str, float]:
    """Return counts as shares of their sum; of nothing, nothing is assessed."""
    total = sum(counts.values())
    if not total:
        return {word: float(word == UNKNOWN) for word in counts}
    return {word: count / total for word, count in counts.items()}
