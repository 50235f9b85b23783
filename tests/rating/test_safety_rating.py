"""Safety ratings: counted harm decides, silence lifts nothing, serious cases cap."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.evidence.base import Base, read, shipped_base
from probatum.rating.safety import (
    HarmRate,
    count_report,
    count_serious,
    load_safety_policy,
    safety_rating,
)
from probatum.safety import HarmEvent, SafetyReport
from probatum.study import Notice, Source
from probatum.vocabulary import SafetyKind

SHIPPED = read(shipped_base()).base
assert SHIPPED is not None
EMPTY = dataclasses.replace(SHIPPED, safety=())
OWN = next(item.slug for item in EMPTY.config.techniques if item.therapy)
ORDER = [word.word for word in load_safety_policy().words]


def report(
    events: Sequence[HarmEvent],
    kind: SafetyKind = "prospective-survey",
    technique: str = OWN,
    name: str = "a2000",
) -> SafetyReport:
    return SafetyReport(
        id=name,
        title="Harms",
        sources=(Source(kind="abstract"),),
        kind=kind,
        technique=technique,
        events=tuple(events),
    )


def serious(events: int, treatments: int, event: str = "any serious event") -> HarmEvent:
    return HarmEvent(event=event, severity="serious", events=events, treatments=treatments)


def with_reports(*reports: SafetyReport) -> Base:
    return dataclasses.replace(EMPTY, safety=reports)


@pytest.mark.parametrize(
    ("events", "treatments", "word"),
    [
        (0, 50_000, "likely safe"),
        (0, 5_000, "possibly safe"),
        (20, 28_093, "possibly safe"),
        (0, 500, "insufficient evidence"),
        (60, 20_000, "possibly unsafe"),
        (300, 10_000, "likely unsafe"),
        (400, 2_000, "unsafe"),
    ],
)
def test_the_word_follows_the_count(events: int, treatments: int, word: str) -> None:
    assert safety_rating(with_reports(report([serious(events, treatments)]))).word == word


def test_silence_lifts_nothing() -> None:
    assert safety_rating(EMPTY).word == "insufficient evidence"
    minor = HarmEvent(event="bruising", severity="minor", events=0, treatments=100_000)
    assert safety_rating(with_reports(report([minor]))).word == "insufficient evidence"


def test_a_serious_case_caps_the_word_and_a_recollection_counts_nothing() -> None:
    counted = report([serious(0, 50_000)])
    case = report([HarmEvent(event="collapse", severity="serious")], "case-report", name="b2001")
    assert safety_rating(with_reports(counted, case)).word == "possibly safe"
    recalled = report([serious(0, 50_000)], "retrospective-survey")
    assert safety_rating(with_reports(recalled)).word == "insufficient evidence"


def test_another_technique_does_not_count_as_ours() -> None:
    neighbour = next(item.slug for item in EMPTY.config.techniques if not item.therapy)
    base = with_reports(report([serious(0, 50_000)], technique=neighbour))
    assert safety_rating(base).word == "insufficient evidence"
    assert safety_rating(base, neighbour).word == "likely safe"


def test_a_retracted_report_counts_nothing_and_caps_nothing() -> None:
    notice = Notice(kind="retraction", id="10.1000/notice")
    survey = report([serious(0, 50_000)])
    gone = report([serious(400, 2_000)], name="b2001").model_copy(update={"notices": (notice,)})
    case = report([serious(1, 1)], "case-report", name="c2002")
    for other in (gone, case.model_copy(update={"notices": (notice,)})):
        assert safety_rating(with_reports(survey, other)).word == "likely safe"
        assert safety_rating(with_reports(survey, other)).rate == count_of(survey)


def count_of(survey: SafetyReport) -> HarmRate | None:
    return count_serious([survey], load_safety_policy())


def test_rows_are_added_up_unless_one_counts_all() -> None:
    parts = [serious(2, 100, "bleed"), serious(3, 100, "collapse")]
    assert count_report(report(parts)) == (5, 100)
    assert count_report(report([*parts, serious(4, 100)])) == (4, 100)


@given(st.integers(0, 50), st.integers(1_000, 200_000), st.integers(0, 50))
def test_more_harm_never_reads_safer(events: int, treatments: int, more: int) -> None:
    def place(count: int) -> int:
        word = safety_rating(with_reports(report([serious(count, treatments)]))).word
        # "insufficient" stands between the words of safety and those of harm
        scale = ["likely safe", "possibly safe", load_safety_policy().unknown]
        return [*scale, "possibly unsafe", "likely unsafe", "unsafe"].index(word)

    assert place(events) <= place(events + more)


def test_the_shipped_base_is_rated_by_its_counts() -> None:
    assert SHIPPED is not None
    rating = safety_rating(SHIPPED)
    assert rating.word in {*ORDER, load_safety_policy().unknown}
    assert rating.rate is not None
    assert set(rating.rate.reports) <= {report.id for report in SHIPPED.safety}
    assert rating.rate.treatments == sum(r.treatments for r in rating.by_technique.values())
