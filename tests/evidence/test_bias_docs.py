"""The page on risk of bias says what the tables hold, and its examples pass the check."""

from __future__ import annotations

import re

import pytest
from samples import config, sample

from probatum.evidence.base import check
from probatum.evidence.bias_questions import DOMAINS, ROBINS_DOMAINS
from probatum.evidence.reader import decode
from probatum.study import Study
from shared_data import ROOT

PAGE = (ROOT / "docs" / "risk-of-bias.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("variant", "effect"), sorted(DOMAINS))
def test_every_question_stands_on_the_page(variant: str, effect: str) -> None:
    for domain in DOMAINS[variant, effect]:
        assert f"**Domain {domain.id}, {domain.name}**" in PAGE
        for number, words in domain.questions.items():
            assert f"| {number} | {words} |" in PAGE


def test_the_page_names_no_question_that_is_not_asked() -> None:
    asked = {q for domains in DOMAINS.values() for d in domains for q in d.questions.items()}
    rows = re.findall(r"^\| (\d\w?\.\d\w?|S\.\d) \| (.*?) \|", PAGE, re.MULTILINE)
    assert set(rows) == asked
    assert all(f"`{name}`" in PAGE for name in ROBINS_DOMAINS)


@pytest.mark.parametrize("block", BLOCKS, ids=["rob2", "robins", "bias"])
def test_the_examples_pass_the_check(block: str) -> None:
    text = sample("study") + "\n" + block
    found = check(decode("studies/roe2024.toml", text.encode()), Study, config())
    assert found.record is not None
    assert all(problem.severity == "warning" for problem in found.problems)
