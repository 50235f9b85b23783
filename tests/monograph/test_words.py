"""Numbers and counting words, each against its own table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.monograph.numbers import (
    counted,
    decimals_for,
    fixed,
    listed,
    month,
    out_of,
    out_of_range,
    p_value,
    percent,
    significant,
    trimmed,
)
from probatum.monograph.sentence import claim, lower_first, span
from probatum.monograph.words import FEW, SHARES, research_word, share_rule, share_word, word_rules


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (9, 9, "all 9 studies"),
        (9, 10, "nearly all of the 10 studies"),
        (8, 12, "most of the 12 studies"),
        (6, 10, "more than half of the 10 studies"),
        (5, 10, "about half of the 10 studies"),
        (3, 10, "some of the 10 studies"),
        (2, 12, "a few of the 12 studies"),
        (1, 10, "1 of the 10 studies"),
        (0, 10, "none of the 10 studies"),
        (1, 2, "1 of the 2 studies"),
        (2, 2, "both studies"),
        (0, 2, "neither study"),
        (1, 1, "the only study"),
    ],
)
def test_shares_are_said_by_the_table(part: int, whole: int, told: str) -> None:
    assert share_word(part, whole) == told


@given(st.integers(FEW, 500).flatmap(lambda n: st.tuples(st.integers(2, n - 1), st.just(n))))
def test_a_larger_share_never_gets_a_weaker_word(case: tuple[int, int]) -> None:
    part, whole = case
    order = [row.word for row in SHARES]

    def rank(number: int) -> int:
        told = share_word(number, whole)
        return max(
            (n for n, word in enumerate(order) if told.startswith(word)),
            key=lambda n: len(order[n]),
        )

    assert rank(part + 1) <= rank(part)


def test_a_counted_word_carries_its_rule() -> None:
    assert share_rule(6, 9) == "“most” stands for at least 2 in 3 studies: here 6 of 9"
    assert share_rule(1, 2) is None
    assert share_rule(1, 9) is None, "a count needs no rule"


def test_each_word_stands_in_the_table_once() -> None:
    words = [rule.word for rule in word_rules()]
    assert len(words) == len(set(words))
    assert {row.word for row in SHARES} <= set(words)
    assert {"no research", "early research", "some research", "a large body of research"} <= {
        *words
    }


@pytest.mark.parametrize(
    ("k", "people", "told"),
    [
        (0, 0, "no research"),
        (1, 900, "early research"),
        (2, 99, "early research"),
        (2, 100, "some research"),
        (10, 999, "some research"),
        (10, 1000, "a large body of research"),
    ],
)
def test_research_is_said_by_its_volume(k: int, people: int, told: str) -> None:
    assert research_word(k, people) == told


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        (0.1918, "19 in 100 treatments"),
        (20 / 28093, "7 in 10,000 treatments"),
        (20 / 20464, "1 in 1,000 treatments"),
        (2 / 229230, "9 in 1,000,000 treatments"),
        (0.00039, "4 in 10,000 treatments"),
        (0.0, "0 in 100 treatments"),
        (1.0, "100 in 100 treatments"),
    ],
)
def test_rates_are_natural_frequencies(rate: float, told: str) -> None:
    assert out_of(rate, "treatments") == told


@given(st.floats(1e-6, 1))
def test_a_natural_frequency_counts_at_least_one(rate: float) -> None:
    count, base = (int(word.replace(",", "")) for word in out_of(rate, "people").split()[::2][:2])
    assert count >= 1
    assert count / base == pytest.approx(rate, rel=0.51)


def test_a_range_of_rates_stands_on_one_base() -> None:
    assert out_of_range(0.0465, 0.16, "treatments") == "5 to 16 in 100 treatments"
    assert out_of_range(0.0755, 0.077, "treatments") == "8 in 100 treatments"


def test_numbers_are_said_shortly() -> None:
    assert fixed(-0.04, 1) == "0.0"
    assert fixed(-1234.5, 1) == "−1,234.5"
    assert (significant(0.000123), significant(1234, 2)) == ("0.00012", "1,200")
    assert (trimmed(3.0), trimmed(2.5), trimmed(100)) == ("3", "2.5", "100")
    assert (percent(0.192), percent(0.0756), percent(0), percent(1)) == (
        "19%",
        "7.6%",
        "0%",
        "100%",
    )
    assert [p_value(p) for p in (0.0004, 0.004, 0.04, 0.999)] == [
        "p < 0.001",
        "p = 0.004",
        "p = 0.04",
        "p > 0.99",
    ]
    assert [decimals_for(width) for width in (1, 10, 24, 100, 200)] == [2, 1, 1, 0, 0]
    assert (counted(1, "study", "studies"), counted(1024, "person", "people")) == (
        "1 study",
        "1,024 people",
    )
    assert [listed([]), listed(["a"]), listed(["a", "b", "c"], "or")] == ["", "a", "a, b or c"]
    assert (month("2026-11"), month("2026")) == ("November 2026", "2026")


def test_a_sentence_is_closed_once_and_joined_cleanly() -> None:
    assert claim("x", "two  ", span("words."), "").text == "Two words."
    assert claim("x", "is it so?").text == "Is it so?"
    assert claim("x", "“quoted.”").text == "“quoted.”"
    assert len(claim("x", "a ", "b ", span("c")).spans) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The size", "the size"),
        ("I² is 66%", "I² is 66%"),
        ("PEDro items", "PEDro items"),
        ("A few", "a few"),
        ("Studies: two", "studies: two"),
    ],
)
def test_a_first_letter_is_lowered_only_in_words(text: str, told: str) -> None:
    assert lower_first(text) == told
