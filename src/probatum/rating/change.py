"""What would change a rating: the smallest changes that move the word, computed one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from probatum.certainty.grade import grade
from probatum.certainty.model import Graded
from probatum.certainty.rules import LEVEL_INDEX, settle
from probatum.evidence.base import Base
from probatum.findings import Body, Question
from probatum.numbers import listed, plural, significant
from probatum.pool.directions import synthesise
from probatum.rating.decide import Choice
from probatum.rating.dossier import Dossier, judge_use
from probatum.rating.model import Flip, Rating
from probatum.rating.policy import Policy
from probatum.rating.question import Standing, describe, say_comparison, stand
from probatum.rating.rate import join
from probatum.rating.rules import limit_by_volume
from probatum.rating.sheet import Ints, Sheet, lay_sheet
from probatum.rating.trial import NONE, SIZES, TrialGrid, imagine_first, imagine_trials
from probatum.vocabulary import Side

MOST_REMOVALS = 3
"""Studies left out together in the search for the smallest set that moves a rating."""
MOST_FIRST = 3
"""How many more trials than the volume asks for are tried in search of a first word."""
LEAST = 1 - 1e-9
"""A result of one important difference, but for rounding."""
MOST_SETS = 5_000
OF_SIDE: Final = frozenset({"imprecision", "inconsistency"})
"""Domains without whose concern an open side would be another: no word can be promised for it."""


def find_removals(dossier: Dossier, word: int, policy: Policy) -> tuple[Flip, ...]:
    """Find the smallest sets of studies whose removal moves the rating, all of that size.

    Sets of one, two and three studies are tried in turn, as far as there are at most
    ``MOST_SETS`` of a size; the search ends at the first size that moves the word.
    """
    k = len(dossier.studies)
    for size in range(1, min(MOST_REMOVALS, k) + 1):
        sets = _subsets(k, size)
        if sets is None:
            return ()
        include = np.ones((len(sets), k), dtype=bool)
        include[np.arange(len(sets))[:, None], sets] = False
        words = judge_use(dossier, include, policy).word
        moved = np.flatnonzero(words != word)
        if moved.size:
            return tuple(_removal(dossier, sets[i], policy.words[words[i]]) for i in moved)
    return ()


def _subsets(k: int, size: int) -> Ints | None:
    found = np.array(list(combinations(range(k), size)), dtype=np.int64).reshape(-1, size)
    return found if len(found) <= MOST_SETS else None


def _removal(dossier: Dossier, columns: Sequence[int], to: str) -> Flip:
    names = [dossier.studies[int(i)] for i in columns]
    words = f"Without {listed(names)}, the rating would be {to}."
    return Flip("removal", words, to, {"studies": " ".join(names), "number": len(names)})


def find_fragility(dossier: Dossier, word: int, policy: Policy) -> tuple[Flip, ...]:
    """Find the single studies on whose result the word hangs: had they found no difference.

    The fragility index of a table counts people (Walsh 2014); where most studies tell only a
    direction, the like question is asked of whole studies. Their size and weight stay.
    """
    k = len(dossier.studies)
    changed = dossier
    for place, (sheet, columns) in enumerate(zip(dossier.sheets, dossier.columns, strict=True)):
        own = columns[None, :] == np.arange(k)[:, None]
        changed = changed.replace_sheet(place, sheet.without_difference(own))
    if not k:
        return ()
    words = judge_use(changed, np.ones((k, k), dtype=bool), policy).word
    return tuple(
        _fragile([dossier.studies[i] for i in np.flatnonzero(words == to)], policy.words[to])
        for to in sorted({int(w) for w in words} - {word})
    )


def _fragile(studies: Sequence[str], to: str) -> Flip:
    which = studies[0] if len(studies) == 1 else f"any one of {listed(studies)}"
    words = f"Had {which} found no difference, the rating would be {to}."
    return Flip("fragility", words, to, {"studies": " ".join(studies), "number": 1})


def find_trials(
    grids: Sequence[TrialGrid],
    rating: Rating,
    deciding: Sequence[Graded],
    policy: Policy,
    labels: Mapping[str, str],
) -> Iterator[Flip]:
    """Find the smallest next trial that moves the word, at the present result and at none.

    Where directions decide there is no present result, and a clear benefit stands for it. Where
    neither moves the word, the smallest trial of any result that does is told.
    """
    told, sides = False, {graded.body.question.domain: graded.side for graded in deciding}
    questions = [graded.body.question for graded in deciding]
    for grid in grids:
        if len(grid.domains) > 1 and told:
            continue  # one outcome alone moves the word already
        side = sides[grid.domain] if len(grid.domains) == 1 else rating.side
        moved = _moved(grid, rating, side, policy)
        here = tuple(q for q in questions if q.domain in grid.domains)
        asked = _ask(here, labels)
        present = "the same effect again" if grid.pooled else "a clear benefit"
        found = False
        for row, result in ((len(grid.effects) - 1, present), (NONE, "no difference")):
            columns = np.flatnonzero(moved[row])
            if columns.size:
                found = told = True
                yield _trial(grid, (row, int(columns[0])), result, asked, policy)
        if not found and moved.any():
            told = True
            place, result = _mildest(grid, moved)
            yield _trial(grid, place, result, asked, policy)


def _moved(grid: TrialGrid, rating: Rating, side: Side, policy: Policy) -> NDArray[np.bool_]:
    """Tell where a trial moves the word, and the way that its result argues.

    A trial without benefit can lift a word where it brings a question above the volume that the
    policy asks for, or makes another lane decide; that is a matter of counting, and no reason to
    expect anything from such a trial. ``side`` is where the question stands now.
    """
    now = 0 if rating.strength is None else LEVEL_INDEX[rating.strength]
    gain = grid.leans - (now if rating.side == "benefit" else -now)
    times = (grid.effects / grid.metric_unit)[:, None]
    up, down = gain > 0, gain < 0
    little = up & (grid.leans <= 0) if side == "harm" else down
    argued = np.select([times >= LEAST, times <= -LEAST], [up, down], little)
    return np.asarray(argued & (grid.words != policy.words.index(rating.word)))


def _mildest(grid: TrialGrid, moved: NDArray[np.bool_]) -> tuple[tuple[int, int], str]:
    """Return the smallest trial of any result that moves the word; of equals, the mildest."""
    rows, columns = np.nonzero(moved)
    best = np.lexsort((np.abs(grid.effects[rows]), columns))[0]
    times = float(grid.effects[rows[best]] / grid.metric_unit)
    side = "a benefit" if times > 0 else "a harm"
    result = f"{side} of {significant(abs(times))} times the smallest important difference"
    return (int(rows[best]), int(columns[best])), result


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions that a trial answers, and their names; the same comparator is told once."""

    questions: tuple[Question, ...]
    words: str

    @property
    def comparators(self) -> tuple[str, ...]:
        """Kinds of comparison, each once."""
        return tuple(dict.fromkeys(question.comparator for question in self.questions))


