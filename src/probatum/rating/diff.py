"""What changed between two states of a base: records, certainties, ratings, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal, TypeVar

from probatum.certainty.model import Graded
from probatum.certainty.target import say_estimate
from probatum.evidence.base import Base
from probatum.findings import Question
from probatum.numbers import plural
from probatum.rating.assess import Assessment, assess
from probatum.rating.model import Rating
from probatum.rating.question import describe
from probatum.study import Report

RecordKind = Literal["added", "removed", "changed", "retracted"]
R = TypeVar("R", bound=Report)
MOST_TRIALS = 40
"""Changed records that are applied one by one in search of the one that moved a rating."""


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One file of the base that differs."""

    file: str
    kind: RecordKind


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """One body of evidence that differs; a side that has none is empty."""

    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class UseChange:
    """One use whose rating, certainty, evidence or estimates differ.

    ``rating``, ``certainty``, ``studies`` and ``people`` hold before and after. ``because`` names
    the files whose change alone moves the rating as it moved; where none does alone, it is empty
    and ``concerned`` names all changed files that speak of the use.
    """

    use: str
    name: str
    rating: tuple[str, str]
    certainty: tuple[str, str]
    studies: tuple[int, int]
    people: tuple[int, int]
    questions: tuple[QuestionChange, ...]
    because: tuple[str, ...]
    concerned: tuple[str, ...]

    @property
    def moved(self) -> bool:
        """Whether the rating itself changed."""
        return self.rating[0] != self.rating[1]


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs between two states of a base."""

    before: str
    after: str
    records: tuple[RecordChange, ...]
    uses: tuple[UseChange, ...]


def compare_states(before: Assessment, after: Assessment) -> Difference:
    """Compare two assessments of one base."""
    records = tuple(compare_records(before.base, after.base))
    slugs = dict.fromkeys([*after.ratings, *before.ratings])
    uses = [_compare_use(use, before, after, records) for use in slugs]
    return Difference(
        before.base.config.date,
        after.base.config.date,
        records,
        tuple(change for change in uses if change is not None),
    )


def compare_records(before: Base, after: Base) -> Iterator[RecordChange]:
    """Yield the files that differ, in order; retractions are named as such."""
    old, new = _files(before), _files(after)
    for file in sorted(old.keys() | new.keys()):
        if file not in old:
            yield RecordChange(file, "added")
        elif file not in new:
            yield RecordChange(file, "removed")
        elif old[file] != new[file]:
            retracted = file in _retracted(after) and file not in _retracted(before)
            yield RecordChange(file, "retracted" if retracted else "changed")


def _files(base: Base) -> dict[str, object]:
    """Return what stands in each file, as digests where the base has them."""
    if base.digests:
        return dict(base.digests)
    return {record.file or record.id: record for record in base.records.values()}


def _retracted(base: Base) -> set[str]:
    studies = {study.file or study.id for study in base.studies if study.retracted}
    others = {r.file or r.id for r in base.records.values() if r.retracted}
    return studies | others


def _compare_use(
    use: str, before: Assessment, after: Assessment, records: tuple[RecordChange, ...]
) -> UseChange | None:
    old, new = before.ratings.get(use), after.ratings.get(use)
    questions = tuple(_compare_questions(use, before, after))
    if _shown(old) == _shown(new) and not questions:
        return None
    concerned = _concerned(use, records, before.base, after.base)
    moved = old is not None and new is not None and old.word != new.word
    because = _find_causes(use, concerned, before, after) if moved else ()
    config = (after if new else before).base.use(use)
    return UseChange(
        use=use,
        name=config.name,
        rating=(old.word if old else "", new.word if new else ""),
        certainty=((old and old.certainty) or "", (new and new.certainty) or ""),
        studies=(old.k if old else 0, new.k if new else 0),
        people=(old.people if old else 0, new.people if new else 0),
        questions=questions,
        because=because,
        concerned=concerned,
    )


def _shown(rating: Rating | None) -> object:
    return rating and (rating.word, rating.certainty, rating.side, rating.k, rating.people)


def _compare_questions(use: str, before: Assessment, after: Assessment) -> Iterator[QuestionChange]:
    old = {q: g for q, g in before.graded.items() if q.use == use}
    new = {q: g for q, g in after.graded.items() if q.use == use}
    labels = {d.slug: d.label for d in (*before.base.config.domains, *after.base.config.domains)}
    for question in sorted(old.keys() | new.keys()):
        said = _say(old, question), _say(new, question)
        if said[0] != said[1]:
            name = describe(question, labels.get(question.domain, question.domain))
            yield QuestionChange(name, *said)


def _say(graded: Mapping[Question, Graded], question: Question) -> str:
    """Say one body in a line, to the digits that a reader sees."""
    if question not in graded:
        return ""
    found = graded[question]
    body = found.body
    line = (
        f"{found.side}, {found.certainty.level} certainty, "
        f"{body.k} {plural(body.k, 'study', 'studies')}, {body.people} people"
    )
    if found.certainty.lane != "pooled":
        return line
    pool, digits = body.pools[0], found.certainty.target.digits
    return f"{say_estimate(pool.estimate, pool.ci, pool, digits)}, {line}"


def _concerned(
    use: str, records: Iterable[RecordChange], before: Base, after: Base
) -> tuple[str, ...]:
    """Return the changed files that speak of a use; files that are no records concern all."""
    old, new = _by_file(before), _by_file(after)
    found = []
    for change in records:
        states = [r for r in (old.get(change.file), new.get(change.file)) if r is not None]
        everywhere = not states and PurePosixPath(change.file).parent.name != "text"
        if everywhere or any(use in getattr(r, "conditions", ()) for r in states):
            found.append(change.file)
    return tuple(found)


def _by_file(base: Base) -> dict[str, Report]:
    return {record.file or record.id: record for record in base.records.values()}


def _find_causes(
    use: str, concerned: tuple[str, ...], before: Assessment, after: Assessment
) -> tuple[str, ...]:
    """Return the files whose change alone moves the rating of a use to where it went."""
    if len(concerned) > MOST_TRIALS:
        return ()
    word, policy = after.ratings[use].word, before.policy.name
    if len(concerned) == 1:
        return concerned
    return tuple(
        file
        for file in concerned
        if assess(apply_file(file, before.base, after.base), policy, stability=False)
        .ratings[use]
        .word
        == word
    )


def apply_file(file: str, before: Base, after: Base) -> Base:
    """Return the older base with one file as it stands in the newer one."""
    old, new = _by_file(before), _by_file(after)
    if file not in old and file not in new:
        return replace(before, config=after.config) if file == "base.toml" else before
    return replace(
        before,
        studies=_swap(file, before.studies, after.studies),
        reviews=_swap(file, before.reviews, after.reviews),
    )


def _swap(file: str, records: tuple[R, ...], theirs: tuple[R, ...]) -> tuple[R, ...]:
    """Put another state's record of a file in the place of ours."""
    kept = [record for record in records if (record.file or record.id) != file]
    kept += [record for record in theirs if (record.file or record.id) == file]
    return tuple(sorted(kept, key=lambda record: record.id))
