"""From graded questions to a word: policies, volume, choice, and joining critical outcomes."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bodies import ACTIVE, FUNCTION, PAIN, base_of, make_body, make_effect, make_vote
from probatum.certainty.rules import SIDES, UNCLEAR
from probatum.errors import UnknownName
from probatum.evidence.base import Base
from probatum.evidence.config import OverrideRecord
from probatum.findings import Body, Findings, Question
from probatum.rating.assess import Assessment, assess_findings, rerate
from probatum.rating.overrides import check_overrides
from probatum.rating.policy import Policy, load_policy, parse_policy, policy_names, policy_text
from probatum.rating.report import report_uses
from probatum.rating.rules import find_word, join_claims, limit_by_volume, word_table

POLICY = load_policy("probatum")


def assessed(*bodies: Body, base: Base | None = None, policy: Policy = POLICY) -> Assessment:
    findings = Findings({body.question: body for body in bodies}, (), ())
    return assess_findings(findings, base or base_of(*bodies), policy, stability=False)


def word(*bodies: Body) -> str:
    return assessed(*bodies).ratings["ache"].word


def numbers(
    *estimates: float, people: int = 300, question: Question = PAIN, prefix: str = "s"
) -> Body:
    effects = [make_effect(f"{prefix}{i}", y, people, question) for i, y in enumerate(estimates)]
    return make_body(effects, (), question)


def told(sides: Sequence[str], people: int = 60, question: Question = PAIN) -> Body:
    votes = [make_vote(f"v{i}", side, people, question) for i, side in enumerate(sides)]
    return make_body((), votes, question)


def test_policies_are_files_and_each_is_whole() -> None:
    assert policy_names() == ("natmed", "probatum", "strength")
    for name in policy_names():
        policy = load_policy(name)
        assert policy.name == name
        assert policy.insufficient in policy.words
        assert {w for claims in policy.claims.values() for w in claims.values()} <= set(
            policy.words
        )
    with pytest.raises(UnknownName, match="known: natmed, probatum, strength"):
        load_policy("nosuch")


def test_a_policy_states_the_defaults_it_relies_on() -> None:
    text = policy_text("probatum")
    named = parse_policy(text).certainty
    assert all(f"{field.name} =" in text for field in dataclasses.fields(named))


@pytest.mark.parametrize(
    ("side", "strength", "expected"),
    [
        (1, 3, "effective"),
        (1, 2, "likely effective"),
        (1, 1, "possibly effective"),
        (1, 0, "insufficient evidence"),
        (0, 1, "possibly ineffective"),
        (0, 3, "ineffective"),
        (-1, 2, "likely ineffective"),
        (UNCLEAR, 3, "insufficient evidence"),
    ],
)
def test_words(side: int, strength: int, expected: str) -> None:
    assert POLICY.words[int(find_word(side, strength, POLICY))] == expected


@pytest.mark.parametrize("name", policy_names())
def test_a_word_is_monotone_in_certainty(name: str) -> None:
    policy = load_policy(name)
    table = word_table(policy)
    good, bad = table[SIDES.index("benefit")], table[SIDES.index("none")]
    assert list(good[1:]) == sorted(good[1:], reverse=True)
    if name != "strength":  # letters say how strong, not which way
        assert list(bad[1:]) == sorted(bad[1:])
        assert set(good[1:]).isdisjoint(bad[1:])


@given(st.integers(0, 6), st.integers(0, 2000), st.integers(0, 3), st.integers(0, 500))
def test_more_evidence_never_carries_less(k: int, n: int, more: int, people: int) -> None:
    for name in policy_names():
        policy = load_policy(name)
        assert limit_by_volume(k + more, n + people, policy) >= limit_by_volume(k, n, policy)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([(1, 3), (1, 1)], (1, 1)),  # the weakest claim
        ([(1, 3), (UNCLEAR, 1)], (1, 1)),  # an open outcome lowers
        ([(1, 2), (0, 2)], (UNCLEAR, 0)),  # opposite sides
        ([(1, 2), (-1, 3)], (UNCLEAR, 0)),
        ([(0, 2), (-1, 3)], (-1, 2)),
        ([(0, 3), (UNCLEAR, 2)], (UNCLEAR, 0)),  # "no important difference" is said of them all
        ([(-1, 3), (UNCLEAR, 2)], (-1, 2)),
        ([(UNCLEAR, 3)], (UNCLEAR, 0)),
    ],
)
def test_joining(claims: list[tuple[int, int]], expected: tuple[int, int]) -> None:
    sides, strengths = zip(*claims, strict=True)
    side, strength = join_claims(sides, strengths, [True] * len(claims), POLICY)
    assert (int(side), int(strength)) == expected


@given(st.lists(st.tuples(st.sampled_from([-1, 0, 1, UNCLEAR]), st.integers(0, 3)), min_size=1))
def test_joining_never_claims_more_than_the_weakest(claims: list[tuple[int, int]]) -> None:
    sides, strengths = zip(*claims, strict=True)
    _, strength = join_claims(sides, strengths, [True] * len(claims), POLICY)
    assert strength <= min(strengths)


def test_one_study_is_never_enough() -> None:
    assert word(numbers(1.0, people=2000)) == "insufficient evidence"
    assert word(numbers(1.0, 1.0, people=49)) == "insufficient evidence"


def test_two_consistent_studies_of_a_hundred_people_are_possibly_effective() -> None:
    assert word(told(["benefit", "benefit"])) == "possibly effective"


def test_words_rise_with_certainty_and_people() -> None:
    assert word(numbers(1.0, 1.0, 1.0)) == "likely effective"  # bias not assessed: at most moderate
    assert word(numbers(1.0, 1.0, people=80)) == "possibly effective"  # far from 400 people
    assert word(numbers(1.0, 0.0, people=80)) == "insufficient evidence"
    assert word(numbers(0.0, 0.01, -0.01)) == "likely ineffective"
    assert word(numbers(-1.0, -1.0, -1.0)) == "likely ineffective"


def test_a_sure_result_that_stands_alone_is_explained() -> None:
    large, other = make_effect("large", 1.0, 3000), make_vote("other", "none", 40)
    found = assessed(make_body([large], [other]))
    rating = found.ratings["ache"]
    assert (rating.word, rating.side) == ("insufficient evidence", "benefit")
    assert (rating.certainty, rating.strength) == ("moderate", "very low")
    assert "has not been repeated" in rating.because[-1].words
    (told, *_) = report_uses(found)
    assert (told["certainty"], told["strength"]) == ("moderate", "very low")


def test_a_study_beside_the_pool_does_not_repeat_a_null_result_that_it_contradicts() -> None:
    null = make_effect("null", 0.0, 800)
    for side, expected in (("benefit", "insufficient evidence"), ("none", "likely ineffective")):
        rating = assessed(make_body([null], [make_vote("other", side, 100)])).ratings["ache"]
        assert rating.side == "none"
        assert rating.word == expected, side
    assert word(numbers(0.0, 0.01, people=400)) == "likely ineffective"


def test_an_open_outcome_withholds_that_a_use_is_ineffective() -> None:
    null = numbers(0.0, 0.0, 0.0, question=FUNCTION)
    open_ = numbers(0.45, 0.45, 0.45, people=200)  # sure to help, not whether it matters
    rating = assessed(null, open_).ratings["ache"]
    assert [row.graded.side for row in rating.deciding] == ["unclear", "none"]
    assert rating.word == "insufficient evidence"
    assert "another leaves it open" in rating.because[-1].words
    assert assessed(null).ratings["ache"].word == "likely ineffective"


def test_reasons_write_numbers_as_pages_do() -> None:
    rating = assessed(numbers(-1.0, -1.0, -1.0)).ratings["ache"]
    (side,) = (reason.words for reason in rating.because if reason.rule == "side")
    assert "−1.00 (−" in side
    assert not re.search(r"-\d", " ".join(reason.words for reason in rating.because))


def test_a_comparison_with_care_can_show_benefit_and_nothing_else() -> None:
    assert word(numbers(1.0, 1.0, 1.0, question=ACTIVE)) == "likely effective"
    for estimate in (0.0, -1.0):
        rating = assessed(numbers(*[estimate] * 3, question=ACTIVE)).ratings["ache"]
        assert rating.word == "insufficient evidence"
        assert any(reason.rule == "comparator" for reason in rating.because)


def test_the_deciding_question_is_chosen_by_amount_not_result() -> None:
    sham, care = numbers(0.0, 0.0, 0.0), numbers(2.0, 2.0, 2.0, question=ACTIVE, prefix="a")
    assert word(sham, care) == "likely ineffective"
    long = dataclasses.replace(PAIN, band="long")
    larger = numbers(1.0, 1.0, 1.0, question=long, people=301, prefix="l")
    rating = assessed(sham, larger).ratings["ache"]
    assert [q.question.band for q in rating.deciding] == ["long"]


def test_critical_outcomes_that_disagree_cancel() -> None:
    pain, function = numbers(1.0, 1.0, 1.0), numbers(0.0, 0.0, 0.0, question=FUNCTION)
    rating = assessed(pain, function).ratings["ache"]
    assert rating.word == "insufficient evidence"
    assert "disagree" in rating.because[-1].words


def test_a_critical_outcome_without_evidence_is_named_and_does_not_decide() -> None:
    rating = assessed(numbers(1.0, 1.0, 1.0)).ratings["ache"]
    assert rating.word == "likely effective"
    assert any(r.rule == "no evidence" and "function" in r.words for r in rating.because)


def test_nothing_at_all_is_insufficient_with_its_reason() -> None:
    rating = assessed().ratings["ache"]
    assert (rating.word, rating.certainty, rating.k) == ("insufficient evidence", None, 0)
    assert rating.because
    assert {flip.kind for flip in rating.would_change} == {"volume"}


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.floats(-2, 2), st.integers(40, 400)), min_size=1, max_size=5))
def test_mirrored_data_give_mirrored_ratings(studies: list[tuple[float, int]]) -> None:
    opposite = {
        "effective": "ineffective",
        "likely effective": "likely ineffective",
        "possibly effective": "possibly ineffective",
    }
    here = assessed(make_body([make_effect(f"s{i}", y, n) for i, (y, n) in enumerate(studies)]))
    there = assessed(make_body([make_effect(f"s{i}", -y, n) for i, (y, n) in enumerate(studies)]))
    one, other = here.ratings["ache"], there.ratings["ache"]
    if one.side in ("benefit", "harm"):
        pair = (one.word, other.word) if one.side == "benefit" else (other.word, one.word)
        assert opposite.get(pair[0], pair[0]) == pair[1]
    else:
        assert one.word == other.word


def test_published_and_overriding_words_stand_beside() -> None:
    body = told(["benefit", "benefit"])
    override = OverrideRecord(
        use="ache",
        word="likely effective",
        by="editor",
        date="2026-01-01",
        until="2027-01-01",
        reason="seen otherwise",
    )
    base = dataclasses.replace(base_of(body), overrides=(override,))
    found = assessed(body, base=base)
    rating = found.ratings["ache"]
    assert (rating.word, rating.published) == ("possibly effective", "possibly effective")
    assert rating.override is not None
    assert rating.override.word == "likely effective"
    assert check_overrides(found) == ()
    expired = override.model_copy(update={"until": "2026-02-01"})
    late = assessed(body, base=dataclasses.replace(base, overrides=(expired,)))
    assert late.ratings["ache"].override is None
    plain = dataclasses.replace(base, config=base.config.model_copy(update={"policy": "natmed"}))
    elsewhere = assessed(body, base=plain, policy=load_policy("natmed")).ratings["ache"]
    assert elsewhere.override is not None, "without a policy, it speaks to that of the base"
    same = override.model_copy(update={"word": "possibly effective"})
    needless = assessed(body, base=dataclasses.replace(base, overrides=(same,)))
    assert "no longer needed" in check_overrides(needless)[0].mend
    lost = override.model_copy(update={"policy": "nosuch"})
    assert check_overrides(assessed(body, base=dataclasses.replace(base, overrides=(lost,))))


def test_any_scale_can_be_overruled_in_its_own_words() -> None:
    body = told(["benefit", "benefit"])
    fields = {"by": "editor", "date": "2026-01-01", "until": "2027-01-01", "reason": "seen"}

    def on(word: str) -> Assessment:
        given = OverrideRecord(use="ache", policy="strength", word=word, **fields)
        base = dataclasses.replace(base_of(body), overrides=(given,))
        return rerate(assessed(body, base=base), "strength")

    rating = on("B").ratings["ache"]
    assert rating.word == "C"
    assert rating.override is not None
    assert rating.override.word == "B"
    assert check_overrides(on("B")) == ()
    assert on("effective").ratings["ache"].override is None
    (problem,) = check_overrides(on("effective"))
    assert (problem.severity, problem.field) == ("error", "overrides[0].word")


def test_three_scales_rate_the_same_findings() -> None:
    found = assessed(numbers(1.0, 1.0, 1.0, people=80))
    assert rerate(found, "strength").ratings["ache"].word in {"A", "B", "C"}
    assert rerate(found, "natmed").ratings["ache"].word == "possibly effective"
    with pytest.raises(UnknownName):
        found.rating("nosuch")
