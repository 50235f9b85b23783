"""Records that report the same people: whose they are, and which of them counts.

Two reports of one trial would count its people twice. Records that name each other in
``same_people`` form one cohort; on each question only one of them counts, chosen by what it holds
and never by what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from probatum.findings import Contrast, DirectionOnly, Measured, Question, SetAside, Survey
from probatum.study import Study


def find_cohorts(studies: Iterable[Study]) -> Mapping[str, str]:
    """Return, for each study that shares its people, the first id of its cohort."""
    known = {study.id: study for study in studies}
    beside: dict[str, set[str]] = {ident: set() for ident in known}
    for study in known.values():
        for other in known.keys() & set(study.same_people):
            beside[study.id].add(other)
            beside[other].add(study.id)
    first: dict[str, str] = {}
    for start in sorted(beside):
        if start in first or not beside[start]:
            continue
        reached, open_ends = {start}, [start]
        while open_ends:
            new = beside[open_ends.pop()] - reached
            reached |= new
            open_ends += new
        if len(reached) > 1:
            first |= dict.fromkeys(reached, start)
    return first


def settle_cohorts(found: Survey, cohorts: Mapping[str, str]) -> Survey:
    """Return a survey in which the people of each cohort count once on a question."""
    if not cohorts:
        return found
    named = (_name(row, cohorts.get(row.contrast.study)) for row in found.measured)
    kept, aside = count_once(named)
    return Survey(kept, (*found.set_aside, *aside))


def _name(row: Measured, cohort: str | None) -> Measured:
    """Return a measured contrast that knows its cohort."""
    if cohort is None:
        return row
    return row.under(replace(row.contrast, same_people=cohort))


def count_once(measured: Iterable[Measured]) -> tuple[tuple[Measured, ...], tuple[SetAside, ...]]:
    """Keep one study of a cohort on each question; say of the others' results whose people count.

    The study with numbers is kept before one with a direction only, then the one with most people,
    then the first by id.
    """
    rows = tuple(measured)
    best: dict[tuple[Question, str], Contrast] = {}
    for row in sorted(rows, key=_rank):
        best.setdefault((row.contrast.question, row.contrast.cohort), row.contrast)
    holders = [best[row.contrast.question, row.contrast.cohort].study for row in rows]
    pairs = list(zip(rows, holders, strict=True))
    kept = tuple(row for row, holder in pairs if holder == row.contrast.study)
    in_use = {(row.contrast.study, index) for row in kept for index in row.contrast.outcomes}
    aside = {
        (row.contrast.study, index): holder
        for row, holder in pairs
        for index in row.contrast.outcomes
        if (row.contrast.study, index) not in in_use
    }
    return kept, tuple(
        SetAside(study, index, "people counted already", f"in {holder}")
        for (study, index), holder in sorted(aside.items())
    )


def _rank(row: Measured) -> tuple[bool, int, str]:
    contrast = row.contrast
    return isinstance(row.result, DirectionOnly), -(contrast.people or 0), contrast.study
