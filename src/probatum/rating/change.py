"""What would change a rating: the smallest changes that move the word, computed one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from probatum.certainty.model import Graded
from probatum.certainty.rules import LEVEL_INDEX, settle
from probatum.evidence.base import Base
from probatum.findings import Question
from probatum.numbers import significant
from probatum.rating.decide import Choice
from probatum.rating.dossier import Dossier, judge_use
from probatum.rating.model import Flip, Rating
from probatum.rating.policy import Policy
from probatum.rating.question import Standing, stand
from probatum.rating.rate import join
from probatum.rating.rules import limit_by_volume
from probatum.rating.sheet import Ints
from probatum.rating.trial import NONE, TrialGrid, imagine_trials

MOST_REMOVALS = 3
"""Studies left out together in the search for the smallest set that moves a rating."""
MOST_SETS = 5_000


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
    words = f"Without {_list(names)}, the rating would be {to}."
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
        nothing = replace(
            sheet,
            sides=np.where(own, 0, sheet.sides),
            y=np.where(own[:, sheet.owner], 0.0, sheet.y),
        )
        changed = changed.replace_sheet(place, nothing)
    if not k:
        return ()
    words = judge_use(changed, np.ones((k, k), dtype=bool), policy).word
    return tuple(
        _fragile([dossier.studies[i] for i in np.flatnonzero(words == to)], policy.words[to])
        for to in sorted({int(w) for w in words} - {word})
    )


def _fragile(studies: Sequence[str], to: str) -> Flip:
    which = studies[0] if len(studies) == 1 else f"any one of {_list(studies)}"
    words = f"Had {which} found no difference, the rating would be {to}."
    return Flip("fragility", words, to, {"studies": " ".join(studies), "number": 1})


def find_trials(
    grids: Sequence[TrialGrid],
    rating: Rating,
    policy: Policy,
    labels: Mapping[str, str],
) -> Iterator[Flip]:
    """Find the smallest next trial that moves the word, at the present result and at none.

    Where directions decide there is no present result, and a clear benefit stands for it. Where
    neither moves the word, the smallest trial of any result that does is told.
    """
    word, told = policy.words.index(rating.word), False
    for grid in grids:
        if len(grid.domains) > 1 and told:
            continue  # one outcome alone moves the word already
        label = _list([labels.get(domain, domain) for domain in grid.domains])
        present = "the same effect again" if grid.pooled else "a clear benefit"
        found = False
        for row, result in ((len(grid.effects) - 1, present), (NONE, "no difference")):
            agrees = row != NONE or rating.side == "none"
            moved = np.flatnonzero(_moved(grid.words[row], word, policy, same=agrees))
            if moved.size:
                found = told = True
                yield _trial(grid, (row, int(moved[0])), result, policy, label)
        if not found:
            flips = list(_any_trial(grid, word, policy, label))
            told = told or bool(flips)
            yield from flips


def _any_trial(grid: TrialGrid, word: int, policy: Policy, label: str) -> Iterator[Flip]:
    """Tell the smallest trial of any result that moves the word; of equals, the mildest."""
    rows, columns = np.nonzero(_moved(grid.words, word, policy, same=False))
    if rows.size:
        best = np.lexsort((np.abs(grid.effects[rows]), columns))[0]
        row, column = int(rows[best]), int(columns[best])
        times = float(grid.effects[row] / grid.metric_unit)
        side = "a benefit" if times > 0 else "a harm"
        result = f"{side} of {significant(abs(times))} times the smallest important difference"
        yield _trial(grid, (row, column), result, policy, label)


def _trial(
    grid: TrialGrid, place: tuple[int, int], result: str, policy: Policy, label: str
) -> Flip:
    size, to = int(grid.sizes[place[1]]), policy.words[int(grid.words[place])]
    words = (
        f"A further randomised trial of {label} with {size} people that finds {result} "
        f"would make the rating {to}."
    )
    effect = float(grid.effects[place[0]])
    return Flip("next trial", words, to, {"domain": grid.domain, "people": size, "effect": effect})


def _moved(words: Ints, word: int, policy: Policy, *, same: bool) -> NDArray[np.bool_]:
    """Tell where the word moves; a trial that agrees never argues for "insufficient".

    It can lead there all the same, where it makes a pool of few and unlike studies decide; that
    is a matter of method and no reason to expect from such a trial.
    """
    moved = words != word
    if same:
        moved &= words != policy.words.index(policy.insufficient)
    return np.asarray(moved)


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
            if judgement.levels <= 0:
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
    choices: Sequence[Choice], policy: Policy, labels: Mapping[str, str]
) -> Iterator[Flip]:
    """Say how much each critical outcome lacks, where none of them can be rated at all."""
    asked = policy.volume["low"]
    for choice in choices:
        label = labels.get(choice.domain, choice.domain)
        studies = max(asked.studies - choice.studies, 0)
        people = max(asked.people - choice.people, 0)
        missing = []
        if studies:
            missing.append(f"{studies} more randomised {'study' if studies == 1 else 'studies'}")
        if people:
            missing.append(f"{people} more people")
        to = policy.claims["benefit"]["low"]
        words = (
            f"To be rated at all, {label} needs {' and '.join(missing)} on one question; "
            f"a consistent benefit, at low certainty, would then make it {to}."
        )
        yield Flip(
            "volume", words, to, {"domain": choice.domain, "studies": studies, "people": people}
        )


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


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