def _ask(questions: tuple[Question, ...], labels: Mapping[str, str]) -> Asked:
    """Name questions in words; those that differ in the outcome alone are told together."""
    together: dict[Question, list[str]] = {}
    for question in questions:
        label = labels.get(question.domain, question.domain)
        together.setdefault(replace(question, domain=""), []).append(label)
    told = [describe(question, listed(names)) for question, names in together.items()]
    return Asked(questions, ", and of ".join(told))


def _trial(
    grid: TrialGrid, place: tuple[int, int], result: str, asked: Asked, policy: Policy
) -> Flip:
    size, to = int(grid.sizes[place[1]]), policy.words[int(grid.words[place])]
    people = f"{size} people" + (" in each comparison" if len(asked.comparators) > 1 else "")
    words = (
        f"A further randomised trial of {asked.words}, with {people}, that finds {result} "
        f"would make the rating {to}."
    )
    numbers: dict[str, float | int | str] = {
        "domain": grid.domain,
        "comparator": " + ".join(asked.comparators),
        "band": " + ".join(dict.fromkeys(question.band for question in asked.questions)),
        "people": size,
        "effect": float(grid.effects[place[0]]),
    }
    return Flip("next trial", words, to, numbers)


def find_certainty(
    deciding: Sequence[tuple[Choice, Graded]],
    word: str,
    policy: Policy,
    labels: Mapping[str, str],
) -> Iterator[Flip]:
    """Ask of each domain that lowers, and of each missing judgement, what it holds back."""
    standings = [stand(graded, policy) for _, graded in deciding]
    for place, (choice, graded) in enumerate(deciding):
        label = labels.get(choice.domain, choice.domain)
        certainty = graded.certainty
        for judgement in certainty.judgements:
            if judgement.levels <= 0 or (graded.side == "unclear" and judgement.domain in OF_SIDE):
                continue
            level = _regrade(graded, -judgement.levels, capped=True)
            to = _reword(standings, place, level, policy)
            if to != word:
                what = "study design" if judgement.domain == "design" else judgement.domain
                words = f"Were {what} no concern for {label}, the rating would be {to}."
                yield Flip(
                    "certainty", words, to, {"domain": choice.domain, "levels": judgement.levels}
                )
        bias = certainty.judgement("risk of bias")
        if bias is not None and bias.assessment == "not assessed":
            yield from _missing_bias((standings, place), graded, word, policy, label)
        elif certainty.lane == "pooled" and certainty.cap:
            to = _reword(standings, place, _regrade(graded, 0, capped=False), policy)
            if to != word:
                words = (
                    f"Risk of bias is assessed for less than half of the information on {label}; "
                    f"were it low in the rest, the rating would be {to}."
                )
                yield Flip("missing datum", words, to, {"domain": choice.domain, "found": "low"})


