"""When an outcome was measured, in weeks, and the band of time that it falls in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from probatum.evidence.config import ContrastRules
from probatum.vocabulary import BAND_LABEL, TimeBand

WEEKS_IN = {
    "year": 52.0,
    "month": 52 / 12,
    "week": 1.0,
    "day": 1 / 7,
    "hour": 1 / 168,
    "minute": 1 / 10080,
}
DAY = WEEKS_IN["day"]
UNITS = {
    "h": "hour",
    "hr": "hour",
    "min": "minute",
    "wk": "week",
    "mo": "month",
    "mth": "month",
    "yr": "year",
}
NUMBER_WORDS: dict[str, int] = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "eight": 8,
    "ten": 10,
    "twelve": 12,
}
BAND_WORDS: dict[TimeBand, str] = {"short": "short term", "long": "long term"}
_UNIT = r"(weeks?|wks?|months?|mths?|mo|years?|yrs?|days?|hours?|hrs?|h|minutes?|mins?)\b"
_COUNT = rf"(?:\d+(?:\.\d+)?|{'|'.join(NUMBER_WORDS)})"
_LIST = rf"{_COUNT}(?:\s*(?:,|and|or|to|-|–)\s*{_COUNT})*"
_BEFORE = re.compile(rf"({_LIST})[\s-]*{_UNIT}", re.IGNORECASE)
_AFTER = re.compile(rf"\b(weeks?|months?|days?)\s+({_LIST})", re.IGNORECASE)
_SINGLE = re.compile(_COUNT, re.IGNORECASE)
_AT_ONCE = re.compile(
    r"\b(immediate(?:ly)?|post[- ]?(?:treatment|intervention|injection|needling)|discharge"
    r"|(?:after|end of|following)(?: the)?(?: \w+)? (?:treatment|sessions?|therap(?:y|ies)"
    r"|injections?|needling|intervention|rehabilitation))\b"
    r"|\bafter (?:treatment|needling|surgery)\b",
    re.IGNORECASE,
)
_AND_AT_ONCE = re.compile(
    r"\bimmediate(?:ly)?\b|\b(?:after treatment|discharge) and\b", re.IGNORECASE
)

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
"""Sessions counted in words: of two times right after a session, the later session is later."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was measured.

    Attributes
    ----------
    band : time band.
    weeks : weeks, where one time is known.
    told : what told it, where that is not plain.
    rank : orders the times within a band, also those less than a day apart; None if not known.
    """

    band: TimeBand
    weeks: float | None
    told: str
    rank: float | None


def moment_of(weeks: float | None, timepoint: str | None, rules: ContrastRules) -> Moment:
    """Return when something was measured: by its weeks, else by its words, else by the rule.

    Words that name times of several bands tell none of them.
    """
    if weeks is not None:
        return Moment(band_of(weeks, rules), weeks, "", _rank(weeks, timepoint))
    counted = f'counted by rule as "{BAND_LABEL[rules.unknown_time]}"'
    if not timepoint:
        return Moment(rules.unknown_time, None, f"no time given: {counted}", None)
    times = read_times(timepoint)
    bands = {band_of(time, rules) for time in times} or {
        band for band, words in BAND_WORDS.items() if words in timepoint.casefold()
    }
    if len(bands) == 1:
        only = times[0] if len(times) == 1 else None
        rank = None if only is None else _rank(only, timepoint)
        return Moment(bands.pop(), only, f'time read from "{timepoint}"', rank)
    told = f'time "{timepoint}" is of no one band: {counted}'
    return Moment(rules.unknown_time, None, told, None)


def _rank(weeks: float, timepoint: str | None) -> float:
    """Order times that are the same number of whole days by what their words add."""
    words = (timepoint or "").casefold()
    times = read_times(words)
    within_a_day = len(times) == 1 and abs(times[0] - weeks) < DAY
    session = next((n for n, word in enumerate(ORDINALS, start=1) if word in words), 0)
    return (times[0] if within_a_day else weeks) + session * WEEKS_IN["minute"]


def band_of(weeks: float, rules: ContrastRules) -> TimeBand:
    """Return the band of a number of weeks, limits belonging to the earlier band.

    Less than a day is right after.
    """
    if weeks <= rules.immediate_weeks or weeks < DAY:
        return "immediate"
    return "short" if weeks <= rules.short_weeks else "long"


def read_times(words: str) -> tuple[float, ...]:
    """Return the weeks that a paper's own words name, in the order of reading; 0 for right after.

    >>> read_times("1, 3 and 6 months")
    (4.333333333333333, 13.0, 26.0)
    >>> read_times("after third session")
    (0.0,)
    >>> read_times("short term")
    ()
    """
    found: list[tuple[int, float]] = []
    for pattern, unit_group, list_group in ((_BEFORE, 2, 1), (_AFTER, 1, 2)):
        for match in pattern.finditer(words):
            per = _weeks_in(match[unit_group])
            start = match.start()
            for step, number in enumerate(_SINGLE.findall(match[list_group])):
                found.append((start + step, _count(number) * per))
    if not found and _AT_ONCE.search(words):
        return (0.0,)
    if found and _AND_AT_ONCE.search(words):
        found.append((-1, 0.0))
    return tuple(dict.fromkeys(weeks for _, weeks in sorted(found)))


def _weeks_in(unit: str) -> float:
    word = unit.casefold().removesuffix("s")
    return WEEKS_IN[UNITS.get(word, word)]


def _count(number: str) -> float:
    word = number.casefold()
    return float(NUMBER_WORDS[word]) if word in NUMBER_WORDS else float(word)
