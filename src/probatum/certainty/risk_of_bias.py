"""Risk of bias of a study, from the judgements that stand in its record.

Our own RoB 2 answers come first, then published RoB 2, RoB 1 and PEDro items. RoB 1 and PEDro
items are read as RoB 2 domains by the table ``ITEMS``; the correspondence of PEDro items with
RoB 1 domains is that of Moseley 2019 (PLoS One 14:e0222770). Totals are never read. An item that
PEDro does not grant may be a fault or a silence of the report, so it counts as "some concerns";
only a want of random allocation counts as high.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from probatum.certainty.rob2 import DomainJudgement, RoB2Judgement, judge, judge_overall, worst
from probatum.evidence.bias_questions import PUBLISHED_ANSWERS, plain_answer
from probatum.memo import remembered
from probatum.review import Review
from probatum.study import BiasAssessment, JudgementOverride, RoB2, RobinsI, Study
from probatum.vocabulary import BiasJudgementWord, BiasTool

ITEMS: Final[tuple[tuple[str, str], ...]] = (
    (r"conceal", "randomisation"),
    (r"^(random allocation|random sequence|sequence generation|randomi[sz]ation)", "randomisation"),
    (r"blind.*(assessor|outcome)|detection|measurement", "measurement"),
    (r"blind.*(subject|patient|participant)|performance", "deviations"),
    (r"intention to treat|\bitt\b|deviation", "deviations"),
    (r"follow ?up|drop ?out|incomplete|attrition|missing", "missing data"),
    (r"selective|selection of the reported|reporting bias", "reporting"),
    (r"crossover|period|carry ?over", "period"),
)
"""Pattern of an item's name, and the RoB 2 domain that it informs; others inform none."""
THERAPIST: Final = re.compile(r"(provider|therapist|personnel|practitioner)")
"""Those who give a physical therapy cannot be blinded: shown, and left out of the domains."""
FULL: Final = 3
"""Domains that must be known before a study can be found free of high risk."""
PREFERENCE: Final[tuple[BiasTool, ...]] = ("RoB2", "RoB1", "PEDro")
ROBINS: Final[Mapping[str, BiasJudgementWord]] = {
    "low": "low",
    "moderate": "some concerns",
    "serious": "high",
    "critical": "high",
}

A = TypeVar("A", RoB2, RobinsI)


@dataclass(frozen=True, slots=True)
class Overruling:
    """A person's judgement that counts in place of the computed one, which stays on record."""

    domain: str
    computed: BiasJudgementWord
    human: JudgementOverride


@dataclass(frozen=True, slots=True)
class StudyBias:
    """Risk of bias of one study for one outcome domain.

    Attributes
    ----------
    judgement : of the whole study; None where nothing, or too little, is known.
    source : the tool and who judged, in words; empty where nothing is recorded.
    by_domain : domain to judgement.
    overruled : where a person judged otherwise than the algorithm.
    """

    judgement: BiasJudgementWord | None
    source: str
    by_domain: Mapping[str, BiasJudgementWord]
    overruled: tuple[Overruling, ...] = ()

    @property
    def high_domains(self) -> int:
        """Number of domains at high risk."""
        return sum(word == "high" for word in self.by_domain.values())


UNASSESSED: Final = StudyBias(None, "", {})


def risk_of_bias(study: Study, domain: str, reviews: tuple[Review, ...] = ()) -> StudyBias:
    """Return the judgement that counts for a study and an outcome domain.

    ``reviews`` may hold judgements of the study that its own record lacks.
    """
    own = _from_rob2(study, domain) or _from_robins(study, domain)
    if own:
        return own
    published = [*study.bias, *_judged_by(reviews).get(study.id, ())]
    for tool in PREFERENCE:
        chosen = [assessment for assessment in published if assessment.tool == tool]
        by_domain = _read_items(tool, chosen)
        if by_domain:
            names = " and ".join(dict.fromkeys(assessment.source for assessment in chosen))
            return StudyBias(_overall(by_domain), f"{tool} by {names}", by_domain)
    return UNASSESSED


