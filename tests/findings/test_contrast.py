"""Which comparison a study brings to a question, and why the others are set aside."""

from __future__ import annotations

import math
from typing import Any

import pytest
from records import ARMS, base, contrasts_of, outcome, study

from probatum.contrast import compare
from probatum.contrast.time import moment_of, read_times
from probatum.evidence.config import ContrastRules
from probatum.findings import DirectionOnly, Effect
from probatum.pool import combine
from probatum.study import Study

DRUG = {"id": "drug", "label": "a drug", "kind": "drug", "n": 20}
EXERCISE = {"id": "ex", "label": "exercise", "kind": "exercise", "n": 20}
SECOND = {"id": "leech2", "label": "more leeches", "kind": "leech", "n": 20}


@pytest.mark.parametrize(
    ("words", "weeks"),
    [
        ("1, 3 and 6 months", (52 / 12, 13.0, 26.0)),
        ("after third session", (0.0,)),
        ("immediately after", (0.0,)),
        ("after 2 weeks and at 1 month", (2.0, 52 / 12)),
        ("weeks 4, 8, 12", (4.0, 8.0, 12.0)),
        ("up to 72 h", (3 / 7,)),
        ("15 to 20 min", (15 / 10080, 20 / 10080)),
        ("day 14", (2.0,)),
        ("1 year after treatment", (52.0,)),
        ("three months", (13.0,)),
        ("after treatment and at 6 months", (0.0, 26.0)),
        ("discharge and 3 months", (0.0, 13.0)),
        ("6 wks", (6.0,)),
        ("3 and 6 mo", (13.0, 26.0)),
        ("24 hrs", (1 / 7,)),
        ("30 mins", (30 / 10080,)),
        ("short and medium term", ()),
        ("end of first phase", ()),
    ],
)
def test_times_are_read_from_words(words: str, weeks: tuple[float, ...]) -> None:
    assert read_times(words) == pytest.approx(weeks)


def test_bands_and_the_rule_for_no_time() -> None:
    rules = ContrastRules()
    assert moment_of(0.0, None, rules).band == "immediate"
    assert moment_of(12.0, None, rules).band == "short"
    assert moment_of(12.1, "1 day", rules).band == "long"
    assert moment_of(None, "6 months", rules).weeks == 26
    assert moment_of(None, "20 minutes after", rules).band == "immediate"
    assert moment_of(None, "the day after, 24 h", rules).band == "short"
    assert moment_of(None, "short term", rules).band == "short"
    unknown = moment_of(None, "after treatment and at 6 months", rules)
    assert (unknown.band, unknown.weeks) == ("short", None)
    assert "up to 12 weeks" in unknown.told
    assert moment_of(None, None, ContrastRules(unknown_time="long")).band == "long"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "retracted"}, "retracted"),
        ({"notices": [{"kind": "retraction", "id": "10.1/x"}]}, "retracted"),
        ({"out_of_scope": "about horses"}, "out of scope"),
        ({"status": "registered"}, "not yet reported"),
        ({"conditions": ["toothache"]}, "out of scope"),
        ({"design": "single-arm"}, "one arm only"),
    ],
)
def test_studies_that_cannot_count(fields: dict[str, Any], reason: str) -> None:
    for outcomes in ([outcome()], []):
        contrasts, aside = compare(base(study(outcomes=outcomes, **fields)))
        assert not contrasts
        assert [item.reason for item in aside] == [reason]
        assert aside[0].outcome == (0 if outcomes else -1)


