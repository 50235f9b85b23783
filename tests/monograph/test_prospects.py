"""What would change a rating, as a page tells it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from probatum.monograph.model import Monograph
from probatum.monograph.prospects import would_change
from probatum.monograph.use import UseView
from probatum.rating.assess import Assessment
from probatum.rating.model import Flip
from probatum.study import Study

NAMES = {"ann1900": "Ann A", "ben1901": "Ben B", "cal1902": "Cal C"}


def view(*flips: Flip, registered: tuple[str, ...] = ()) -> UseView:
    """Return just as much of a use as the module reads."""
    studies = {
        ident: Study.model_validate(
            {
                "id": ident,
                "title": "On baths",
                "authors": (author,),
                "year": int(ident[-4:]),
                "sources": ({"kind": "citation"},),
                "status": "published",
                "design": "parallel",
                "conditions": ("gout",),
            }
        )
        for ident, author in NAMES.items()
    }
    base = SimpleNamespace(records=studies, study=studies.__getitem__)
    stub = SimpleNamespace(
        use=SimpleNamespace(slug="gout"),
        base=base,
        rating=SimpleNamespace(would_change=flips),
        registered=registered,
    )
    return cast("UseView", stub)


def removal(to: str, *ids: str) -> Flip:
    return Flip("removal", "", to, {"studies": " ".join(ids), "number": len(ids)})


def trial(to: str, effect: float, words: str = "A trial.") -> Flip:
    return Flip("next trial", words, to, {"domain": "pain", "people": 40, "effect": effect})


def texts(*flips: Flip) -> list[str]:
    return [claim.text for claim in would_change(view(*flips))]


def test_a_single_study_is_named() -> None:
    assert texts(removal("ineffective", "ann1900")) == [
        "Without Ann 1900, the rating would be ineffective."
    ]


def test_sets_of_one_size_are_told_together_and_named_behind_the_words() -> None:
    pairs = (removal("effective", "ann1900", "ben1901"), removal("effective", "ben1901", "cal1902"))
    (claim,) = would_change(view(*pairs))
    assert (
        claim.text == "Without any one of 2 pairs of these studies, the rating would be effective."
    )
    assert [span.gloss for span in claim.spans if span.gloss] == [
        "Ann 1900 and Ben 1901; Ben 1901 and Cal 1902"
    ]
    assert [ground.ref for ground in claim.grounds] == ["ann1900", "ben1901", "cal1902"]


def test_two_results_with_the_same_end_are_told_once() -> None:
    told = texts(trial("ineffective", 0.1, "The same."), trial("ineffective", 0.0, "None."))
    assert told == ["The same."]


def test_an_id_in_the_words_gives_way_to_a_name() -> None:
    flip = Flip("missing datum", "Were ann1900 judged, it would move.", "effective", {})
    assert texts(flip) == ["Were Ann 1900 judged, it would move."]


def test_no_use_is_lifted_by_a_trial_without_benefit(
    monograph: Monograph, assessment: Assessment
) -> None:
    better = set(assessment.policy.claims["benefit"].values())
    for use in monograph.uses:
        for claim in use.would_change:
            if "finds no difference" in claim.text:
                assert not any(claim.text.endswith(f"rating {word}.") for word in better), claim
