"""People's ratings that stand beside the computed ones: which of them should be looked at again."""

from __future__ import annotations

from collections.abc import Iterator

from probatum.errors import Problem, Severity, UnknownName
from probatum.evidence.base import OVERRIDES_FILE, Base
from probatum.evidence.config import OverrideRecord
from probatum.evidence.locate import locate
from probatum.rating.assess import Assessment, rerate


def check_overrides(assessment: Assessment) -> tuple[Problem, ...]:
    """Return a problem for each override that is unneeded, or names no word or policy.

    That one has expired is found when a base is read. The computed rating stands whatever an
    override says; a word that its policy does not have is left out, and so an error.
    """
    found: list[Problem] = []
    base, ratings = assessment.base, {assessment.policy.name: assessment}
    for index, override in enumerate(base.overrides):
        name = override.policy or base.config.policy
        if name not in ratings:
            try:
                other = rerate(assessment, name)
            except UnknownName as error:
                mend = "name a policy that exists"
                found.append(_problem(base, (index, "policy"), "error", str(error), mend))
                continue
            ratings[name] = other
        found += _check(index, override, ratings[name])
    return tuple(found)


def _check(index: int, override: OverrideRecord, assessment: Assessment) -> Iterator[Problem]:
    base, words, place = assessment.base, assessment.policy.words, (index, "word")
    if override.word not in words:
        message = f"{override.word!r} is no word of the policy {assessment.policy.name}"
        yield _problem(base, place, "error", message, f"use one of {', '.join(words)}")
    rating = assessment.ratings.get(override.use)
    if rating is not None and rating.word == override.word:
        message = f"the computed rating of {override.use} is now {rating.word} as well"
        mend = "take the override out: it is no longer needed"
        yield _problem(base, place, "warning", message, mend)


def _problem(
    base: Base, place: tuple[int, str], severity: Severity, message: str, mend: str
) -> Problem:
    """Return a problem of one field of an override, with the line on which it stands."""
    index, name = place
    path = base.root / OVERRIDES_FILE
    line = 0
    if path.is_file():
        line = locate(path.read_text(encoding="utf-8"), ("overrides", index, name))
    return Problem(OVERRIDES_FILE, line, f"overrides[{index}].{name}", severity, message, mend)
