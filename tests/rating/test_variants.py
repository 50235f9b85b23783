"""Variants on arrays must say what the page says, and what a real re-rating says."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import pytest

from bodies import FUNCTION, PAIN, base_of, make_body, make_effect, make_vote
from probatum.certainty.model import Graded
from probatum.certainty.rules import SIDES
from probatum.evidence.base import Base, read, shipped_base
from probatum.evidence.config import Use
from probatum.findings import Body, Contrast, Findings, Question
from probatum.rating.assess import Assessment, assess, assess_findings
from probatum.rating.dossier import judge_use, lay_use
from probatum.rating.policy import Policy, load_policy, policy_names
from probatum.rating.question import stand
from probatum.rating.sheet import lay_sheet
from probatum.rating.stability import (
    ALL,
    NOT_HIGH,
    NOT_REBUILT,
    Multiverse,
    Specification,
    _list_methods,
)
from probatum.rating.variants import judge_variants
from probatum.rating.versions import DECLARED, IN_SCOPE, STANDARDISED, TOGETHER, list_versions
from probatum.study import BiasAssessment

POLICY = load_policy("probatum")


@pytest.fixture(scope="module")
def shipped() -> Assessment:
    base = read(shipped_base()).base
    assert base is not None
    return assess(base)


def test_every_question_stands_as_on_its_page(shipped: Assessment) -> None:
    for question, graded in shipped.graded.items():
        sheet = lay_sheet(graded, shipped.base, shipped.policy.certainty)
        found = judge_variants(sheet, sheet.everything(), shipped.policy)
        wanted = stand(graded, shipped.policy)
        side = SIDES[int(found.side[0]) + 1]
        got = (side, int(found.strength[0]), bool(found.counts[0]))
        assert got == (wanted.side, wanted.strength, wanted.counts), question


@pytest.mark.parametrize("name", policy_names())
def test_every_use_is_rated_as_on_its_page(shipped: Assessment, name: str) -> None:
    found = assess_findings(shipped.findings, shipped.base, load_policy(name), stability=False)
    for use in shipped.base.config.uses:
        dossier = lay_use(use, found.graded, found.base, found.policy)
        outcome = judge_use(dossier, dossier.everything(), found.policy)
        assert found.policy.words[int(outcome.word[0])] == found.ratings[use.slug].word


def without(base: Base, study: str) -> Base:
    return dataclasses.replace(base, studies=tuple(s for s in base.studies if s.id != study))


def test_removals_say_what_a_base_without_the_study_says(shipped: Assessment) -> None:
    flips = [
        (use, flip)
        for use, rating in shipped.ratings.items()
        for flip in rating.would_change
        if flip.kind == "removal" and flip.numbers["number"] == 1
    ]
    assert flips
    for use, flip in flips[::6]:
        again = assess(without(shipped.base, str(flip.numbers["studies"])), stability=False)
        assert again.ratings[use].word == flip.to


def test_studies_that_no_flip_names_do_not_move_the_word(shipped: Assessment) -> None:
    use = shipped.base.use("neck-pain")
    dossier = lay_use(use, shipped.graded, shipped.base, shipped.policy)
    named = {
        flip.numbers["studies"]
        for flip in shipped.ratings[use.slug].would_change
        if flip.kind == "removal"
    }
    quiet = next(study for study in dossier.studies if study not in named)
    again = assess(without(shipped.base, quiet), stability=False)
    assert again.ratings[use.slug].word == shipped.ratings[use.slug].word


def test_the_declared_analysis_comes_first_in_every_multiverse(shipped: Assessment) -> None:
    assert shipped.multiverses
    for use, found in shipped.multiverses.items():
        assert shipped.policy.words[int(found.words[0])] == shipped.ratings[use].word
        assert shipped.ratings[use].stability == pytest.approx(found.stability)
        assert 0 < found.stability <= 1
        assert len(set(found.specifications)) == len(found.specifications)
        finite = np.isfinite(found.estimate)
        assert (found.low[finite] <= found.estimate[finite]).all()
        assert (found.estimate[finite] <= found.high[finite]).all()


def test_a_multiverse_can_say_what_matters(shipped: Assessment) -> None:
    found: Multiverse = shipped.multiverses["neck-pain"]
    shares = found.shares("studies")
    assert shares["all studies"] > 0
    assert min(shares.values()) < max(shares.values())


def test_the_multiverse_crosses_every_kind_of_choice(shipped: Assessment) -> None:
    seen = {
        name: {
            getattr(spec, name)
            for found in shipped.multiverses.values()
            for spec in found.specifications
        }
        for name in Specification._fields
    }
    assert seen["evidence"] >= {
        DECLARED,
        STANDARDISED,
        IN_SCOPE,
        "correlation 0.3",
        "correlation 0.7",
    }
    assert seen["studies"] >= {ALL, NOT_HIGH, NOT_REBUILT}
    assert any(
        label.startswith("without ") and label[8:] in shipped.base.records
        for label in seen["studies"]
    )
    assert seen["method"] == {"REML", "PM", "DL"}
    assert seen["test"] == {"by size", "adhoc", "z"}
    assert seen["comparator"] == {"by volume", "inactive", "active", TOGETHER}
    assert seen["period"] == {"by volume", "immediate", "short", "long"}
    assert max(len(found.specifications) for found in shipped.multiverses.values()) > 1000


def test_comparators_together_count_every_study_once(shipped: Assessment) -> None:
    declared = shipped.findings.bodies
    found = list_versions(shipped.findings, shipped.base)[TOGETHER]
    both_kinds = 0
    for question, body in found.items():
        against = declared[dataclasses.replace(question, comparator="active")]
        mixed, plain, other = map(_everyone, (body, declared[question], against))
        assert len({contrast.cohort for contrast in mixed}) == len(mixed)
        whole = {contrast.cohort for contrast in plain} | {contrast.cohort for contrast in other}
        assert {contrast.cohort for contrast in mixed} == whole
        used = {(contrast.study, contrast.outcomes, contrast.second) for contrast in mixed}
        for contrast in plain:  # stays, also where its study has the other comparison too
            assert (contrast.study, contrast.outcomes, contrast.second) in used
            both_kinds += contrast.study in {one.study for one in other}
    assert len(found) > 20
    assert both_kinds > 5


def _everyone(body: Body) -> list[Contrast]:
    beside = [item.contrast for item in body.not_randomised]
    return [member.contrast for member in body.overall.members] + beside


def test_knapp_hartung_at_every_size_is_tried_where_it_differs() -> None:
    two = lay_use(*_use_of(make_body([make_effect(f"s{i}", 1.0, 80) for i in range(2)])))
    assert ("REML", "adhoc") in _list_methods(two, two.everything())
    four = lay_use(*_use_of(firm()))
    assert ("REML", "adhoc") not in _list_methods(four, four.everything())


def _use_of(body: Body) -> tuple[Use, Mapping[Question, Graded], Base, Policy]:
    found = rate_of(body)
    return found.base.use("ache"), found.graded, found.base, found.policy


def rate_of(*bodies: Body) -> Assessment:
    findings = Findings({body.question: body for body in bodies}, (), ())
    return assess_findings(findings, base_of(*bodies), POLICY, stability=False)


def firm(question: Question = PAIN, people: int = 120, estimate: float = 1.0) -> Body:
    effects = [make_effect(f"s{i}", estimate, people, question) for i in range(4)]
    return make_body(effects, (), question)


def test_the_next_trial_is_the_smallest_that_moves_the_word() -> None:
    body = make_body((), [make_vote(f"v{i}", "benefit", 60) for i in range(2)])
    found = rate_of(body)
    grid = found.outlooks["ache"].grids["pain"]
    present = found.policy.words.index(found.ratings["ache"].word)
    for flip in (f for f in found.ratings["ache"].would_change if f.kind == "next trial"):
        row = int(np.flatnonzero(np.isclose(grid.effects, float(flip.numbers["effect"])))[0])
        column = list(grid.sizes).index(flip.numbers["people"])
        assert found.policy.words[int(grid.words[row, column])] == flip.to
        assert flip.to != found.ratings["ache"].word
        before = set(grid.words[row, :column]) - {found.policy.words.index("insufficient evidence")}
        assert before <= {present}


def test_a_further_trial_says_what_the_body_with_it_says() -> None:
    body = firm()
    grid = rate_of(body).outlooks["ache"].grids["pain"]
    size = 400
    effects = [make_effect(f"s{i}", 1.0, 120) for i in range(4)]
    more = make_body([*effects, make_effect("next", 0.0, size)])
    low_risk = {"random_sequence": "low", "blinding_patients": "low", "drop_outs": "low"}
    base = base_of(more)
    bias = (BiasAssessment(tool="RoB1", source="r", items=low_risk, total=None),)
    studies = tuple(
        study.model_copy(update={"bias": bias if study.id == "next" else ()})
        for study in base.studies
    )
    findings = Findings({PAIN: more}, (), ())
    real = assess_findings(
        findings, dataclasses.replace(base, studies=studies), POLICY, stability=False
    )
    row = int(np.flatnonzero(grid.effects == 0.0)[0])
    column = list(grid.sizes).index(size)
    assert POLICY.words[int(grid.words[row, column])] == real.ratings["ache"].word


def test_the_same_effect_again_is_the_pooled_estimate() -> None:
    grid = rate_of(firm(estimate=0.9)).outlooks["ache"].grids["pain"]
    assert grid.pooled
    assert grid.metric_unit == 0.5  # one important difference, which is not one SD
    assert grid.effects[-1] == pytest.approx(0.9)
    assert list(grid.effects[:-1]) == [-0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1.0]


def test_certainty_flips_name_the_domain_that_holds_back() -> None:
    rating = rate_of(firm()).ratings["ache"]
    assert rating.word == "likely effective"
    kinds = {flip.kind: flip.to for flip in rating.would_change}
    assert kinds["missing datum"] in {"effective", "possibly effective"}


def test_the_weaker_outcome_is_the_one_that_could_move() -> None:
    weak = [make_vote(f"f{i}", "benefit", 60, FUNCTION) for i in range(2)]
    rating = rate_of(firm(), make_body((), weak, FUNCTION)).ratings["ache"]
    assert rating.word == "possibly effective"
    assert any(f.numbers.get("domain") == "function" for f in rating.would_change)


def test_the_order_of_files_changes_nothing(shipped: Assessment) -> None:
    base = dataclasses.replace(
        shipped.base,
        studies=tuple(reversed(shipped.base.studies)),
        reviews=tuple(reversed(shipped.base.reviews)),
    )
    again = assess(base, stability=False)
    for use, rating in again.ratings.items():
        first = shipped.ratings[use]
        assert (rating.word, rating.certainty, rating.side) == (
            first.word,
            first.certainty,
            first.side,
        )
        assert {flip.words for flip in rating.would_change} == {
            flip.words for flip in first.would_change
        }


def test_a_word_that_hangs_on_one_result_says_on_which() -> None:
    votes = [make_vote(f"v{i}", "benefit", 60) for i in range(2)]
    found = rate_of(make_body((), votes)).ratings["ache"]
    (flip,) = (flip for flip in found.would_change if flip.kind == "fragility")
    assert flip.numbers["studies"] == "v0 v1"
    nothing = [votes[0], dataclasses.replace(votes[1], side="none")]
    again = rate_of(make_body((), nothing)).ratings["ache"]
    assert again.word == flip.to != found.word
    many = rate_of(make_body((), [make_vote(f"v{i}", "benefit", 60) for i in range(12)]))
    assert not [f for f in many.ratings["ache"].would_change if f.kind == "fragility"]
