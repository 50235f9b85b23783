"""Dosing: what studies gave, as distributions and never as advice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median, quantiles

from probatum.evidence.base import Base
from probatum.monograph.model import Cell, Claim, Passage, Prose, Section, Table
from probatum.monograph.numbers import counted, trimmed
from probatum.monograph.prose import prose
from probatum.monograph.rates import therapy_kinds
from probatum.monograph.sentence import (
    Part,
    cell,
    claim,
    span,
    study_grounds,
    upper_first,
)
from probatum.study import Arm, Study

GROUP = "treatment group"
MOST_NAMED = 4
"""So many muscles, substances or ways are named in one cell."""


@dataclass(frozen=True, slots=True)
class Given:
    """One group of a study that was given the therapy."""

    study: Study
    arm: Arm


@dataclass(frozen=True, slots=True)
class Spread:
    """The distribution of one amount over the groups that report it."""

    values: tuple[float, ...]
    studies: tuple[str, ...]
    of: int

    @property
    def middle(self) -> float:
        """The median."""
        return median(self.values)

    @property
    def quartiles(self) -> tuple[float, float]:
        """First and third quartile, by linear interpolation (Hyndman & Fan 1996, type 7)."""
        if len(self.values) < 2:
            return self.values[0], self.values[0]
        first, _, third = quantiles(self.values, n=4, method="inclusive")
        return first, third


AMOUNTS: tuple[tuple[str, Callable[[Arm], float | None]], ...] = (
    ("sessions", lambda arm: arm.sessions),
    ("weeks", lambda arm: arm.weeks or None),
    ("minutes a session", lambda arm: arm.minutes),
)


def dosing(base: Base) -> Section:
    """Compose the section from the arms that were given the therapy."""
    given = given_groups(base)
    parts: list[Claim] = [
        claim(
            "dosing-note",
            "this is what studies gave; it is not advice on how much to have or to give",
        )
    ]
    if not given:
        parts.append(claim("dosing-none", "no study in our records says how much was given"))
        return Section("dosing", "Dosing", (Passage("", (*prose(base, "dosing"), *parts)),))
    written = prose(base, "dosing")
    first: tuple[Claim | Prose, ...] = written or tuple(parts)
    passages = [
        Passage("", (*first, *_overall(given))),
        Passage("By use", (_use_table(base, given), _way_table(base, given))),
        *_counted_words(base, given),
        *_substances(given),
    ]
    return Section("dosing", "Dosing", tuple(passages))


def given_groups(base: Base) -> tuple[Given, ...]:
    """Return every group that was given the therapy in a published study that counts."""
    kinds = therapy_kinds(base.config)
    return tuple(
        Given(study, arm)
        for study in base.studies
        if study.status == "published" and not study.out_of_scope and not study.retracted
        for arm in study.arms
        if arm.kind in kinds
    )


def spread(given: Sequence[Given], amount: Callable[[Arm], float | None]) -> Spread | None:
    """Return the distribution of an amount, or None where no group reports it."""
    told = [(row.study.id, value) for row in given if (value := amount(row.arm)) is not None]
    if not told:
        return None
    studies, values = zip(*told, strict=True)
    return Spread(tuple(sorted(values)), tuple(dict.fromkeys(studies)), len(given))


def _overall(given: Sequence[Given]) -> Iterator[Claim]:
    for label, amount in AMOUNTS:
        row = spread(given, amount)
        name = f"dosing-{label.split()[0]}"
        if row is None:
            yield claim(name, f"no group reports its {label}")
            continue
        first, third = row.quartiles
        grounds = study_grounds(row.studies)
        yield claim(
            name,
            f"{label}: the middle value is ",
            span(trimmed(row.middle), grounds, _gloss(row)),
            ", and half of the groups had ",
            span(f"from {trimmed(first)} to {trimmed(third)}", grounds, "first and third quartile"),
            "; ",
            span(f"{len(row.values):,} of {counted(row.of, GROUP)} report it", grounds),
        )


def _gloss(row: Spread) -> str:
    first, third = row.quartiles
    return (
        f"median {trimmed(row.middle)}; middle half {trimmed(first)} to {trimmed(third)}; "
        f"range {trimmed(row.values[0])} to {trimmed(row.values[-1])}; "
        f"{len(row.values)} of {row.of} groups report it"
    )


def _use_table(base: Base, given: Sequence[Given]) -> Table:
    rows = []
    for use in base.config.uses:
        chosen = [row for row in given if use.slug in row.study.conditions]
        if chosen:
            rows.append(
                (
                    cell(use.name),
                    cell(
                        span(str(len(chosen)), study_grounds(row.study.id for row in chosen)),
                        numeric=True,
                    ),
                    *(_spread_cell(spread(chosen, amount)) for _, amount in AMOUNTS),
                )
            )
    return Table(
        "dosing-uses",
        "What studies gave: median (middle half; smallest to largest; groups that report it)",
        ("Use", "Groups", *(upper_first(label) for label, _ in AMOUNTS)),
        tuple(rows),
    )


def _way_table(base: Base, given: Sequence[Given]) -> Table:
    """Return for each use how, where and with what its studies treated, most frequent first."""
    labels = _way_labels(base)
    columns = {
        "Way of giving": lambda arm: _way(arm, labels),
        "Muscles": _muscles,
        "Substances": _substance,
    }
    # a therapy that touches no muscle, or gives no substance, has no column for it
    told = {name: words for name, words in columns.items() if _tally(given, words)}
    rows = []
    for use in base.config.uses:
        chosen = [row for row in given if use.slug in row.study.conditions]
        if chosen:
            cells = (_tally_cell(_tally(chosen, words)) for words in told.values())
            rows.append((cell(use.name), *cells))
    return Table(
        "dosing-uses-ways",
        "How studies of each use treated, by number of groups",
        ("Use", *told),
        tuple(rows),
        "professional",
    )


def _tally_cell(tally: Mapping[str, list[Given]]) -> Cell:
    """Return the most frequent words of a tally with their counts, and how many more there are."""
    if not tally:
        return cell("Not reported")
    parts: list[Part] = []
    for word, rows in list(tally.items())[:MOST_NAMED]:
        grounds = study_grounds(row.study.id for row in rows)
        parts += [*(["; "] if parts else []), span(f"{word} ({len(rows)})", grounds)]
    more = len(tally) - MOST_NAMED
    return cell(*parts, f"; {more} more" if more > 0 else "")


def _spread_cell(row: Spread | None) -> Cell:
    """Return the median, with quartiles from four groups on and the range from two on."""
    if row is None:
        return cell("Not reported", numeric=True)
    number = len(row.values)
    parts = [f"{trimmed(row.values[0])} to {trimmed(row.values[-1])}"] if number > 1 else []
    if number > 3:
        first, third = row.quartiles
        parts.insert(0, f"{trimmed(first)} to {trimmed(third)}")
    parts.append(counted(number, "group"))
    text = f"{trimmed(row.middle)} ({'; '.join(parts)})"
    return cell(span(text, study_grounds(row.studies), _gloss(row)), numeric=True)


def _counted_words(base: Base, given: Sequence[Given]) -> Iterator[Passage]:
    """Yield tables of how the therapy was given, to which muscles and with what needle."""
    labels = _way_labels(base)
    ways = _tally(given, lambda arm: _way(arm, labels))
    yield Passage("How it was given", (_tally_table("ways", "Way of giving", ways),))
    muscles = _tally(given, _muscles)
    if muscles:
        often = {word: rows for word, rows in muscles.items() if len(rows) > 1}
        common = replace(_tally_table("muscles-common", "Muscle", often), edition="consumer")
        every = replace(_tally_table("muscles", "Muscle", muscles), edition="professional")
        told = (common, every) if often else (replace(every, edition="both"),)
        yield Passage("Muscles treated", told)
    needles = _tally(given, lambda arm: (arm.needle,) if arm.needle else ())
    if needles:
        table = _tally_table("needles", "Needle as reported", needles)
        yield Passage("Needles", (table,), "professional")


def _way_labels(base: Base) -> dict[str, str]:
    labels = {row.slug: row.label for row in base.config.arm_kinds}
    return labels | {row.slug: row.label for row in base.config.techniques}


def _way(arm: Arm, labels: Mapping[str, str]) -> tuple[str, ...]:
    return (labels.get(arm.technique or arm.kind, arm.kind),)


def _muscles(arm: Arm) -> tuple[str, ...]:
    """Return the muscles of an arm without remarks in brackets."""
    return tuple(re.sub(r"\s*\([^)]*\)", "", muscle).strip() for muscle in arm.muscles)


def _substance(arm: Arm) -> tuple[str, ...]:
    return (substance_of(arm.agent),) if arm.agent else ()


def _tally(
    given: Iterable[Given], words: Callable[[Arm], tuple[str, ...]]
) -> Mapping[str, list[Given]]:
    """Group the groups by a word that they report, the most frequent first."""
    found: dict[str, list[Given]] = defaultdict(list)
    spelt: dict[str, str] = {}
    for row in given:
        for word in words(row.arm):
            spelling = spelt.setdefault(word.lower(), word)
            if not found[spelling] or found[spelling][-1] is not row:
                found[spelling].append(row)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def _tally_table(name: str, column: str, tally: Mapping[str, list[Given]]) -> Table:
    rows = tuple(
        (
            cell(upper_first(word)),
            cell(span(str(len(rows)), study_grounds(r.study.id for r in rows)), numeric=True),
        )
        for word, rows in tally.items()
    )
    return Table(f"dosing-{name}", f"{column}: number of groups", (column, "Groups"), rows)


def substance_of(agent: str) -> str:
    """Return a substance without its strength and remarks: `lidocaine 0.5%` → `lidocaine`."""
    return re.sub(r"\s*(\(.*|\d.*)$", "", agent).strip() or agent


def _strength(arm: Arm) -> tuple[str, ...]:
    """Return strength and dose of what an arm gave, without the name of the substance."""
    agent = arm.agent or ""
    rest = agent.removeprefix(substance_of(agent)).strip()
    return (", ".join(filter(None, (rest, arm.dose))) or "no strength reported",)


def _substances(given: Sequence[Given]) -> Iterator[Passage]:
    """Yield the substances given, with strength and dose as each study reports them."""
    tally = _tally(given, _substance)
    if not tally:
        return
    rows = []
    for word, groups in tally.items():
        details = _tally(groups, _strength)
        told: list[Part] = []
        for detail, alike in details.items():
            where = study_grounds(row.study.id for row in alike)
            times = f" ({len(alike)})" if len(details) > 1 else ""
            told += [*(["; "] if told else []), span(f"{detail}{times}", where)]
        grounds = study_grounds(row.study.id for row in groups)
        rows.append(
            (
                cell(upper_first(word)),
                cell(span(str(len(groups)), grounds), numeric=True),
                cell(*told),
            )
        )
    table = Table(
        "dosing-substances",
        "Substances given, with strength and dose as reported",
        ("Substance", "Groups", "As reported"),
        tuple(rows),
    )
    yield Passage("Substances", (table,))
