"""What would change a rating: studies left out, studies to come, and trials under way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from probatum.monograph.model import Claim, Ground
from probatum.monograph.naming import name_records, namer, short_name
from probatum.monograph.numbers import listed, plural, studies
from probatum.monograph.sentence import claim, span, study_grounds
from probatum.monograph.use import UseView
from probatum.rating.model import Flip

PLAIN = ("next trial", "volume")
"""Kinds of change that anyone can follow; the others are told to trained readers."""
SETS = {2: "pairs", 3: "threes"}
"""How sets of so many studies are called."""


def would_change(view: UseView) -> Iterator[Claim]:
    """Yield the smallest changes that would move the rating, and the trials under way."""
    slug = view.use.slug
    for number, flip in enumerate(_unlike(view)):
        words = name_records(flip.words.rstrip("."), namer(view.base.records))
        yield claim(
            f"{slug}-flip-{number}",
            span(words, (Ground("use", slug),)),
            edition="both" if flip.kind in PLAIN else "professional",
        )
    yield from _removals(view)
    if view.registered:
        count = len(view.registered)
        yield claim(
            f"{slug}-registered",
            span(studies(count), study_grounds(view.registered)),
            f" {plural(count, 'is', 'are')} registered and ",
            f"{plural(count, 'has', 'have')} not reported results in our records",
        )


def _unlike(view: UseView) -> Iterator[Flip]:
    """Yield the changes but for removals; of trials that differ in the result alone, the first."""
    told: set[tuple[object, ...]] = set()
    for flip in view.rating.would_change:
        same = (flip.kind, flip.numbers.get("domain"), flip.numbers.get("people"), flip.to)
        if flip.kind == "removal" or (flip.kind == "next trial" and same in told):
            continue
        told.add(same)
        yield flip


def _any_of(number: int, size: int) -> str:
    """Return how one of several sets of studies is called, by their number and size."""
    if size > 1:
        return f"any one of {number} {SETS.get(size, 'sets')} of these studies"
    return "either of 2 studies" if number == 2 else f"any one of {number} studies"


def _removals(view: UseView) -> Iterator[Claim]:
    """Yield without which studies the rating would be another, sets of one size together."""
    groups: dict[tuple[int, str], list[Sequence[str]]] = defaultdict(list)
    for flip in view.rating.would_change:
        if flip.kind == "removal":
            ids = str(flip.numbers["studies"]).split()
            groups[len(ids), flip.to].append(ids)
    for number, ((size, to), sets) in enumerate(groups.items()):
        named = [listed([short_name(view.base.study(name)) for name in ids]) for ids in sets]
        which = named[0]
        if len(sets) > 1:
            which = _any_of(len(sets), size)
        grounds = study_grounds(name for ids in sets for name in ids)
        gloss = "; ".join(named) if len(sets) > 1 else None
        end = f", the rating would be {to}"
        yield claim(
            f"{view.use.slug}-removal-{number}", "without ", span(which, grounds, gloss), end
        )
