"""Side effects: counted rates with intervals, serious events by case report, neighbours apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from probatum.evidence.base import Base
from probatum.monograph.cases import serious_cases
from probatum.monograph.model import Cell, Claim, Passage, Prose, Section, Table
from probatum.monograph.naming import short_name
from probatum.monograph.numbers import (
    counted,
    out_of,
    out_of_range,
    people,
    percent,
    plural,
    studies,
)
from probatum.monograph.prose import prose
from probatum.monograph.rates import (
    CASE_KINDS,
    PROSPECTIVE,
    Rate,
    TrialHarm,
    survey_rates,
    trial_harms,
    usable,
)
from probatum.monograph.safety_verdict import safety_word
from probatum.monograph.sentence import (
    Part,
    cell,
    claim,
    record_ground,
    record_grounds,
    span,
    study_grounds,
    upper_first,
)
from probatum.safety import HarmEvent, SafetyReport
from probatum.stats.proportion import upper_bound_of_none

MOST_TOLD = 3
"""So many of the commonest side effects are told in sentences; the table holds all."""
TOTALS = ("any ", "at least one ")
"""How records name a count over all kinds of side effect."""


def side_effects(base: Base) -> Section:
    """Compose the section from safety reports and from the harms that studies counted."""
    ours = {row.slug: row.label for row in base.config.techniques if row.therapy}
    theirs = {row.slug: row.label for row in base.config.techniques if not row.therapy}
    passages = [
        Passage("", (*prose(base, "side-effects"), safety_word(base))),
        *_counted(base, ours),
        *_in_trials(base),
        *serious_cases(base, ours, "serious", "Serious harm"),
        *_not_rates(base, ours),
    ]
    for slug, label in theirs.items():
        passages += _neighbour(base, slug, label)
    return Section("side-effects", "Side effects", tuple(passages))


def _counted(base: Base, techniques: Mapping[str, str]) -> Iterator[Passage]:
    """Yield one passage a technique on what prospective reports counted."""
    rates = list(survey_rates(base))
    told = [slug for slug in techniques if any(rate.technique == slug for rate in rates)]
    if not told:
        text = "no report in our records counts side effects over a known number of treatments"
        yield Passage("How often", (claim("side-effects-uncounted", text),))
    for slug in told:
        chosen = [rate for rate in rates if rate.technique == slug]
        yield Passage(
            f"How often: {techniques[slug]}",
            (
                *_told(base, slug, chosen),
                _rates_table(base, f"side-effects-{slug}", techniques[slug], chosen),
            ),
        )


def _told(base: Base, slug: str, rates: Sequence[Rate]) -> Iterator[Claim]:
    """Yield sentences on the commonest side effects, and on those looked for and never seen."""
    ours = [rate for rate in rates if not _of_comparison(base, rate.event)]
    seen: dict[tuple[str, str], list[Rate]] = defaultdict(list)
    for rate in sorted((r for r in ours if r.events), key=lambda rate: (-rate.share, rate.event)):
        seen[rate.event, rate.noun].append(rate)
    minor = [group for group in seen.values() if group[0].severity != "serious"]
    totals = [group for group in minor if group[0].event.startswith(TOTALS)]
    kinds = [group for group in minor if group not in totals][:MOST_TOLD]
    grave = [group for group in seen.values() if group[0].severity == "serious"]
    for number, group in enumerate((*totals, *kinds, *grave), 1):
        yield _how_often(base, f"side-effects-{slug}-{number}", group)
    never: dict[tuple[str, str], list[Rate]] = defaultdict(list)
    for rate in (rate for rate in ours if not rate.events):
        never[rate.event, rate.noun].append(rate)
    for number, group in enumerate(never.values(), 1):
        yield _never(base, f"side-effects-{slug}-zero-{number}", group)


def _never(base: Base, name: str, group: Sequence[Rate]) -> Claim:
    """Say that one side effect was looked for and never seen, with the bound of the largest."""
    largest = max(group, key=lambda rate: rate.total)
    smallest = min(rate.total for rate in group)
    size = f"{largest.total:,} {largest.noun}"
    if len(group) > 1:
        size = f"{counted(len(group), 'report')} of {smallest:,} to {size}"
    grounds = tuple(rate.ground for rate in group)
    return claim(
        name,
        f"{_plain_event(base, largest)}: ",
        span(f"none in {size}", grounds, "; ".join(_gloss(rate) for rate in group)),
        "; the true rate could still be as high as ",
        span(out_of(largest.bound, largest.noun), (largest.ground,), "one-sided 95% upper bound"),
    )


def _how_often(base: Base, name: str, group: Sequence[Rate]) -> Claim:
    """Say how often one side effect was counted, from the lowest to the highest report."""
    shares = [rate.share for rate in group]
    noun, grounds = group[0].noun, tuple(rate.ground for rate in group)
    often = out_of_range(min(shares), max(shares), noun)
    return claim(
        name,
        span(_plain_event(base, group[0]), grounds),
        ": about ",
        span(often, grounds, "; ".join(_gloss(rate) for rate in group)),
        " (",
        span(counted(len(group), "report"), grounds),
        ")",
    )


def _of_comparison(base: Base, event: str) -> bool:
    """Return whether an event was counted in a comparison group, as its last words tell."""
    others = (kind.label for kind in base.config.arm_kinds if kind.arm_class != "therapy")
    return any(event.lower().endswith(f", {label.lower()}") for label in others)


def _plain_event(base: Base, rate: Rate) -> str:
    """Return the event as said in a sentence, without the name of its own technique."""
    labels = {row.slug: row.label for row in base.config.techniques}
    event = rate.event.removesuffix(f", {labels.get(rate.technique, '')}")
    return event.replace(": ", ", ")


def _gloss(rate: Rate) -> str:
    low, high = rate.ci
    source = "count computed from the published percentage; " if rate.derived else ""
    return (
        f"{rate.events:,} of {rate.total:,} {rate.noun}; "
        f"{source}95% interval {percent(low)} to {percent(high)}"
    )


def _rates_table(base: Base, name: str, label: str, rates: Sequence[Rate]) -> Table:
    ordered = sorted(rates, key=lambda rate: (-rate.share, rate.event))
    return Table(
        name,
        f"Side effects counted after {label}",
        ("Side effect", "How often", "Count", "95% interval", "Report"),
        tuple(_rate_row(base, rate) for rate in ordered),
    )


def _rate_row(base: Base, rate: Rate) -> tuple[Cell, ...]:
    low, high = rate.ci
    limits = f"{percent(low)} to {percent(high)}" if rate.events else f"up to {percent(rate.bound)}"
    mark = "about " if rate.derived else ""
    where = " (comparison group)" if _of_comparison(base, rate.event) else ""
    return (
        cell(f"{upper_first(_plain_event(base, rate))}{where}"),
        cell(span(percent(rate.share), (rate.ground,), _gloss(rate)), numeric=True),
        cell(
            span(f"{mark}{rate.events:,} of {rate.total:,} {rate.noun}", (rate.ground,)),
            numeric=True,
        ),
        cell(span(limits, (rate.ground,)), numeric=True),
        cell(span(short_name(base.records[rate.ground.ref]), (rate.ground,))),
    )


def _in_trials(base: Base) -> Iterator[Passage]:
    """Yield what the studies of effect say on harms, and how many say nothing."""
    told = [
        study
        for study in base.studies
        if study.status == "published" and not study.out_of_scope and not study.retracted
    ]
    speaking = [study for study in told if study.adverse_events]
    if not told:
        return
    parts: list[Claim | Table] = [
        claim(
            "side-effects-trials",
            span(
                f"{len(speaking)} of the {studies(len(told))}",
                study_grounds(study.id for study in speaking),
                "studies whose record holds any statement on harms",
            ),
            f" of effect {plural(len(speaking), 'says', 'say')} anything on side effects "
            "in the text that was read",
        )
    ]
    harms = list(trial_harms(speaking, base.config))
    parts += _serious_in_trials(harms)
    counts = [h for h in harms if h.event.events is not None and h.people]
    if counts:
        parts.append(_trial_table(counts))
    yield Passage("In the studies of effect", tuple(parts))


def _serious_in_trials(harms: Iterable[TrialHarm]) -> Iterator[Claim]:
    treated = [h for h in harms if h.event.serious and h.therapy and h.people]
    total = sum(h.people or 0 for h in treated)
    events = sum(h.event.events or 0 for h in treated)
    if not total:
        return
    grounds = study_grounds(h.study.id for h in treated)
    number = len({h.study.id for h in treated})
    bound = float(upper_bound_of_none(total))
    tail: tuple[Part, ...] = (
        (
            "; the true rate could still be as high as ",
            span(out_of(bound, "people"), grounds, "one-sided 95% upper bound"),
        )
        if not events
        else ()
    )
    yield claim(
        "side-effects-trials-serious",
        span(studies(number), grounds),
        " counted serious harm among ",
        span(f"{people(total)} treated", grounds),
        " and found ",
        span(str(events) if events else "none", grounds),
        *tail,
    )


def _trial_table(harms: Sequence[TrialHarm]) -> Table:
    rows = []
    for harm in harms:
        label = next((a.label for a in harm.study.arms if a.id == harm.event.arm), "all groups")
        count = f"{harm.event.events:,} of {harm.people:,}"
        ground = record_ground(harm.study)
        rows.append(
            (
                cell(upper_first(harm.event.event)),
                cell(upper_first(label)),
                cell(span(count, (ground,)), numeric=True),
                cell(span(short_name(harm.study), (ground,))),
            )
        )
    return Table(
        "side-effects-trials-table",
        "Side effects counted in studies of effect",
        ("Side effect", "Group", "People", "Study"),
        tuple(rows),
        "professional",
    )


def _not_rates(base: Base, techniques: Mapping[str, str]) -> Iterator[Passage]:
    """Yield counts that cannot be read as rates: recollections, claims, reviews."""
    skipped = (*PROSPECTIVE, *CASE_KINDS, "cadaver")
    rows = [
        _other_row(report, event)
        for report in usable(base)
        if report.technique in techniques and report.kind not in skipped
        for event in report.events
        if _as_reported(event)
    ]
    if rows:
        table = Table(
            "side-effects-other-counts",
            "Counts that are not rates: recollections, claims, reviews",
            ("Event", "As reported", "Kind of report", "Which"),
            tuple(rows),
            "professional",
        )
        yield Passage("Other counts", (table,), "professional")


def _other_row(report: SafetyReport, event: HarmEvent) -> tuple[Cell, ...]:
    ground = record_ground(report, event.where)
    return (
        cell(upper_first(event.event)),
        cell(span(_as_reported(event), (ground,))),
        cell(upper_first(report.kind.replace("-", " "))),
        cell(span(short_name(report), (ground,))),
    )


def _as_reported(event: HarmEvent) -> str:
    """Return the figures of an event as the report gives them."""
    total, noun = (event.treatments, "treatments") if event.treatments else (event.people, "people")
    parts = []
    if event.events is not None:
        parts.append(f"{event.events:,} of {total:,} {noun}" if total else f"{event.events:,}")
    if event.percent is not None:
        parts.append(f"{event.percent:g}%")
    if event.per_10000 is not None:
        parts.append(f"{event.per_10000:g} per 10,000")
    if event.outcome:
        parts.append(event.outcome)
    return "; ".join(parts)


def _neighbour(base: Base, slug: str, label: str) -> Iterator[Passage]:
    """Yield the harms of a neighbouring treatment: shown, and not counted as ours."""
    rates = [rate for rate in survey_rates(base) if rate.technique == slug]
    reports = [report for report in usable(base) if report.technique == slug]
    if not reports:
        return
    parts: list[Claim | Table] = [
        claim(
            f"side-effects-{slug}-apart",
            span(counted(len(reports), "report"), record_grounds(reports)),
            f" on {label} {plural(len(reports), 'is', 'are')} shown for comparison; ",
            f"{plural(len(reports), 'it is', 'they are')} not counted as harms of ",
            base.config.therapy.name,
        )
    ]
    if rates:
        totals = [r for r in rates if r.event.startswith(TOTALS) or r.severity == "serious"]
        parts += list(_told(base, slug, totals))
        parts.append(_rates_table(base, f"side-effects-{slug}", label, rates))
    for passage in serious_cases(base, {slug: label}, slug, ""):
        parts += [part for part in passage.parts if not isinstance(part, Prose)]
    told = tuple(
        replace(part, edition="professional") if isinstance(part, Table) else part for part in parts
    )
    yield Passage(f"For comparison: {label}", told)
