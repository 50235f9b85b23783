"""Checks of risk of bias: a block that cannot be judged is a problem before anything judges it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import config, sample

from probatum.certainty.rob2 import judge, judge_domain
from probatum.certainty.rob2_tables import TABLES
from probatum.errors import Problem
from probatum.evidence.base import check
from probatum.evidence.bias_questions import DOMAINS, unanswered
from probatum.evidence.reader import decode
from probatum.review import Review
from probatum.study import RoB2, SignallingAnswer, Study

YES = ("1.1", "1.2", "2.6", "3.1", "5.1")
NO = ("1.3", "2.1", "2.2", "4.1", "4.2", "4.3", "5.2", "5.3")
ANSWERS = "\n".join(
    f'"{number}" = {{ answer = "{word}" }}'
    for number, word in [*((n, "Y") for n in YES), *((n, "PN") for n in NO)]
)
WHOLE = f'\n[[rob2]]\nby = "editor"\n[rob2.answers]\n{ANSWERS}\n'
ROBINS = """
[[robins_i]]
by = "editor"
overall = "serious"
domains = { confounding = "serious", reporting = "low" }
"""
CONTROLLED = ('design = "parallel"', 'design = "controlled"')


def found(block: str, *exchanges: tuple[str, str]) -> tuple[Problem, ...]:
    text = sample("study", *exchanges) + block
    return check(decode("studies/roe2024.toml", text.encode()), Study, config()).problems


def test_a_whole_assessment_is_sound() -> None:
    assert found(WHOLE) == ()
    assert found(ROBINS, CONTROLLED) == ()


OVERRIDE = '[rob2.overrides.{}]\njudgement = "high"\nreason = "x"\nby = "editor"\n'


@pytest.mark.parametrize(
    ("block", "exchange", "field", "severity", "message"),
    [
        (WHOLE + '"9.9" = { answer = "Y" }', None, "rob2[0].answers.9.9", "error", "question 9.9"),
        (WHOLE + '"4.3a" = { answer = "Y" }', None, "rob2[0].answers.4.3a", "error", "parallel"),
        (WHOLE + OVERRIDE.format("7"), None, "rob2[0].overrides.7", "error", "no domain 7"),
        (
            WHOLE.replace('"1.2" = { answer = "Y" }\n', ""),
            None,
            "rob2[0].answers",
            "warning",
            "1.2",
        ),
        (
            WHOLE.replace('"1.1" = { answer = "Y" }', '"1.1" = { answer = "NA" }'),
            None,
            "rob2[0].answers.1.1",
            "warning",
            "always applies",
        ),
        (
            WHOLE.replace('by = "editor"', 'by = "editor"\noutcomes = ["pian"]'),
            None,
            "rob2[0].outcomes[0]",
            "error",
            "no outcome domain",
        ),
        (
            WHOLE,
            ('design = "parallel"', 'design = "crossover"'),
            "rob2[0].variant",
            "warning",
            "judges a crossover trial",
        ),
        (WHOLE, CONTROLLED, "rob2[0]", "warning", "RoB 2 is for randomised trials"),
        (WHOLE + WHOLE, None, "rob2[1].outcomes", "warning", "judged twice"),
        (ROBINS, None, "robins_i[0]", "warning", "without random allocation"),
        (
            ROBINS.replace("confounding", "confusion"),
            CONTROLLED,
            "robins_i[0].domains.confusion",
            "error",
            "no domain of ROBINS-I",
        ),
        (
            ROBINS.replace('overall = "serious"', 'overall = "low"'),
            CONTROLLED,
            "robins_i[0].overall",
            "error",
            "low overall, and serious in a domain",
        ),
    ],
)
def test_blocks(
    block: str, exchange: tuple[str, str] | None, field: str, severity: str, message: str
) -> None:
    problems = found(block, *([exchange] if exchange else []))
    assert len(problems) == 1, "\n".join(map(str, problems))
    assert (problems[0].field, problems[0].severity) == (field, severity)
    assert message in problems[0].message
    lines = (sample("study", *([exchange] if exchange else [])) + block).splitlines()
    assert (
        field.rpartition(".")[2].split("[")[0] in lines[problems[0].line - 1]
        or "[[" in (lines[problems[0].line - 1])
    )


def test_a_published_answer_outside_its_tool_is_named() -> None:
    text = 'items = { "sequence generation" = "maybe" }'
    block = f'\n[[bias]]\ntool = "RoB1"\nsource = "x"\n{text}\n'
    assert [p.field for p in found(block)] == ["bias[1].items.sequence generation"]
    assert found(block.replace("maybe", "Low risk of bias")) == ()


def test_a_reviews_answer_is_checked_alike() -> None:
    block = '\n[[bias]]\ntrial = "x"\ntool = "PEDro"\nitems = { "random allocation" = "perhaps" }\n'
    text = sample("review") + block
    found = check(decode("reviews/doe2025.toml", text.encode()), Review, config()).problems
    assert [(p.field, p.severity) for p in found] == [
        ("bias[0].items.random allocation", "warning")
    ]


@given(st.data())
def test_what_passes_the_check_can_be_judged(data: st.DataObject) -> None:
    variant, effect = data.draw(st.sampled_from(sorted(DOMAINS)))
    questions = [q for domain in DOMAINS[variant, effect] for q in domain.questions]
    words = st.sampled_from(["Y", "PY", "PN", "N", "NI", "NA"])
    answers = data.draw(st.dictionaries(st.sampled_from(questions), words))
    given_answers = {q: SignallingAnswer(answer=word) for q, word in answers.items()}
    judged = judge(RoB2(variant=variant, effect=effect, by="editor", answers=given_answers))
    assert set(judged.unanswered) <= set(questions) - set(answers)


@pytest.mark.parametrize(("variant", "effect"), sorted(DOMAINS))
def test_questions_not_asked_never_matter(variant: str, effect: str) -> None:
    for table in TABLES[variant, effect]:
        numbers = list(table.questions)
        words = ("Y", "N", "NI")
        for combination in itertools.product(words, repeat=len(numbers)):
            answers = dict(zip(numbers, combination, strict=True))
            asked = asked_of(variant, effect, answers)
            if len(asked & set(numbers)) == len(numbers):
                continue
            kept = {q: answer for q, answer in answers.items() if q in asked}
            assert judge_domain(table, kept).computed == judge_domain(table, answers).computed


def asked_of(variant: str, effect: str, answers: dict[str, str]) -> set[str]:
    """Follow the tool from its first question: answer what is asked until nothing is left open."""
    given_answers: dict[str, str] = {}
    while True:
        new = set(unanswered(variant, effect, given_answers)) & set(answers)
        if not new:
            return set(given_answers)
        first = min(new, key=list(answers).index)
        given_answers[first] = answers[first]
