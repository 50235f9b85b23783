"""One body of evidence as a page shows it: figures, the same numbers as text, GRADE judgements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from probatum.certainty.model import Graded, Judgement
from probatum.evidence.config import BaseConfig
from probatum.findings import DirectionOnly, DirectionSynthesis, Effect, Metric, Pooled
from probatum.memo import remembered
from probatum.monograph.magnitude import scale_words
from probatum.monograph.naming import name_records
from probatum.monograph.numbers import fixed, p_value, percent, significant
from probatum.monograph.sentence import upper_first
from probatum.site.addresses import question_anchor
from probatum.site.facts import Fact
from probatum.site.facts import said as said_value
from probatum.site.figures.directions import Directions, draw_directions
from probatum.site.figures.forest import (
    NARROW,
    WIDE,
    Forest,
    ForestRow,
    draw_forest,
    said,
    said_interval,
)
from probatum.site.shell import Shell, heading_of
from probatum.vocabulary import Side

METRIC_LABEL: Mapping[Metric, str] = {
    "MD": "mean difference",
    "SMD": "standardised mean difference (Hedges’ g)",
    "RR": "risk ratio",
}
TEST_LABEL: Mapping[str, str] = {
    "z": "Wald",
    "t": "t",
    "knha": "Knapp-Hartung",
    "adhoc": "Knapp-Hartung, never narrower than Wald",
}
SIDE_LABEL: Mapping[Side, str] = {
    "benefit": "better",
    "harm": "worse",
    "none": "no difference",
    "unclear": "unclear",
}


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """One line of the table below a forest plot."""

    study: str
    people: int
    estimate: str
    interval: str
    weight: str
    made: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PoolView:
    """A pool: the figure in two sizes, its numbers, and how it was made."""

    label: str
    wide: Markup
    narrow: Markup
    rows: tuple[EstimateRow, ...]
    pooled: EstimateRow
    prediction: str
    banded: bool
    facts: tuple[Fact, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JudgementView:
    """One GRADE judgement, its numbers as facts."""

    domain: str
    effect: str
    assessment: str
    reason: str
    numbers: tuple[Fact, ...]
    source: str


@dataclass(frozen=True, slots=True)
class BodyView:
    """A body of evidence."""

    anchor: str
    heading: str
    graded: Graded
    deciding: bool
    pools: tuple[PoolView, ...]
    directions: Markup | None
    facts: tuple[Fact, ...]
    members: tuple[DirectionOnly, ...]
    judgements: tuple[JudgementView, ...]


@remembered(512)  # both editions show the same
def view_body(graded: Graded, shell: Shell, *, deciding: bool) -> BodyView:
    """Return a body as a page shows it."""
    body, anchor = graded.body, question_anchor(graded.body.question)
    overall = body.overall
    counts = Directions(overall.benefit, overall.no_difference, overall.harm, overall.unclear)
    heading = heading_of(body.question, shell.config)
    chart = draw_directions(counts, ident=f"{anchor}-directions", title=f"{heading}: directions")
    return BodyView(
        anchor=anchor,
        heading=heading,
        graded=graded,
        deciding=deciding,
        pools=tuple(
            view_pool(pool, graded, shell, ident=f"{anchor}-forest-{index}")
            for index, pool in enumerate(body.pools, start=1)
        ),
        directions=chart if overall.k else None,
        facts=direction_facts(overall),
        members=overall.members,
        judgements=tuple(view_judgement(row, shell) for row in graded.certainty.judgements),
    )


def view_pool(pool: Pooled, graded: Graded, shell: Shell, *, ident: str) -> PoolView:
    """Return a pool with its figure in both sizes."""
    ratio = pool.metric == "RR"
    forest = forest_of(pool, graded, shell)
    return PoolView(
        label=forest.unit,
        wide=draw_forest(forest, WIDE, ident=ident),
        narrow=draw_forest(forest, NARROW, ident=f"{ident}-narrow"),
        rows=tuple(map(estimate_row, pool.members, pool.weights)),
        pooled=EstimateRow(
            study="",
            people=pool.people,
            estimate=said(pool.estimate, ratio=ratio),
            interval=said_interval(pool.ci, ratio=ratio),
            weight="100%",
            made=(),
        ),
        prediction=said_interval(pool.pi, ratio=ratio) if pool.pi else "",
        banded=forest.threshold is not None,
        facts=pool_facts(pool),
        notes=pool.notes,
    )


def estimate_row(effect: Effect, share: float) -> EstimateRow:
    """Return one study's line of the table."""
    ratio = effect.metric == "RR"
    return EstimateRow(
        study=effect.contrast.study,
        people=effect.people,
        estimate=said(effect.estimate, ratio=ratio),
        interval=said_interval(effect.ci, ratio=ratio),
        weight=percent(share),
        made=effect.made,
    )


