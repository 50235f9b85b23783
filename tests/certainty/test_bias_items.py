"""Risk of bias read from published items: by name, never by total."""

from __future__ import annotations

import pytest

from bodies import make_base, make_body, make_effect, make_study
from probatum.certainty.grade import grade
from probatum.certainty.risk_of_bias import read_item, risk_of_bias
from probatum.review import Review


def assessed(tool: str, items: dict[str, str], total: float | None = None) -> dict[str, object]:
    return {"tool": tool, "source": "a-review", "items": items, "total": total}


@pytest.mark.parametrize(
    ("tool", "item", "answer", "read"),
    [
        ("PEDro", "Random allocation", "no", ("randomisation", "high")),
        ("PEDro", "concealed_allocation", "no", ("randomisation", "some concerns")),
        ("PEDro", "adequate_followup", "yes", ("missing data", "low")),
        ("PEDro", "intention-to-treat", "no", ("deviations", "some concerns")),
        ("PEDro", "blind assessors", "yes", ("measurement", "low")),
        ("PEDro", "blind_therapists", "no", None),
        ("PEDro", "baseline_comparability", "no", None),
        ("PEDro", "point_estimates", "no", None),
        ("RoB1", "random_sequence", "unclear", ("randomisation", "some concerns")),
        ("RoB1", "blinding_patient", "high", ("deviations", "high")),
        ("RoB1", "Blinding of participants and personnel", "high", ("deviations", "high")),
        ("RoB1", "blinding_provider", "high", None),
        ("RoB1", "drop_outs", "low", ("missing data", "low")),
        ("RoB1", "Selective reporting", "Low risk", ("reporting", "low")),
        ("RoB2", "Bias in measurement of the outcome", "High", ("measurement", "high")),
        ("RoB2", "Overall", "high", None),
    ],
)
def test_items(tool: str, item: str, answer: str, read: object) -> None:
    assert read_item(tool, item, answer) == read  # type: ignore[arg-type]


def test_a_total_is_never_read() -> None:
    study = make_study("a", bias=[assessed("PEDro", {}, total=9)])
    assert risk_of_bias(study, "pain").judgement is None


def test_few_items_can_condemn_but_never_clear() -> None:
    good = make_study("a", bias=[assessed("RoB1", {"sequence_generation": "low"})])
    bad = make_study("b", bias=[assessed("RoB1", {"sequence_generation": "high"})])
    assert risk_of_bias(good, "pain").judgement is None
    assert risk_of_bias(bad, "pain").judgement == "high"


def test_where_teams_differ_the_more_severe_counts() -> None:
    items = {"random_sequence": "low", "blinding_patients": "low", "drop_outs": "low"}
    study = make_study("a", bias=[assessed("RoB1", items), assessed("RoB1", {"drop_outs": "high"})])
    found = risk_of_bias(study, "pain")
    assert found.by_domain["missing data"] == "high"
    assert found.judgement == "high"


def test_a_reviews_judgement_counts_where_the_study_has_none() -> None:
    items = {"random_sequence": "low", "blinding_patients": "low", "drop_outs": "low"}
    review = Review.model_validate(
        {
            "id": "r",
            "title": "A review",
            "status": "published",
            "conditions": ["ache"],
            "sources": [{"kind": "full-text"}],
            "bias": [{"trial": "a", "tool": "RoB1", "items": items}],
        }
    )
    found = risk_of_bias(make_study("a"), "pain", [review])
    assert (found.judgement, found.source) == ("low", "RoB1 by r")
    assert risk_of_bias(make_study("b"), "pain", [review]).judgement is None
    gone = review.model_copy(update={"status": "retracted"})
    assert risk_of_bias(make_study("a"), "pain", [gone]).judgement is None


def test_our_own_answers_come_before_published_ones() -> None:
    answers = {f"1.{i}": {"answer": "Y" if i < 3 else "N"} for i in (1, 2, 3)}
    study = make_study(
        "a",
        bias=[assessed("RoB1", {"sequence_generation": "high"})],
        rob2=[{"by": "editor", "answers": answers}],
    )
    assert risk_of_bias(study, "pain").source == "RoB 2 by editor"


CLEAN = {
    number: {"answer": "Y" if number in {"1.1", "1.2", "2.6", "3.1", "5.1"} else "N"}
    for number in (
        *("1.1", "1.2", "1.3", "2.1", "2.2", "2.6"),
        *("3.1", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3"),
    )
}


def test_an_assessment_of_the_outcome_comes_before_one_of_all() -> None:
    blind = {"by": "editor", "answers": CLEAN}
    seen = {"answer": "Y"}
    diary = {
        "by": "editor",
        "outcomes": ["pain"],
        "answers": {**CLEAN, "4.3": seen, "4.4": seen, "4.5": seen},
    }
    study = make_study("a", rob2=[diary, blind])
    assert risk_of_bias(study, "pain").by_domain["measurement"] == "high"
    assert risk_of_bias(study, "pain").judgement == "high"
    assert risk_of_bias(study, "function").judgement == "low"
    other = make_study("b", rob2=[diary])
    assert risk_of_bias(other, "function").judgement is None


def test_robins_judges_what_was_not_randomised() -> None:
    domains = {"confounding": "serious", "missing data": "moderate", "reporting": "low"}
    robins = {"by": "editor", "domains": domains, "overall": "serious"}
    found = risk_of_bias(make_study("a", design="controlled", robins_i=[robins]), "pain")
    assert (found.judgement, found.source) == ("high", "ROBINS-I by editor")
    assert found.by_domain == {
        "confounding": "high",
        "missing data": "some concerns",
        "reporting": "low",
    }


def test_a_person_overrules_with_both_judgements_kept() -> None:
    human = {"judgement": "high", "reason": "envelopes were opened", "by": "editor"}
    study = make_study(
        "a", rob2=[{"by": "editor", "answers": CLEAN, "overrides": {"1": human, "2": human}}]
    )
    found = risk_of_bias(study, "pain")
    assert found.judgement == "high"
    assert [(row.domain, row.computed) for row in found.overruled] == [
        ("randomisation", "low"),
        ("deviations", "low"),
    ]
    agrees = {**human, "judgement": "low"}
    study = make_study("a", rob2=[{"by": "editor", "answers": CLEAN, "overrides": {"1": agrees}}])
    assert risk_of_bias(study, "pain").overruled == ()
    body = make_body([make_effect("a", 1.0, 400)])
    study = make_study("a", rob2=[{"by": "editor", "answers": CLEAN, "overrides": {"1": human}}])
    judgement = grade(body, make_base([study])).certainty.judgement("risk of bias")
    assert judgement is not None
    assert judgement.numbers["studies overruled by a person"] == 1
    assert "In 1 a person overruled the computed judgement" in judgement.reason
