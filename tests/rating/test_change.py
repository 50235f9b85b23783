"""What is said to change a rating does change it, the way that a reader would expect."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import pytest

from bodies import ACTIVE, FUNCTION, PAIN, base_of, make_body, make_effect, make_study, make_vote
from probatum.evidence.base import Base, read, shipped_base
from probatum.findings import Body, Findings, Question
from probatum.rating.assess import Assessment, assess, assess_findings
from probatum.rating.model import Flip, Rating
from probatum.rating.policy import Policy, load_policy
from probatum.rating.sheet import lay_sheet
from probatum.rating.trial import CLEAR
from probatum.study import BiasAssessment, Study

POLICY = load_policy("probatum")
WEEKS = {"immediate": 0, "short": 6, "long": 26}
LOW_RISK = {"random_sequence": "low", "blinding_patients": "low", "drop_outs": "low"}


def replace_target(policy: Policy) -> Policy:
    """Return the policy as one that grades against no difference at all."""
    certainty = dataclasses.replace(policy.certainty, target="non-null")
    return policy.model_copy(update={"certainty": certainty})


@pytest.fixture(scope="module")
def shipped() -> Assessment:
    base = read(shipped_base()).base
    assert base is not None
    return assess(base, stability=False)


def rate_of(*bodies: Body) -> Rating:
    findings = Findings({body.question: body for body in bodies}, (), ())
    return assess_findings(findings, base_of(*bodies), POLICY, stability=False).ratings["ache"]


def told(sides: Sequence[str], people: int, question: Question = PAIN) -> Body:
    votes = [make_vote(f"v{i}", side, people, question) for i, side in enumerate(sides)]
    return make_body((), votes, question)


def trials(rating: Rating) -> list[Flip]:
    return [flip for flip in rating.would_change if flip.kind == "next trial"]


def clear_benefit(name: str, question: Question, people: int, base: Base) -> Study:
    """Return a trial at low risk of bias whose benefit is clear, on an index of its own."""
    kinds = {kind.arm_class: kind.slug for kind in reversed(base.config.arm_kinds)}
    domain = next(d for d in base.config.domains if d.slug == question.domain)
    gain = CLEAR * base.config.smd.small * (-1 if domain.better == "lower" else 1)
    outcome = {
        "domain": question.domain,
        "measure": "an index that nobody else used",
        "better": domain.better,
        "weeks": WEEKS[question.band],
        "compare": ("t", "c"),
        "direction": "favours-first",
        "arms": [
            {"arm": "t", "n": people // 2, "mean": 50 + gain, "sd": 1},
            {"arm": "c", "n": people // 2, "mean": 50, "sd": 1},
        ],
    }
    return make_study(
        name,
        conditions=[question.use],
        n_randomised=people,
        arms=[
            {"id": "t", "label": "therapy", "kind": kinds["therapy"], "n": people // 2},
            {"id": "c", "label": "other", "kind": kinds[question.comparator], "n": people // 2},
        ],
        outcomes=[outcome],
        bias=[{"tool": "RoB1", "source": "r", "items": LOW_RISK}],
    )


def volume_flips(found: Assessment) -> Iterator[tuple[str, Flip, Question]]:
    """Yield what would earn a first word, where the question has no pool of its own to fit."""
    for use, rating in found.ratings.items():
        for flip in rating.would_change:
            if flip.kind == "volume":
                n = flip.numbers
                question = Question(use, str(n["domain"]), n["comparator"], n["band"])  # type: ignore[arg-type]
                graded = found.graded.get(question)
                if graded is None or not lay_sheet(graded, found.base, POLICY.certainty).v.size:
                    yield use, flip, question


def test_trials_that_would_earn_a_first_word_do_earn_it(shipped: Assessment) -> None:
    flips = list(volume_flips(shipped))
    assert len(flips) > 15
    for use, flip, question in flips[::5]:
        number, people = int(flip.numbers["trials"]), int(flip.numbers["people a trial"])
        new = [clear_benefit(f"zz{i}", question, people, shipped.base) for i in range(number)]
        base = dataclasses.replace(shipped.base, studies=(*shipped.base.studies, *new))
        assert assess(base, stability=False).ratings[use].word == flip.to, flip.words


def test_what_an_unrated_outcome_lacks_is_said_with_the_trials_that_would_do() -> None:
    (pain, function) = rate_of().would_change
    assert pain.words == (
        "For a rating, pain lacks 2 randomised studies and 100 people; 2 trials against sham, "
        "placebo or no treatment, up to 12 weeks, with 60 people each, that find a clear benefit "
        "would make it possibly effective."
    )
    assert function.numbers["domain"] == "function"
    (eight, _) = rate_of(told(["benefit", "benefit"], 46)).would_change
    assert (eight.numbers["studies"], eight.numbers["people"]) == (0, 8)
    assert int(eight.numbers["people a trial"]) > 8, (
        "100 people are very low certainty by direction"
    )


def test_a_trial_is_told_only_where_it_moves_the_word_its_own_way() -> None:
    # 106 people are too few; 20 more of any result lift certainty by a level
    rating = rate_of(told(["benefit"] * 3, 35))
    assert rating.word == "insufficient evidence"
    assert [(float(f.numbers["effect"]) > 0, f.to) for f in trials(rating)] == [
        (True, "possibly effective")
    ]


def test_a_trial_without_benefit_does_not_overrule_those_that_favour() -> None:
    (benefit, null) = trials(rate_of(told(["benefit"] * 5, 100)))
    assert benefit.to == "likely effective"
    assert (float(null.numbers["effect"]), null.to) == (0.0, "insufficient evidence")


def test_a_trial_of_several_comparisons_names_them_all() -> None:
    rating = rate_of(
        told(["benefit"] * 3, 35),
        told(["benefit"] * 3, 35, dataclasses.replace(ACTIVE, domain="function")),
    )
    (flip,) = trials(rating)
    assert flip.numbers["comparator"] == "inactive + active"
    assert (
        "pain against sham, placebo or no treatment, up to 12 weeks, and of function against "
        in (flip.words)
    )
    assert "people in each comparison" in flip.words


def test_no_word_is_promised_for_a_domain_that_leaves_the_side_open() -> None:
    null = make_body([make_effect(f"f{i}", 0.0, 300, FUNCTION) for i in range(3)], (), FUNCTION)
    open_ = make_body([make_effect(f"s{i}", y, 300) for i, y in enumerate((2.0, 0.0, 1.0))])
    rating = rate_of(null, open_)
    assert rating.word == "insufficient evidence"
    assert not [flip for flip in rating.would_change if flip.kind == "certainty"]


def test_bias_assessed_in_part_says_what_the_rest_could_do() -> None:
    body = make_body([make_effect(f"s{i}", 1.0, 300) for i in range(3)])
    bias = (BiasAssessment(tool="RoB1", source="r", items=LOW_RISK, total=None),)

    def rated(*assessed: str) -> Rating:
        base = base_of(body)
        studies = tuple(
            study.model_copy(update={"bias": bias if study.id in assessed else ()})
            for study in base.studies
        )
        base = dataclasses.replace(base, studies=studies)
        findings = Findings({PAIN: body}, (), ())
        return assess_findings(findings, base, POLICY, stability=False).ratings["ache"]

    (flip,) = (f for f in rated("s0").would_change if f.kind == "missing datum")
    assert "less than half of the information on pain" in flip.words
    assert flip.to == rated("s0", "s1", "s2").word == "effective" != rated("s0").word


@pytest.mark.parametrize("policy", [POLICY, replace_target(POLICY)], ids=["important", "non-null"])
def test_a_first_trial_with_numbers_is_graded_by_the_size_and_target_that_are_declared(
    policy: Policy,
) -> None:
    small = {"small": 0.2, "source": "declared"}  # 786 people are asked for
    votes = [make_vote(f"v{i}", "benefit", 60) for i in range(3)]

    def rated(body: Body) -> Assessment:
        base = base_of(body, smd=small)
        bias = (BiasAssessment(tool="RoB1", source="r", items=LOW_RISK, total=None),)
        studies = tuple(
            s.model_copy(update={"bias": bias if s.id == "next" else ()}) for s in base.studies
        )
        base = dataclasses.replace(base, studies=studies)
        return assess_findings(Findings({PAIN: body}, (), ()), base, policy, stability=False)

    grid = rated(make_body((), votes)).outlooks["ache"].grids["pain"]
    for row, column in ((-1, -1), (-1, -5), (-1, -8), (3, -1), (4, -4)):
        effect, people = float(grid.effects[row]), int(grid.sizes[column])
        real = rated(make_body([make_effect("next", effect, people)], votes)).ratings["ache"]
        assert policy.words[int(grid.words[row, column])] == real.word, (effect, people)
