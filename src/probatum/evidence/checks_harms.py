"""Checks of pooled figures in reviews and of counts in reports of harm."""

from __future__ import annotations

from collections.abc import Iterator

from probatum.evidence.checks_results import estimate_interval, p_against
from probatum.evidence.config import BaseConfig
from probatum.evidence.flaw import Flaw, Place, warning
from probatum.review import Review
from probatum.safety import HarmEvent, SafetyReport


def pooled(review: Review, config: BaseConfig) -> Iterator[Flaw]:
    """Check the estimates and intervals that a review published."""
    del config
    for index, pool in enumerate(review.pooled):
        place: Place = ("pooled", index)
        if pool.estimate is not None:
            yield from estimate_interval(pool.measure, pool.estimate, pool.ci, place)
        if pool.p is not None and not pool.p_note and pool.measure != "PR":
            yield from p_against(pool.p, pool, (*place, "p"))


def harms(report: SafetyReport, config: BaseConfig) -> Iterator[Flaw]:
    """Check that counts, denominators and rates of harm agree."""
    del config
    for index, event in enumerate(report.events):
        place: Place = ("events", index)
        yield from _counts(event, place)
        if event.ci and event.ci[0] > event.ci[1]:
            message = f"{event.ci[0]:g} to {event.ci[1]:g} runs downwards"
            yield Flaw((*place, "ci"), message, "write the lower limit first")


def _counts(event: HarmEvent, place: Place) -> Iterator[Flaw]:
    whole = event.treatments or event.people
    if event.events is None or not whole:
        return
    if event.events > whole:
        message = f"{event.events} events of {whole}"
        mend = "check both; if one person can have several, say so in `outcome`"
        yield warning((*place, "events"), message, mend)
    elif event.percent is not None:
        possible = {n for n in (event.treatments, event.people) if n}
        shown = [100 * event.events / n for n in possible]
        if all(abs(rate - event.percent) > 0.1 + 0.02 * event.percent for rate in shown):
            message = f"{event.events} of {whole} is {shown[0]:.3g}%, not {event.percent:g}%"
            yield warning((*place, "percent"), message, "check what the percent is of")
