"""Checks of a study's arms and of the people in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from probatum.evidence.config import BaseConfig
from probatum.evidence.flaw import Flaw, Place, warning
from probatum.evidence.mending import did_you_mean
from probatum.study import Study


def arms_named(study: Study, config: BaseConfig) -> Iterator[Flaw]:
    """Check that arms have names of their own, and that only they are spoken of."""
    del config
    names = [arm.id for arm in study.arms]
    for name, times in Counter(names).items():
        if times > 1:
            place: Place = ("arms", len(names) - 1 - names[::-1].index(name), "id")
            yield Flaw(place, f"{times} arms are called `{name}`", "give each arm its own id")
    for place, name in _mentions(study):
        if name not in names:
            mend = did_you_mean(name, names) if names else "describe the arms under `[[arms]]`"
            yield Flaw(place, f"`{name}` is no arm of this study", mend)


def _mentions(study: Study) -> Iterator[tuple[Place, str]]:
    for index, name in enumerate(study.shared):
        yield ("shared", index), name
    for index, outcome in enumerate(study.outcomes):
        for side, name in enumerate(outcome.compare):
            yield ("outcomes", index, "compare", side), name
        for row, result in enumerate(outcome.arms):
            yield ("outcomes", index, "arms", row, "arm"), result.arm
    for index, event in enumerate(study.adverse_events):
        if event.arm:
            yield ("adverse_events", index, "arm"), event.arm


def comparisons(study: Study, config: BaseConfig) -> Iterator[Flaw]:
    """Check that each outcome compares two arms, and gives each arm's result once."""
    del config
    for index, outcome in enumerate(study.outcomes):
        if outcome.compare[0] == outcome.compare[1]:
            message = f"`{outcome.compare[0]}` is compared with itself"
            yield Flaw(("outcomes", index, "compare"), message, "name the two arms compared")
        for name, times in Counter(result.arm for result in outcome.arms).items():
            if times > 1:
                message = f"`{name}` has {times} results on this outcome"
                mend = "give other measures and times an outcome of their own"
                yield Flaw(("outcomes", index, "arms"), message, mend)


def people(study: Study, config: BaseConfig) -> Iterator[Flaw]:
    """Check that the people of the arms add up, and that none is analysed who was not there."""
    del config
    randomised, analysed = study.n_randomised, study.n_analysed
    if randomised and analysed and analysed > randomised:
        message = f"{analysed} people analysed, {randomised} randomised"
        yield warning(("n_analysed",), message, "check both figures")
    sizes = [arm.n for arm in study.arms]
    together = sum(size or 0 for size in sizes)
    if study.design != "crossover" and randomised and len(sizes) > 1 and all(sizes):
        expected = {randomised, analysed or randomised}
        if together not in expected:
            message = f"the arms hold {together} people, {randomised} were randomised"
            yield warning(("n_randomised",), message, "check the arms' `n`, or say why in `note`")
    yield from _arm_sizes(study)


def _arm_sizes(study: Study) -> Iterator[Flaw]:
    size = {arm.id: arm.n for arm in study.arms}
    for index, outcome in enumerate(study.outcomes):
        for row, result in enumerate(outcome.arms):
            whole = size.get(result.arm)
            if result.n and whole and result.n > whole:
                place = ("outcomes", index, "arms", row, "n")
                message = f"{result.n} analysed in an arm of {whole}"
                yield warning(place, message, "check both figures; limbs are not people")


def events(study: Study, config: BaseConfig) -> Iterator[Flaw]:
    """Check that no more people had an event than were there."""
    del config
    size = {arm.id: arm.n for arm in study.arms}
    for index, outcome in enumerate(study.outcomes):
        for row, result in enumerate(outcome.arms):
            whole = result.n or size.get(result.arm)
            if result.events is not None and whole and result.events > whole:
                place: Place = ("outcomes", index, "arms", row, "events")
                message = f"{result.events} people with the event of {whole}"
                yield Flaw(place, message, "check `events` and `n`")
    for index, event in enumerate(study.adverse_events):
        whole = event.n or size.get(event.arm or "")
        if event.events is not None and whole and event.events > whole:
            message = f"{event.events} events among {whole} people"
            mend = "check both; if events were counted and not people, say so in `event`"
            yield warning(("adverse_events", index, "events"), message, mend)


def clusters(study: Study, config: BaseConfig) -> Iterator[Flaw]:
    """Check that what is said of clusters is said of a cluster trial, and that it is said."""
    del config
    if study.design != "cluster":
        if study.design_effect is not None:
            mend = 'write design = "cluster", or take the design effect out'
            yield warning(("design_effect",), f"this trial is {study.design}", mend)
        return
    for index, outcome in enumerate(study.outcomes):
        given = outcome.difference
        allowed = given is not None and given.allows_for_clusters
        if (outcome.arms or given) and not allowed and study.design_effect is None:
            message = "figures of a cluster trial count by direction only, as they stand"
            mend = "give `design_effect`, or `allows_for_clusters` in a difference that does"
            yield warning(("outcomes", index), message, mend)


def registered(study: Study, config: BaseConfig) -> Iterator[Flaw]:
    """Check that a study which has only been registered states no results."""
    del config
    for index, outcome in enumerate(study.outcomes):
        told = outcome.arms or outcome.difference or outcome.direction != "unclear"
        if study.status == "registered" and told:
            message = "a registered study has no results yet"
            mend = 'write status = "published", or take the result out'
            yield warning(("outcomes", index, "direction"), message, mend)