def _for_outcome(assessments: tuple[A, ...], domain: str) -> A | None:
    """Return the last assessment that names the outcome, else the last that means them all."""
    named = [one for one in assessments if domain in one.outcomes]
    fitting = named or [one for one in assessments if not one.outcomes]
    return fitting[-1] if fitting else None


def _from_rob2(study: Study, domain: str) -> StudyBias | None:
    assessment = _for_outcome(study.rob2, domain)
    if assessment is None:
        return None
    found = judge(assessment)
    by_domain = {d.domain.short: d.judgement for d in found.domains}
    source = f"RoB 2 by {assessment.by}"
    return StudyBias(found.judgement, source, by_domain, tuple(_overruled(found)))


def _overruled(found: RoB2Judgement) -> Iterator[Overruling]:
    """Yield the overrides that changed a judgement; one that agrees with it changes nothing."""
    parts: list[tuple[str, DomainJudgement | RoB2Judgement]] = [
        *((domain.domain.short, domain) for domain in found.domains),
        ("overall", found),
    ]
    for name, part in parts:
        if part.override and part.override.judgement != part.computed:
            yield Overruling(name, part.computed, part.override)


def _from_robins(study: Study, domain: str) -> StudyBias | None:
    assessment = _for_outcome(study.robins_i, domain)
    if assessment is None:
        return None
    by_domain = {name: ROBINS[word] for name, word in assessment.domains.items()}
    return StudyBias(ROBINS[assessment.overall], f"ROBINS-I by {assessment.by}", by_domain)


@remembered(8)
def _judged_by(reviews: tuple[Review, ...]) -> Mapping[str, list[BiasAssessment]]:
    """Return the judgements that reviews publish, by the id of the study that they judge."""
    found: dict[str, list[BiasAssessment]] = {}
    for review in reviews:
        if not review.retracted:
            for bias in review.bias:
                one = BiasAssessment(tool=bias.tool, source=review.id, items=bias.items, total=None)
                found.setdefault(bias.trial, []).append(one)
    return found


def _read_items(
    tool: BiasTool, assessments: Iterable[BiasAssessment]
) -> dict[str, BiasJudgementWord]:
    """Collect domain judgements; where items or teams differ, the more severe one counts."""
    found: dict[str, list[BiasJudgementWord]] = {}
    for assessment in assessments:
        for item, answer in assessment.items.items():
            read = read_item(tool, item, answer)
            if read:
                found.setdefault(read[0], []).append(read[1])
    return {domain: worst(words) for domain, words in sorted(found.items())}


def read_item(tool: BiasTool, item: str, answer: str) -> tuple[str, BiasJudgementWord] | None:
    """Return the domain and the judgement that a published item stands for, or None.

    Examples
    --------
    >>> read_item("PEDro", "concealed_allocation", "no")
    ('randomisation', 'some concerns')
    >>> read_item("RoB1", "blinding_providers", "high") is None
    True
    """
    name = re.sub(r"[^a-z0-9]+", " ", item.lower()).strip()
    word = PUBLISHED_ANSWERS[tool].get(plain_answer(answer))
    domain = next((domain for pattern, domain in ITEMS if re.search(pattern, name)), None)
    if word is None or domain is None or _only_therapists(name):
        return None
    if tool == "PEDro" and word != "low" and name.startswith("random"):
        return domain, "high"
    return domain, word


def _only_therapists(name: str) -> bool:
    return bool(THERAPIST.search(name)) and not re.search(r"subject|patient|participant", name)


def _overall(by_domain: Mapping[str, BiasJudgementWord]) -> BiasJudgementWord | None:
    """Judge the whole by RoB 2's rule; too few domains can condemn a study, never clear it."""
    word, _ = judge_overall(list(by_domain.values()))
    return word if word == "high" or len(by_domain) >= FULL else None
