"""People's ratings that stand beside the computed ones: which of them should be looked at again."""

from __future__ import annotations

from collections.abc import Iterator

from probatum.errors import Problem, UnknownName
from probatum.evidence.base import OVERRIDES_FILE
from probatum.evidence.config import OverrideRecord
from probatum.evidence.flaw import Flaw, Place, warning
from probatum.evidence.reader import read_text
from probatum.rating.assess import Assessment, rerate


def check_overrides(assessment: Assessment) -> tuple[Problem, ...]:
    """Return a problem for each override that is unneeded, or names no word or policy.

    That one has expired is found when a base is read. The computed rating stands whatever an
    override says; a word that its policy does not have is left out, and so an error.
    """
    found: list[Flaw] = []
    base, ratings = assessment.base, {assessment.policy.name: assessment}
    for index, override in enumerate(base.overrides):
        name = override.policy or base.config.policy
        if name not in ratings:
            try:
                other = rerate(assessment, name)
            except UnknownName as error:
                place: Place = ("overrides", index, "policy")
                found.append(Flaw(place, str(error), "name a policy that exists"))
                continue
            ratings[name] = other
        found += _check(index, override, ratings[name])
    return read_text(base.root, OVERRIDES_FILE).problems(found)


def _check(index: int, override: OverrideRecord, assessment: Assessment) -> Iterator[Flaw]:
    words = assessment.policy.words
    if override.word not in words:
        message = f"{override.word!r} is no word of the policy {assessment.policy.name}"
        yield Flaw(("overrides", index, "word"), message, f"use one of {', '.join(words)}")
    rating = assessment.ratings.get(override.use)
    if rating is not None and rating.word == override.word:
        message = f"the computed rating of {override.use} is now {rating.word} as well"
        yield warning(
            ("overrides", index, "word"), message, "take the override out: it is no longer needed"
        )