@pytest.mark.parametrize(
    ("early", "late"),
    [
        ({"weeks": 0.0, "timepoint": "5 minutes"}, {"weeks": 0.0, "timepoint": "60 minutes"}),
        ({"weeks": None, "timepoint": "after first session"}, {"weeks": 0.0, "timepoint": "third"}),
        ({"weeks": 4.0, "timepoint": "1 month"}, {"weeks": 5.0, "timepoint": "1 month"}),
        ({"weeks": None, "timepoint": None}, {"weeks": 1.0, "timepoint": None}),
    ],
)
def test_times_within_a_band_are_told_apart(early: dict[str, Any], late: dict[str, Any]) -> None:
    for outcomes in ([outcome(**early), outcome(**late)], [outcome(**late), outcome(**early)]):
        (contrast,) = contrasts_of(base(study(outcomes=outcomes)))
        assert outcomes[contrast.outcomes[0]]["weeks"] == late["weeks"]
        assert outcomes[contrast.outcomes[0]]["timepoint"] == late["timepoint"]


def test_comparisons_that_say_nothing_of_the_therapy() -> None:
    arms = [*ARMS, DRUG, EXERCISE, SECOND]
    outcomes = [
        outcome(compare=["leech", "leech2"]),
        outcome(compare=["drug", "ex"]),
        outcome(compare=["leech", "leech"]),
        outcome(direction="unclear"),
    ]
    _, aside = compare(base(study(arms=arms, outcomes=outcomes)))
    assert [item.reason for item in aside] == [
        "two forms of the therapy",
        "not the therapy",
        "one arm only",
        "no direction and no numbers",
    ]


def test_one_contrast_for_each_use_class_domain_and_band() -> None:
    arms = [*ARMS, DRUG]
    outcomes = [
        outcome(),
        outcome(compare=["drug", "leech"], direction="favours-second"),
        outcome(weeks=0.0),
        outcome(weeks=26.0),
        outcome(domain="function", better="higher"),
    ]
    made = base(study(arms=arms, outcomes=outcomes, conditions=["knee", "hip", "unknown"]))
    contrasts = contrasts_of(made)
    assert len(contrasts) == 10
    assert len({contrast.question for contrast in contrasts}) == 10
    flipped = [c for c in contrasts if c.question.comparator == "active"]
    assert all(c.flipped and c.first == ("leech",) and c.second == ("drug",) for c in flipped)
    bodies = combine(made).bodies
    assert all(bodies[c.question].overall.benefit == 1 for c in flipped)


def numbers(**fields: object) -> dict[str, Any]:
    arms = [{"arm": "leech", "mean": 3.0, "sd": 2.0}, {"arm": "sham", "mean": 4.0, "sd": 2.0}]
    return outcome(arms=arms, **fields)


def test_the_declared_order_of_choice() -> None:
    outcomes = [
        outcome(weeks=12.0, measure="words"),
        numbers(weeks=2.0, measure="some score"),
        numbers(weeks=4.0, measure="VAS"),
        numbers(weeks=8.0, measure="VAS"),
        numbers(weeks=8.0, measure="VAS of another hour"),
    ]
    made = study(outcomes=outcomes)
    (latest,) = contrasts_of(base(made))
    assert latest.outcomes == (3,)
    (earliest,) = contrasts_of(base(made, rules={"prefer": {"short": "earliest"}}))
    assert earliest.outcomes == (2,)
    assert "earliest" in earliest.why
    _, aside = compare(base(made))
    assert [(item.outcome, item.detail) for item in aside] == [
        (0, "it gives numbers"),
        (1, "it is on a known scale"),
        (2, "it is the latest"),
        (4, "it stands first"),
    ]


def multi_arm() -> Study:
    arms = [{**ARMS[0], "n": 20}, SECOND, {**ARMS[1], "n": 21}]
    shared = {"arm": "sham", "mean": 5.0, "sd": 2.0}
    outcomes = [
        outcome(arms=[{"arm": "leech", "mean": 3.0, "sd": 2.0}, shared]),
        outcome(
            compare=["leech2", "sham"], arms=[{"arm": "leech2", "mean": 4.0, "sd": 2.0}, shared]
        ),
    ]
    return study(arms=arms, outcomes=outcomes)