def _missing_bias(
    where: tuple[Sequence[Standing], int],
    graded: Graded,
    word: str,
    policy: Policy,
    label: str,
) -> Iterator[Flip]:
    """Say what an assessment of risk of bias could do: lift the cap, or lower."""
    for found, levels in (("low", 0), ("high", 1)):
        level = _regrade(graded, levels, capped=graded.certainty.lane != "pooled")
        to = _reword(*where, level, policy)
        if to != word:
            words = (
                f"Risk of bias is not assessed for {label}; were it {found}, the rating would "
                f"be {to}."
            )
            numbers: dict[str, float | int | str] = {
                "domain": graded.body.question.domain,
                "found": found,
            }
            yield Flip("missing datum", words, to, numbers)


def _regrade(graded: Graded, levels: int, *, capped: bool) -> int:
    certainty = graded.certainty
    cap = LEVEL_INDEX[certainty.cap] if capped and certainty.cap else LEVEL_INDEX["high"]
    return int(settle(LEVEL_INDEX[certainty.start], certainty.lowered + levels, cap))


def _reword(standings: Sequence[Standing], place: int, level: int, policy: Policy) -> str:
    """Return the word of the use if one question had another certainty."""
    now = standings[place]
    limit = int(limit_by_volume(now.studies, now.people, policy))
    changed = replace(now, certainty=level, strength=min(level, limit))
    joined = join([*standings[:place], changed, *standings[place + 1 :]], policy)
    return policy.word(joined.side, joined.strength)


def find_volume(
    choices: Sequence[Choice],
    graded: Mapping[Question, Graded],
    dossier: Dossier,
    base: Base,
    policy: Policy,
) -> Iterator[Flip]:
    """Say how much is missing before a critical outcome can be rated, and what would rate it."""
    asked = policy.volume["low"]
    labels = {domain.slug: domain.label for domain in base.config.domains}
    for choice in choices:
        question = choice.question or Question(
            dossier.use, choice.domain, "inactive", policy.bands[0]
        )
        studies = max(asked.studies - choice.studies, 0)
        people = max(asked.people - choice.people, 0)
        body = graded[question].body if choice.studies else _no_evidence(question)
        sheet = lay_sheet(grade(body, base, policy.certainty), base, policy.certainty)
        found = _find_first(dossier, sheet, max(studies, 1), base, policy)
        if found is None:
            continue
        number, size, to = found
        label = labels.get(choice.domain, choice.domain)
        trials = "a trial" if number == 1 else f"{number} trials"
        each, find = (" each", "find") if number > 1 else ("", "finds")
        words = (
            f"For a rating, {label} lacks {_say_missing(studies, people)}; {trials} "
            f"{say_comparison(question)}, with {size} people{each}, that {find} a clear benefit "
            f"would make it {to}."
        )
        numbers: dict[str, float | int | str] = {
            "domain": choice.domain,
            "comparator": question.comparator,
            "band": question.band,
            "studies": studies,
            "people": people,
            "trials": number,
            "people a trial": size,
        }
        yield Flip("volume", words, to, numbers)


def _no_evidence(question: Question) -> Body:
    return Body(question, (), None, synthesise(()))


def _find_first(
    dossier: Dossier, sheet: Sheet, least: int, base: Base, policy: Policy
) -> tuple[int, int, str] | None:
    """Return the fewest trials of clear benefit that earn a word, their least size, and the word.

    More than ``least`` are needed where the studies that there are do not share the benefit.
    """
    unit = sheet.threshold or base.config.smd.small
    for number in range(least, least + MOST_FIRST):
        words = imagine_first(dossier, sheet, number, policy, unit)
        earned = np.flatnonzero(words >= 0)
        if earned.size:
            return number, SIZES[earned[0]], policy.words[words[earned[0]]]
    return None


def _say_missing(studies: int, people: int) -> str:
    missing = []
    if studies:
        missing.append(f"{studies} randomised {plural(studies, 'study', 'studies')}")
    if people:
        missing.append(f"{people} people")
    return " and ".join(missing)


def find_grids(
    dossier: Dossier, deciding: Sequence[Question], base: Base, policy: Policy
) -> tuple[TrialGrid, ...]:
    """Imagine the next trial of each deciding question, and one of all of them together."""
    columns = {sheet.question: i for i, sheet in enumerate(dossier.sheets)}
    places = [columns[question] for question in deciding]
    units = [dossier.sheets[place].threshold or base.config.smd.small for place in places]
    found = [
        imagine_trials(dossier, [place], policy, [unit])
        for place, unit in zip(places, units, strict=True)
    ]
    if len(places) > 1:
        found.append(imagine_trials(dossier, places, policy, units))
    return tuple(found)
