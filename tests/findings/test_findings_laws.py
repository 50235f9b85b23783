"""Laws that hold for any records: nothing depends on order, sides or units, nothing is lost."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import base, config, outcome, study

from probatum.contrast import survey, survey_study
from probatum.effect import measure
from probatum.evidence.base import Base
from probatum.findings import DirectionOnly, Effect, Findings, Survey
from probatum.pool import combine
from probatum.study import Study

OPPOSITE = {"favours-first": "favours-second", "favours-second": "favours-first"}
ARMS = {"leech": "leech", "leech2": "leech", "sham": "sham", "drug": "drug", "ex": "exercise"}
values = st.floats(0.5, 9.5).map(lambda x: round(x, 2))
differences = st.floats(-4, 4).map(lambda x: round(x, 3))
spreads = st.floats(0.5, 3.0).map(lambda x: round(x, 2))


@st.composite
def figures(draw: st.DrawFn, arms: tuple[str, ...]) -> dict[str, Any]:
    """Draw what a paper may print of a comparison."""
    form = draw(st.sampled_from(["none", "means", "sds", "medians", "events", "md", "p"]))
    if form == "none":
        return {}
    if form == "events":
        return {"arms": [{"arm": arm, "events": draw(st.integers(0, 10))} for arm in arms]}
    if form == "medians":
        middle = {arm: draw(values) for arm in arms}
        return {
            "arms": [
                {"arm": arm, "median": m, "iqr": (m - draw(spreads), m + draw(spreads))}
                for arm, m in middle.items()
            ]
        }
    if form in {"means", "sds", "p"}:
        spread: dict[str, Any] = {"sd": draw(spreads)} if form == "sds" else {}
        p = {"p": draw(st.sampled_from([0.2, 0.04, "<0.001", ">0.05"]))} if form == "p" else {}
        return {"arms": [{"arm": arm, "mean": draw(values), **spread} for arm in arms], **p}
    estimate, half = draw(differences), draw(spreads)
    difference = {
        "measure": "MD",
        "estimate": estimate,
        "ci": (estimate - half, estimate + half),
        "sign": draw(st.sampled_from(["first-minus-second", "benefit-positive", None])),
    }
    return {"difference": difference}


@st.composite
def outcomes(draw: st.DrawFn) -> dict[str, Any]:
    first, second = draw(st.permutations(list(ARMS)))[:2]
    measure_name = draw(st.sampled_from(["VAS", "a score"]))
    return outcome(
        domain=draw(st.sampled_from(["pain", "function"])),
        measure=measure_name,
        scale=(0, 10) if measure_name == "VAS" else None,
        better=draw(st.sampled_from(["lower", "higher"])),
        weeks=draw(st.sampled_from([0.0, 4.0, 12.0, 26.0, None])),
        timepoint=draw(st.sampled_from([None, "6 months", "short term"])),
        compare=[first, second],
        direction=draw(
            st.sampled_from(["favours-first", "favours-second", "no-difference", "unclear"])
        ),
        **draw(figures((first, second))),
    )


@st.composite
def studies(draw: st.DrawFn, name: str = "able2000") -> Study:
    sized = draw(st.booleans())
    arms = [
        {"id": arm, "label": arm, "kind": kind, "n": draw(st.integers(10, 40)) if sized else None}
        for arm, kind in ARMS.items()
    ]
    return study(
        name,
        arms=arms,
        n_randomised=draw(st.sampled_from([None, 120])),
        design=draw(st.sampled_from(["parallel", "crossover", "cluster", "controlled"])),
        conditions=draw(st.sampled_from([["knee"], ["hip", "knee"]])),
        outcomes=draw(st.lists(outcomes(), min_size=1, max_size=6)),
    )


def several() -> st.SearchStrategy[list[Study]]:
    return st.tuples(*(studies(name) for name in ("a1", "b2", "c3"))).map(list)


def changed(made: Study, change: Any) -> Study:  # noqa: ANN401 - a function of a raw record
    raw = made.model_dump(exclude_none=True)
    raw["outcomes"] = [change(result) for result in raw["outcomes"]]
    return Study.model_validate(raw)


def swapped(result: dict[str, Any]) -> dict[str, Any]:
    """Name the comparator first; everything else stays true."""
    new = {
        **result,
        "compare": result["compare"][::-1],
        "direction": OPPOSITE.get(result["direction"], result["direction"]),
    }
    if "difference" in result:
        new["difference"] = negated(result["difference"])
    return new


def negated(difference: dict[str, Any]) -> dict[str, Any]:
    low, high = difference["ci"]
    return {**difference, "estimate": -difference["estimate"], "ci": (-high, -low)}


def mirrored(result: dict[str, Any]) -> dict[str, Any]:
    """Make the other arm the better one, the figures being the same."""
    new = {
        **result,
        "better": "higher" if result["better"] == "lower" else "lower",
        "direction": OPPOSITE.get(result["direction"], result["direction"]),
    }
    difference = result.get("difference")
    if difference and difference.get("sign") == "benefit-positive":
        new["difference"] = negated(difference)
    return new


def found_in(made: Study, **rules: object) -> Survey:
    return survey_study(made, config(**rules))


def essence(found: Survey) -> list[tuple[object, ...]]:
    """Return what was found, sides and sizes, rounded beyond floating point."""
    rows: list[tuple[object, ...]] = []
    for item in found.measured:
        key = (item.contrast.question, item.contrast.outcomes, item.contrast.people)
        if isinstance(item.result, DirectionOnly):
            rows.append((*key, item.result.side))
        else:
            rows += [
                (*key, e.metric, round(e.estimate, 9), round(e.variance, 9)) for e in item.result
            ]
    return rows


@given(studies(), st.sampled_from(["combine", "split"]))
def test_every_result_is_used_or_set_aside(made: Study, arms: str) -> None:
    found = found_in(made, arms=arms)
    aside = Counter(item.outcome for item in found.set_aside)
    for use in made.conditions:
        used = Counter(
            index
            for item in found.measured
            if item.contrast.question.use == use
            for index in item.contrast.outcomes
        )
        assert used + aside == Counter(range(len(made.outcomes)))


@given(studies(), st.sampled_from(["combine", "split"]))
def test_nobody_is_counted_twice_in_a_question(made: Study, arms: str) -> None:
    found = found_in(made, arms=arms)
    sizes = [arm.n for arm in made.arms]
    total = made.n_randomised or 0
    if None not in sizes and made.design != "crossover":
        total = sum(size for size in sizes if size is not None)
    people: Counter[object] = Counter()
    for item in found.measured:
        people[item.contrast.question] += item.contrast.people or 0
    if arms == "combine":
        assert len({item.contrast.question for item in found.measured}) == len(found.measured)
    assert all(count <= max(total, 40) for count in people.values())


@given(studies(), st.sampled_from(["combine", "split"]))
def test_which_arm_is_named_first_does_not_matter(made: Study, arms: str) -> None:
    assert essence(found_in(made, arms=arms)) == essence(
        found_in(changed(made, swapped), arms=arms)
    )


@given(studies())
def test_the_choice_is_blind_to_the_result(made: Study) -> None:
    here, there = found_in(made), found_in(changed(made, mirrored))
    assert [item.contrast.outcomes for item in here.measured] == [
        item.contrast.outcomes for item in there.measured
    ]
    assert here.set_aside == there.set_aside
    sides = {"benefit": "harm", "harm": "benefit"}
    for one, other in zip(here.measured, there.measured, strict=True):
        if isinstance(one.result, DirectionOnly):
            assert isinstance(other.result, DirectionOnly)
            assert other.result.side == sides.get(one.result.side, one.result.side)
        else:
            assert not isinstance(other.result, DirectionOnly)
            by_metric = {effect.metric: effect.estimate for effect in other.result}
            for effect in one.result:
                # a score counted the other way leaves the base's scale, so MD may be missing
                assert by_metric.get(effect.metric, -effect.estimate) == pytest.approx(
                    -effect.estimate
                )


def summary_of(found: Findings) -> dict[object, object]:
    return {
        question: (
            [(p.metric, p.scale, p.k, p.people, p.estimate, p.ci, p.weights) for p in body.pools],
            replace(body.overall, members=()),
        )
        for question, body in found.bodies.items()
    }


@given(several(), st.permutations(range(3)))
def test_the_order_of_files_does_not_matter(made: list[Study], order: list[int]) -> None:
    shuffled = base(*(made[i] for i in order))
    assert combine(base(*made)) == combine(shuffled)


@given(several(), studies("zz9"), st.sampled_from(["retracted", "registered", "out of scope"]))
def test_what_is_set_aside_changes_nothing(made: list[Study], extra: Study, why: str) -> None:
    fields = {"out_of_scope": "about horses"} if why == "out of scope" else {"status": why}
    aside = extra.model_copy(update=fields)
    assert summary_of(combine(base(*made))) == summary_of(combine(base(*made, aside)))


@given(studies(), st.floats(0.01, 100))
def test_g_does_not_depend_on_the_unit(made: Study, factor: float) -> None:
    def scaled(result: dict[str, Any]) -> dict[str, Any]:
        new = {**result, "measure": "a score", "arms": [_scaled(a, factor) for a in result["arms"]]}
        if "difference" in result:
            new["difference"] = _scaled(result["difference"], factor)
        return new

    plain = changed(made, lambda result: {**result, "measure": "a score"})
    for one, other in zip(
        found_in(plain).measured, found_in(changed(plain, scaled)).measured, strict=True
    ):
        assert one.contrast.outcomes == other.contrast.outcomes
        if not isinstance(one.result, DirectionOnly):
            assert not isinstance(other.result, DirectionOnly)
            assert one.result[0].estimate == pytest.approx(other.result[0].estimate)
            assert one.result[0].variance == pytest.approx(other.result[0].variance)


def _scaled(raw: dict[str, Any], factor: float) -> dict[str, Any]:
    def times(value: Any) -> Any:  # noqa: ANN401 - a number or a pair of them
        return tuple(x * factor for x in value) if isinstance(value, tuple) else value * factor

    numbers = {"mean", "sd", "median", "iqr", "estimate", "ci"}
    return {name: times(x) if name in numbers else x for name, x in raw.items()}


@given(several())
def test_bodies_hold_every_contrast_once(made: list[Study]) -> None:
    found = combine(base(*made))
    for question, body in found.bodies.items():
        lanes = [effect.contrast.study for pooled in body.pools for effect in pooled.members]
        lanes += (
            [vote.contrast.study for vote in body.directions.members] if body.directions else []
        )
        votes = [vote.contrast.study for vote in body.overall.members]
        assert sorted(lanes) == sorted(votes)
        lanes += [item.contrast.study for item in body.not_randomised]
        brought = [c.study for c in found.contrasts if c.question == question]
        assert sorted(lanes) == sorted(brought)


@given(several())
def test_effects_are_finite_and_say_how_they_were_made(made: list[Study]) -> None:
    whole: Base = base(*made)
    for item in survey(whole).measured:
        again = measure(item.contrast, whole)
        if isinstance(item.result, DirectionOnly):
            assert again == item.result
            assert item.result.why
            continue
        assert again == item.result[0]
        for effect in item.result:
            assert isinstance(effect, Effect)
            assert math.isfinite(effect.estimate)
            assert 0 < effect.variance < math.inf
            assert effect.ci[0] < effect.estimate < effect.ci[1]
            assert effect.made