def test_a_shared_control_is_split_and_no_one_counted_twice() -> None:
    made = base(multi_arm(), rules={"arms": "split"})
    found = combine(made)
    assert [contrast.shares for contrast in found.contrasts] == [(1, 2), (1, 2)]
    (body,) = found.bodies.values()
    (pooled,) = body.pools
    assert pooled.k == body.k == 1
    assert len(pooled.members) == 2
    assert [effect.groups[1][2] for effect in pooled.members if effect.groups] == [10.5, 10.5]
    assert pooled.people <= 61
    assert body.overall.benefit == 1


def test_a_printed_difference_against_half_a_group_has_the_wider_error() -> None:
    # 40 people, SE 1 / t(38): SD = SE / √(1/20 + 1/20); against ten of the twenty, SE √(3/20)
    arms = [{**ARMS[0], "n": 20}, {**SECOND, "n": 20}, {**ARMS[1], "n": 20}]
    printed = {"measure": "MD", "estimate": -2.0, "ci": (-3.0, -1.0), "sign": "first-minus-second"}
    outcomes = [
        outcome(measure="VAS", compare=[arm, "sham"], difference=printed)
        for arm in ("leech", "leech2")
    ]
    made = base(study(arms=arms, outcomes=outcomes), rules={"arms": "split"})
    (body,) = combine(made).bodies.values()
    members = body.pools[0].members
    assert [effect.contrast.shares for effect in members] == [(1, 2), (1, 2)]
    wanted = 1 / 2.024394 / math.sqrt(1 / 20 + 1 / 20) * math.sqrt(1 / 20 + 1 / 10)
    assert [math.sqrt(effect.variance) for effect in members] == pytest.approx([wanted] * 2)


@pytest.mark.parametrize(
    ("weeks", "band"),
    [(0.1, "immediate"), (2, "immediate"), (2.1, "short"), (12, "short"), (12.1, "long")],
)
def test_the_limit_of_a_band_belongs_to_the_earlier_one(weeks: float, band: str) -> None:
    rules = ContrastRules(immediate_weeks=2, short_weeks=12)
    assert moment_of(weeks, None, rules).band == band


def test_arms_combined_count_everyone_once() -> None:
    (body,) = combine(base(multi_arm())).bodies.values()
    assert body.people == 61
    assert body.pools[0].members[0].contrast.first == ("leech", "leech2")


@pytest.mark.parametrize(
    ("directions", "side"),
    [
        (("favours-first", "favours-first"), "benefit"),
        (("favours-first", "favours-second"), "unclear"),
        (("favours-first", "no-difference"), "unclear"),
        (("no-difference", "no-difference"), "none"),
    ],
)
@pytest.mark.parametrize("rule", ["combine", "split"])
def test_several_arms_have_one_vote(directions: tuple[str, str], side: str, rule: str) -> None:
    arms = [*ARMS, SECOND]
    outcomes = [
        outcome(direction=directions[0]),
        outcome(direction=directions[1], compare=["leech2", "sham"]),
    ]
    found = combine(base(study(arms=arms, outcomes=outcomes), rules={"arms": rule}))
    (body,) = found.bodies.values()
    assert body.directions
    (vote,) = body.directions.members
    assert vote.side == side
    assert body.people <= 67


def test_a_comparison_reported_twice_is_taken_once() -> None:
    contrasts, aside = compare(base(study(outcomes=[outcome(), outcome()])))
    assert [contrast.outcomes for contrast in contrasts] == [(0,)]
    assert [(item.outcome, item.detail) for item in aside] == [(1, "reported twice")]


def test_no_difference_is_read_by_its_figures() -> None:
    means = [{"arm": "leech", "mean": 3.0}, {"arm": "sham", "mean": 4.0}]
    (body,) = combine(base(study(outcomes=[outcome(arms=means)]))).bodies.values()
    assert body.directions
    (vote,) = body.directions.members
    assert isinstance(vote, DirectionOnly)
    assert vote.side == "benefit"
    assert "whatever their p" in vote.why


def test_an_unclear_result_with_numbers_stays() -> None:
    (body,) = combine(base(study(outcomes=[numbers(direction="unclear")]))).bodies.values()
    assert isinstance(body.pools[0].members[0], Effect)