def forest_of(pool: Pooled, graded: Graded, shell: Shell) -> Forest:
    """Return what the forest plot of a pool draws."""
    rows = tuple(
        ForestRow(
            shell.records[effect.contrast.study].short,
            effect.people,
            effect.estimate,
            effect.ci,
            share,
        )
        for effect, share in zip(pool.members, pool.weights, strict=True)
    )
    return Forest(
        title=f"Forest plot: {heading_of(graded.body.question, shell.config)}",
        rows=rows,
        pooled=pool.estimate,
        ci=pool.ci,
        pi=pool.pi,
        threshold=threshold_of(pool, shell.config),
        left="Comparison better",
        right="Therapy better",
        unit=unit_of(pool, shell.config),
        ratio=pool.metric == "RR",
    )


def threshold_of(pool: Pooled, config: BaseConfig) -> float | None:
    """Return the smallest important difference on a pool's metric, where one is declared."""
    if pool.metric == "SMD":
        return config.smd.small
    scale = next((scale for scale in config.scales if scale.slug == pool.scale), None)
    return scale.thresholds.small if scale and scale.thresholds else None


def unit_of(pool: Pooled, config: BaseConfig) -> str:
    """Return what the axis of a pool counts."""
    scale = next((scale for scale in config.scales if scale.slug == pool.scale), None)
    if scale is None:
        return upper_first(METRIC_LABEL[pool.metric])
    return f"Points, {scale_words(scale)}"


def pool_facts(pool: Pooled) -> tuple[Fact, ...]:
    """Return the statistics of a pool."""
    facts = [
        Fact("Measure", METRIC_LABEL[pool.metric]),
        Fact("Studies", str(pool.k)),
        Fact("People", f"{pool.people:,}"),
        Fact("Standard error", significant(pool.se, 3)),
        Fact("Test of the effect", p_value(pool.p)),
        Fact("Variance between studies (τ²)", tau2_words(pool)),
        Fact("Heterogeneity (I²)", f"{fixed(pool.i2, 0)}%"),
        Fact("Q", f"{fixed(pool.q, 2)} ({p_value(pool.q_p)})"),
        Fact("Model", f"random effects, {pool.method}"),
        Fact("Test and interval", TEST_LABEL.get(pool.test, pool.test)),
    ]
    return tuple(facts)


def tau2_words(pool: Pooled) -> str:
    """Return tau² with its interval."""
    if pool.tau2_ci is None:
        return significant(pool.tau2, 3)
    low, high = (significant(limit, 3) for limit in pool.tau2_ci)
    return f"{significant(pool.tau2, 3)} (95% interval {low} to {high})"


def direction_facts(overall: DirectionSynthesis) -> tuple[Fact, ...]:
    """Return the synthesis by direction in numbers."""
    facts = []
    if overall.proportion is not None:
        text = percent(overall.proportion)
        if overall.ci:
            text += f" (95% interval {percent(overall.ci[0])} to {percent(overall.ci[1])})"
        facts.append(Fact("Better, of studies with a known direction", text))
    if overall.bounds and overall.no_difference:
        low, high = (percent(bound) for bound in overall.bounds)
        facts.append(
            Fact("Were all ‘no difference’ results worse, or all better", f"{low} to {high}")
        )
    if overall.p is not None:
        facts.append(Fact("Sign test", p_value(overall.p)))
    return tuple(facts)


def view_judgement(judgement: Judgement, shell: Shell) -> JudgementView:
    """Return one GRADE judgement as the page shows it."""
    levels = abs(judgement.levels)
    noun = "level" if levels == 1 else "levels"
    if judgement.assessment == "not assessed":
        effect = "not assessed"
    elif not levels:
        effect = "not lowered"
    else:
        raised = judgement.domain == "upgrade"
        effect = f"{'raised' if raised else 'lowered'} by {levels} {noun}"
    return JudgementView(
        domain=judgement.domain.capitalize(),
        effect=effect,
        assessment=judgement.assessment,
        reason=name_records(judgement.reason, shell.name),
        numbers=tuple(
            Fact(name.replace("_", " "), said_number(value))
            for name, value in judgement.numbers.items()
        ),
        source=judgement.source,
    )


def said_number(value: float | str) -> str:
    """Return a number of a judgement with three significant figures."""
    if isinstance(value, float) and not value.is_integer():
        return significant(value, 3)
    return said_value(value)
