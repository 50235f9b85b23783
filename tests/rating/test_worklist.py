"""The worklist names what is missing, most telling first."""

from __future__ import annotations

import dataclasses

from bodies import base_of, make_body, make_effect, make_study, make_vote
from probatum.findings import Body, Findings
from probatum.rating.assess import assess_findings
from probatum.rating.policy import load_policy
from probatum.rating.worklist import CANNOT_MOVE, Task, list_tasks

BIAS = [
    {
        "tool": "RoB1",
        "source": "r",
        "items": {"random_sequence": "low", "blinding_patients": "low", "drop_outs": "low"},
    }
]


def tasks(body: Body, *studies: str) -> tuple[Task, ...]:
    base = base_of(body)
    others = [make_study(name, status="registered") for name in studies]
    whole = dataclasses.replace(base, studies=(*base.studies, *others))
    findings = Findings({body.question: body}, (), ())
    return list_tasks(assess_findings(findings, whole, load_policy("probatum"), stability=False))


def test_bias_that_could_move_a_rating_comes_first_and_by_information() -> None:
    body = make_body([make_effect("big", 1.0, 600), make_effect("small", 1.0, 100)])
    body = make_body([*body.pools[0].members, make_effect("mid", 1.0, 300)])
    found = tasks(body, "waiting")
    bias = [task for task in found if task.missing == "risk of bias"]
    assert [task.study for task in bias] == ["big", "mid", "small"]
    assert found[-1].score <= found[0].score
    results = next(task for task in found if task.missing == "results")
    assert (results.study, results.score) == ("waiting", CANNOT_MOVE)


def test_directions_ask_for_numbers_and_unknown_people_for_people() -> None:
    body = make_body((), [make_vote("a", "benefit", 60), make_vote("b", "benefit", None)])
    found = {(task.study, task.missing) for task in tasks(body)}
    assert {("a", "numbers"), ("b", "numbers"), ("b", "people")} <= found
    assert ("a", "people") not in found


def test_what_is_complete_is_not_listed() -> None:
    body = make_body([make_effect("a", 1.0, 300)])
    base = base_of(body)
    study = base.studies[0].model_copy(update={"bias": make_study("x", bias=BIAS).bias})
    whole = dataclasses.replace(base, studies=(study,))
    findings = Findings({body.question: body}, (), ())
    assessed = assess_findings(findings, whole, load_policy("probatum"), stability=False)
    assert list_tasks(assessed) == ()
