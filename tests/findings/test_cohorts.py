"""Two reports on the same people count once a question, whatever they show."""

from __future__ import annotations

import pytest
from records import base, outcome, study

from probatum.contrast import survey
from probatum.contrast.cohort import find_cohorts
from probatum.pool import combine


def people(first: int, second: int) -> list[dict[str, object]]:
    return [
        {"id": "leech", "label": "leeches", "kind": "leech", "n": first},
        {"id": "sham", "label": "sham", "kind": "sham", "n": second},
    ]


def test_the_larger_report_counts_and_the_other_says_where() -> None:
    small = study("able2000", outcomes=[outcome()], same_people=["baker2001"])
    large = study("baker2001", outcomes=[outcome()], arms=people(40, 40))
    found = survey(base(small, large))
    assert [c.study for c in found.contrasts] == ["baker2001"]
    assert [(a.study, a.reason, a.detail) for a in found.set_aside] == [
        ("able2000", "people counted already", "in baker2001")
    ]


@pytest.mark.parametrize("direction", ["favours-first", "favours-second", "no-difference"])
def test_the_choice_is_blind_to_the_result(direction: str) -> None:
    one = study("able2000", outcomes=[outcome(direction=direction)], same_people=["baker2001"])
    two = study("baker2001", outcomes=[outcome(direction="favours-first")])
    assert [c.study for c in survey(base(one, two)).contrasts] == ["able2000"]


def test_different_questions_keep_both_reports_and_one_count_of_people() -> None:
    one = study("able2000", outcomes=[outcome(domain="pain")], same_people=["baker2001"])
    two = study("baker2001", outcomes=[outcome(domain="function")])
    contrasts = survey(base(one, two)).contrasts
    assert {c.study for c in contrasts} == {"able2000", "baker2001"}
    assert {c.cohort for c in contrasts} == {"able2000"}
    bodies = combine(base(one, two)).bodies
    assert all(body.k == 1 for body in bodies.values())


def test_links_work_both_ways_and_through_a_third() -> None:
    one = study("able2000", same_people=["baker2001"])
    two = study("baker2001")
    three = study("charlie2002", same_people=["baker2001", "nobody1999"])
    alone = study("delta2003")
    assert find_cohorts((three, one, alone, two)) == dict.fromkeys(
        ("able2000", "baker2001", "charlie2002"), "able2000"
    )
