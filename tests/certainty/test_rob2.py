"""RoB 2 over every combination of answers, against the guidance's flow charts written out anew.

The functions below follow the charts question by question, as a reader does with a pencil; the
product holds them as tables. Both would have to be wrong in the same way to agree.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

import pytest

from probatum.certainty.rob2 import SEVERAL_CONCERNS, judge, judge_domain, judge_overall
from probatum.certainty.rob2_tables import TABLES, DomainTable
from probatum.errors import InputError
from probatum.study import JudgementOverride, RoB2, SignallingAnswer

ANSWERS = ("Y", "PY", "PN", "N", "NI")
YES, NO = {"Y", "PY"}, {"N", "PN"}
Answers = Mapping[str, str]


def chart_randomisation(a: Answers, prefix: str = "1") -> str:
    sequence, concealed, imbalance = (a[f"{prefix}.{i}"] for i in "123")
    if concealed in YES:
        if sequence in NO:
            return "some concerns"
        return "some concerns" if imbalance in YES else "low"
    if concealed == "NI":
        return "high" if imbalance in YES else "some concerns"
    return "high"


def chart_analysis(a: Answers) -> str:
    if a["2.6"] in YES:
        return "low"
    return "some concerns" if a["2.7"] in NO else "high"


def chart_deviations(a: Answers, *, unaware: bool) -> str:
    if unaware or a["2.3"] in NO:
        return "low"
    if a["2.3"] == "NI":
        return "some concerns"
    if a["2.4"] in NO:
        return "some concerns"
    return "some concerns" if a["2.5"] in YES else "high"


def worse(*judgements: str) -> str:
    return max(judgements, key=("low", "some concerns", "high").index)


def chart_assignment(a: Answers) -> str:
    unaware = a["2.1"] in NO and a["2.2"] in NO
    return worse(chart_deviations(a, unaware=unaware), chart_analysis(a))


def chart_cluster_assignment(a: Answers) -> str:
    people_unaware = a["2.1a"] in NO or a["2.1b"] in NO
    unaware = people_unaware and a["2.2"] in NO
    return worse(chart_deviations(a, unaware=unaware), chart_analysis(a))


def chart_adherence(a: Answers) -> str:
    aware = a["2.1"] not in NO or a["2.2"] not in NO
    balanced = not aware or a["2.3"] in YES or a["2.3"] == "NA"
    failed = any(a[q] not in NO and a[q] != "NA" for q in ("2.4", "2.5"))
    if balanced and not failed:
        return "low"
    return "some concerns" if a["2.6"] in YES else "high"


def chart_missing(a: Answers) -> str:
    complete = a["3.1"] in YES if "3.1" in a else a["3.1a"] in YES and a["3.1b"] in YES
    if complete or a["3.2"] in YES or a["3.3"] in NO:
        return "low"
    return "some concerns" if a["3.4"] in NO else "high"


def chart_measurement(a: Answers) -> str:
    if a["4.1"] in YES or a["4.2"] in YES:
        return "high"
    best = "low" if a["4.2"] in NO else "some concerns"
    blind = a["4.3"] in NO if "4.3" in a else a["4.3a"] in NO or a["4.3b"] in NO
    if blind or a["4.4"] in NO:
        return best
    return "some concerns" if a["4.5"] in NO else "high"


def chart_selection(a: Answers) -> str:
    asked = [a[q] for q in ("5.2", "5.3", "5.4") if q in a]
    if any(answer in YES for answer in asked):
        return "high"
    if all(answer in NO for answer in asked) and a["5.1"] in YES:
        return "low"
    return "some concerns"


def chart_carryover(a: Answers) -> str:
    if a["S.3"] not in YES:
        return "high"
    return "low" if a["S.1"] in YES or a["S.2"] in YES else "some concerns"


def chart_recruitment(a: Answers) -> str:
    if a["1b.1"] in YES:
        return "low"
    if a["1b.2"] in YES:
        return "high"
    imbalance = a["1b.3"] in YES
    if a["1b.2"] in NO:
        return "some concerns" if imbalance else "low"
    return "high" if imbalance else "some concerns"


CHARTS: dict[tuple[str, str, str], Callable[[Answers], str]] = {}
for _variant, _effect in TABLES:
    CHARTS |= {
        (_variant, _effect, "1"): chart_randomisation,
        (_variant, _effect, "1a"): lambda a: chart_randomisation(a, "1a"),
        (_variant, _effect, "1b"): chart_recruitment,
        (_variant, _effect, "S"): chart_carryover,
        (_variant, _effect, "2"): chart_adherence
        if _effect == "adherence"
        else (chart_cluster_assignment if _variant == "cluster" else chart_assignment),
        (_variant, _effect, "3"): chart_missing,
        (_variant, _effect, "4"): chart_measurement,
        (_variant, _effect, "5"): chart_selection,
    }

CASES = [
    pytest.param(table, CHARTS[variant, effect, table.id], id=f"{variant}-{effect}-{table.id}")
    for (variant, effect), tables in TABLES.items()
    for table in tables
]


@pytest.mark.parametrize(("table", "chart"), CASES)
def test_every_combination_follows_the_chart(
    table: DomainTable, chart: Callable[[Answers], str]
) -> None:
    # one word a class where five answers to each of eight questions would be 390,625 cases;
    # that both words of a class count alike is tested below
    words = ANSWERS if len(table.questions) <= 6 else ("PY", "PN", "NI")
    if table.id == "2" and "2.7" not in table.questions:
        words = ("PY", "PN", "NI", "NA")
    for combination in itertools.product(words, repeat=len(table.questions)):
        answers = dict(zip(table.questions, combination, strict=True))
        assert judge_domain(table, answers).computed == chart(answers), answers


@pytest.mark.parametrize(("table", "chart"), CASES)
def test_probably_counts_as_plain(table: DomainTable, chart: Callable[[Answers], str]) -> None:
    del chart
    plain = {"PY": "Y", "PN": "N"}
    for combination in itertools.product(("PY", "PN", "NI"), repeat=len(table.questions)):
        answers = dict(zip(table.questions, combination, strict=True))
        sure = {question: plain.get(answer, answer) for question, answer in answers.items()}
        assert judge_domain(table, answers).computed == judge_domain(table, sure).computed


def test_the_overall_judgement_is_the_worst_domain_or_several_concerns() -> None:
    words = ("low", "some concerns", "high")
    for domains in itertools.product(words, repeat=5):
        overall, _ = judge_overall(list(domains))
        if domains.count("some concerns") >= SEVERAL_CONCERNS:
            assert overall == "high"
        else:
            assert overall == worse(*domains)


def low_risk() -> dict[str, SignallingAnswer]:
    yes = {"1.1", "1.2", "2.6", "3.1", "5.1"}
    questions = [q for table in TABLES["parallel", "assignment"] for q in table.questions]
    return {q: SignallingAnswer(answer="Y" if q in yes else "N") for q in questions}


def test_a_whole_assessment_is_low_where_nothing_is_wrong() -> None:
    judgement = judge(RoB2(by="editor", answers=low_risk()))
    assert judgement.judgement == "low"
    assert judgement.unanswered == ()


def test_an_unanswered_question_counts_as_no_information_and_is_listed() -> None:
    answers = low_risk()
    del answers["1.2"]
    judgement = judge(RoB2(by="editor", answers=answers))
    assert judgement.unanswered == ("1.2",)
    assert judgement.domains[0].judgement == "some concerns"
    assert judgement.domains[0].decided_by == {"1.2": "NI"}


def test_an_override_stands_beside_the_computed_judgement() -> None:
    human = JudgementOverride(judgement="high", reason="staff opened the envelopes", by="editor")
    judgement = judge(RoB2(by="editor", answers=low_risk(), overrides={"1": human}))
    assert judgement.domains[0].computed == "low"
    assert judgement.domains[0].judgement == "high"
    assert judgement.judgement == "high"


def test_a_strange_question_or_domain_is_refused() -> None:
    odd = {**low_risk(), "9.9": SignallingAnswer(answer="Y")}
    with pytest.raises(InputError, match=r"9\.9"):
        judge(RoB2(by="editor", answers=odd))
    human = JudgementOverride(judgement="high", reason="x", by="editor")
    with pytest.raises(InputError, match="override"):
        judge(RoB2(by="editor", answers=low_risk(), overrides={"7": human}))
    with pytest.raises(InputError, match="not an answer"):
        judge_domain(TABLES["parallel", "assignment"][0], {"1.1": "maybe"})
