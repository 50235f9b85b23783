"""The GRADE table of informative statements, cell by cell, and sizes on their natural scales."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from spa import PAIN, make_base, make_config, make_graded, make_pool

from probatum.certainty.model import Judgement
from probatum.evidence.base import Base
from probatum.evidence.config import BaselineRisk, Thresholds
from probatum.findings import DirectionOnly, Pooled
from probatum.monograph.magnitude import (
    natural_ratio,
    plain_magnitude,
    risks,
    technical_magnitude,
    worded,
)
from probatum.monograph.outcome import (
    Outcome,
    certainty,
    counts,
    lead,
    left_open,
    plain_reasons,
    technical_result,
)
from probatum.monograph.summary import _absolute
from probatum.monograph.wording import bare, effect_phrase, reversed_phrase, size_of, statement
from probatum.vocabulary import CertaintyLevel


@pytest.mark.parametrize(
    ("estimate", "high", "moderate", "low"),
    [
        (
            4.5,
            "bathing reduces pain by a large amount",
            "bathing probably reduces pain by a large amount",
            "bathing may reduce pain by a large amount",
        ),
        (2.5, "bathing reduces pain", "bathing probably reduces pain", "bathing may reduce pain"),
        (
            1.2,
            "bathing slightly reduces pain",
            "bathing probably slightly reduces pain",
            "bathing may slightly reduce pain",
        ),
    ],
)
def test_benefit_by_size_and_certainty(estimate: float, high: str, moderate: str, low: str) -> None:
    config = make_config()
    told = {"high": high, "moderate": moderate, "low": low}
    for level, words in told.items():
        graded = make_graded(make_pool(estimate=estimate), level=level)  # type: ignore[arg-type]
        assert statement(graded, config, PAIN) == words


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("high", "bathing makes little or no difference to pain"),
        ("moderate", "bathing probably makes little or no difference to pain"),
        ("low", "bathing may make little or no difference to pain"),
        ("very low", "the evidence is very uncertain about the effect of bathing on pain"),
    ],
)
def test_no_important_difference_by_certainty(level: CertaintyLevel, told: str) -> None:
    graded = make_graded(make_pool(estimate=0.1), side="none", level=level)
    assert statement(graded, make_config(), PAIN) == told


@pytest.mark.parametrize("level", ["high", "moderate", "low", "very low"])
def test_an_unclear_side_is_not_known_whatever_the_certainty(level: CertaintyLevel) -> None:
    graded = make_graded(make_pool(estimate=0.5), side="unclear", level=level)
    told = statement(graded, make_config(), PAIN)
    assert told == "it is not known whether bathing reduces pain"


def test_harm_mirrors_benefit() -> None:
    assert effect_phrase("harm", "moderate", "low", PAIN) == "may increase pain"
    assert reversed_phrase("makes headaches less frequent", "x") == "makes headaches more frequent"
    assert reversed_phrase("cures warts", "warts") == "worsens warts"


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        ("reduces pain", "reduce pain"),
        ("makes headaches milder", "make headaches milder"),
        ("stretches muscle", "stretch muscle"),
        ("steadies gait", "steady gait"),
        ("eases pain", "ease pain"),
        ("does well", "do well"),
    ],
)
def test_verbs_lose_their_ending(verb: str, told: str) -> None:
    assert bare(verb) == told


def test_a_body_without_numbers_has_no_size() -> None:
    config = make_config()
    assert size_of(make_graded(None, lane="direction"), config) == "unknown"
    assert size_of(make_graded(make_pool("RR", 0.4)), config) == "unknown"
    assert [size_of(make_graded(make_pool("SMD", x)), config) for x in (0.1, 0.3, 0.6, -0.9)] == [
        "trivial",
        "small",
        "moderate",
        "large",
    ]


def test_points_on_a_scale_are_told_with_their_range() -> None:
    told = [c.text for c in plain_magnitude(make_graded(make_pool()), make_base(), "x")]
    assert told == [
        (
            "On average, people given the treatment fared 1.2 points better"
            " than those in the comparison groups (Pain score, 0 to 10)."
        ),
        "The true difference could lie anywhere from 0.8 points better to 1.6 points better.",
        "On this scale the smallest difference that matters to people is 1 point.",
    ]
    nothing = make_graded(make_pool(estimate=0.01))
    first = next(iter(plain_magnitude(nothing, make_base(), "x"))).text
    assert "fared the same as those in the comparison groups" in first


def test_trained_readers_get_every_number() -> None:
    told = technical_magnitude(make_pool(), make_base())
    assert told == (
        "mean difference 1.2 (95% CI 0.8 to 1.6), benefit positive, Pain score, 0 to 10; p = 0.03; "
        "95% prediction interval 0.2 to 2.2; τ² 0.11, I² 55%; 3 studies pooled by REML with the "
        "Hartung-Knapp test, never narrower than Wald; smallest important difference 1"
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.49, "too small to matter"),
        (0.5, "small for the better"),
        (-0.79, "small for the worse"),
        (0.8, "moderate for the better"),
        (-1.2, "large for the worse"),
    ],
)
def test_sizes_begin_at_their_thresholds(value: float, words: str) -> None:
    limits = Thresholds(small=0.5, moderate=0.8, large=1.2, source="s")
    assert worded(value, limits) == words


def test_heterogeneity_below_one_percent_is_not_read_as_a_share() -> None:
    assert "I² 1%;" in technical_magnitude(make_pool(i2=0.8), make_base())


@pytest.mark.parametrize(("better", "ratio"), [("higher", 2.0), ("lower", 0.5)])
def test_a_ratio_stands_on_its_natural_scale(better: str, ratio: float) -> None:
    """Benefit-positive log 2 of a bad event halves the risk: 20 in 100 become 10."""
    pool = make_pool("RR", math.log(2))
    counted = replace(pool.members[0], groups=((10.0, 50.0), (10.0, 50.0)))
    pool = replace(pool, members=(counted,))
    base = make_base(better)
    estimate, low, high = natural_ratio(pool, base)
    assert estimate == pytest.approx(ratio)
    assert low < estimate < high
    found = risks(pool, base)
    assert found is not None
    assert (found.without, found.therapy) == pytest.approx((0.2, 0.2 * ratio))
    assert found.ci == pytest.approx((0.2 * low, 0.2 * high))
    limits = {"higher": "0.74 to 5.44", "lower": "0.18 to 1.36"}[better]  # exp(log 2 ± 1)
    assert f"95% prediction interval {limits};" in technical_magnitude(pool, base)
    told = next(iter(plain_magnitude(make_graded(pool), base, "x"))).text
    assert f"about {round(20 * ratio)} in 100 people with the treatment and 20 in 100" in told


def test_absolute_effects_start_from_the_declared_baseline_and_have_limits() -> None:
    def told(pool: Pooled, base: Base) -> str:
        return "".join(p if isinstance(p, str) else p.text for p in _absolute(told_by(pool, base)))

    def told_by(pool: Pooled, base: Base) -> Outcome:
        return Outcome(make_graded(pool), base, None)

    def declare(**fields: object) -> Base:
        row = BaselineRisk.model_validate(
            {"use": "lameness", "domain": "pain", "source": "A register.", **fields}
        )
        base = make_base()
        return replace(base, config=base.config.model_copy(update={"baseline": (row,)}))

    ratio = make_pool("RR", math.log(2), ci=(math.log(1.25), math.log(4)))
    assert told(ratio, make_base()) == ""  # no counts, no risk
    assert told(ratio, declare(value=0.4)) == (
        "400 per 1,000 without, 200 per 1,000 (100 to 320) with the treatment"
    )
    scale = make_base().config.scales[0].slug
    assert told(make_pool(), declare(value=6, scale=scale)) == (
        "from 6.0 without to about 4.8 (4.4 to 5.2) with the treatment (Pain score, 0 to 10)"
    )


def test_a_body_that_the_policy_leaves_open_is_not_called_known() -> None:
    graded = make_graded(make_pool(), level="moderate")
    outcome = Outcome(graded, make_base(), None)
    assert not outcome.known
    assert certainty(outcome).text == "This is of moderate certainty, but too few studies agree."
    assert lead(outcome).text.startswith("It is not known whether bathing reduces pain")
    assert Outcome(graded, make_base(), "moderate").known


def test_plain_words_carry_no_more_than_the_policy_lets_them() -> None:
    graded = make_graded(make_pool(), level="moderate")
    outcome = Outcome(graded, make_base(), "low")
    assert "bathing may slightly reduce pain" in lead(outcome).text
    assert certainty(outcome).text == "This is of moderate certainty, but only a few studies agree."


def test_counts_say_where_the_studies_point() -> None:
    told = counts(Outcome(make_graded(make_pool()), make_base(), "low")).text
    assert told == (
        "Most of the 3 studies (2) pointed to benefit and 1 found no difference; "
        "90 people took part."
    )


def test_studies_that_agree_are_counted_once() -> None:
    def told(benefit: int, harm: int, none: int) -> str:
        graded = make_graded(None, lane="direction")
        overall = replace(
            graded.body.overall, benefit=benefit, harm=harm, no_difference=none, people=64
        )
        changed = replace(graded, body=replace(graded.body, overall=overall))
        return counts(Outcome(changed, make_base(), "low")).text.partition(";")[0]

    assert told(0, 0, 2) == "Both studies found no difference"
    assert told(0, 4, 0) == "All 4 studies pointed the other way"
    assert told(0, 1, 1) == (
        "Neither study pointed to benefit, 1 found no difference and 1 pointed the other way"
    )
    assert told(1, 0, 2) == "1 of the 3 studies pointed to benefit and 2 found no difference"


def test_one_study_with_a_difference_too_small_to_matter_points_nowhere() -> None:
    graded = make_graded(make_pool(estimate=0.5, k=1), side="none")
    overall = replace(graded.body.overall, benefit=1, harm=0, no_difference=0, people=58)
    changed = replace(graded, body=replace(graded.body, overall=overall))
    assert counts(Outcome(changed, make_base(), None)).text == (
        "Only one study, with 58 people, asked this and it found no difference that matters."
    )


def test_studies_without_chance_are_said_to_be_so() -> None:
    def told(k: int, people: int) -> str:
        graded = make_graded(None, lane="direction")
        contrast = replace(make_pool().members[0].contrast, randomised=False)
        members = tuple(
            DirectionOnly(replace(contrast, study=f"s{n}"), "benefit", None, "") for n in range(k)
        )
        overall = replace(
            graded.body.overall, benefit=k, harm=0, no_difference=0, people=people, members=members
        )
        changed = replace(graded, body=replace(graded.body, overall=overall))
        return counts(Outcome(changed, make_base(), "low")).text

    assert told(1, 80) == (
        "Only one study, with 80 people not assigned at random, asked this and it pointed to "
        "benefit."
    )
    assert told(1, 0).startswith("Only one study, with people not assigned at random, asked")
    assert told(2, 90).endswith("benefit; 90 people took part, not assigned at random.")


def test_a_pool_of_some_studies_is_not_said_to_be_of_all() -> None:
    graded = make_graded(make_pool(k=1))
    told = [row.text for row in plain_magnitude(graded, make_base(), "x")]
    assert told[-1] == "These numbers come from 1 of the 3 studies."
    whole = [row.text for row in plain_magnitude(make_graded(make_pool()), make_base(), "x")]
    assert whole == told[:-1]


def test_no_important_difference_is_said_beside_its_counts() -> None:
    told = counts(Outcome(make_graded(make_pool(estimate=0.1), side="none"), make_base(), "low"))
    assert told.text == (
        "3 studies, with 90 people, asked this and, taken together, found no difference "
        "that matters."
    )
    part = make_graded(make_pool(estimate=0.1, k=1), side="none")
    assert "asked this and found no" in counts(Outcome(part, make_base(), "low")).text


def test_reasons_stand_with_the_gravest_first() -> None:
    def judge(domain: str, levels: int, **numbers: float) -> Judgement:
        return Judgement(domain, levels, "assessed", "because", numbers, "")  # type: ignore[arg-type]

    judgements = (
        judge("inconsistency", 1),
        judge("imprecision", 2, **{"people": 90, "optimal size": 400}),
        judge("publication bias", 0),
    )
    assert plain_reasons(make_graded(make_pool(), judgements=judgements)) == (
        "too few people took part for a precise answer",
        "results differ from study to study",
    )


def test_without_numbers_no_size_is_given() -> None:
    graded = make_graded(None, lane="direction")
    (told,) = plain_magnitude(graded, make_base(), "x")
    assert told.text == (
        "No study gives numbers that can be combined, so the size of the effect is not known."
    )
    few = make_graded(make_pool(k=1), lane="direction")
    (told,) = plain_magnitude(few, make_base(), "x")
    assert told.text.startswith("Only 1 of the 3 studies gives numbers that can be combined")


def test_why_a_question_is_open_is_said_by_numbers_or_by_directions() -> None:
    def told(**fields: object) -> str | None:
        graded = make_graded(make_pool(), **fields)  # type: ignore[arg-type]
        return left_open(Outcome(graded, make_base(), None))

    assert told(side="unclear") == "the combined result on pain leaves open whether it helps"
    assert told(side="unclear", lane="direction") == (
        "the studies on pain come down on no side (2 in favour, 1 without a difference)"
    )
    assert told(side="benefit") is None
    assert told(side="unclear", level="very low") is None


def test_an_unknown_number_of_people_is_not_printed_as_none() -> None:
    graded = make_graded(None, lane="direction")
    overall = replace(graded.body.overall, people=0)
    unknown = replace(graded, body=replace(graded.body, overall=overall))
    told = technical_result(Outcome(unknown, make_base(), None)).text
    assert told.endswith("(3 studies, number of people not known).")
