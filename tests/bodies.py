"""Bodies of evidence made by hand, for tests of certainty and rating."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from probatum.evidence.base import Base
from probatum.evidence.config import BaseConfig
from probatum.findings import Body, Contrast, DirectionOnly, Effect, Question
from probatum.pool.directions import synthesise, vote_of
from probatum.pool.engine import pool_all
from probatum.pool.layout import PoolKey
from probatum.study import Study

PAIN = Question("ache", "pain", "inactive", "short")
ACTIVE = Question("ache", "pain", "active", "short")
FUNCTION = Question("ache", "function", "inactive", "short")
CONFIG: dict[str, Any] = {
    "title": "A therapy",
    "slug": "a-therapy",
    "date": "2026-11-25",
    "searched_to": "2026-10",
    "searched": ["PubMed"],
    "therapy": {"name": "a therapy", "subject": "a therapy"},
    "arm_kinds": [
        {"slug": "therapy", "label": "the therapy", "class": "therapy"},
        {"slug": "sham", "label": "sham", "class": "inactive"},
        {"slug": "care", "label": "usual care", "class": "active"},
    ],
    "techniques": [
        {"slug": "ours", "label": "ours"},
        {"slug": "neighbour", "label": "a neighbour", "therapy": False},
    ],
    "domains": [
        {"slug": "pain", "label": "pain", "better": "lower", "benefit": "reduces pain"},
        {"slug": "function", "label": "function", "better": "higher", "benefit": "helps"},
        {
            "slug": "threshold",
            "label": "pain threshold",
            "better": "higher",
            "benefit": "raises it",
            "surrogate": True,
        },
    ],
    "scales": [
        {
            "slug": "pain-0-10",
            "name": "pain, 0 to 10",
            "domain": "pain",
            "names": ["VAS"],
            "low": 0,
            "high": 10,
            "better": "lower",
            "thresholds": {"small": 1.0, "source": "Olsen 2017"},
        }
    ],
    "smd": {"small": 0.5, "moderate": 0.8, "large": 1.2, "source": "Norman 2003"},
    "uses": [
        {
            "slug": "ache",
            "name": "Ache",
            "phrase": "ache",
            "critical": ["pain", "function"],
            "published": {"rating": "possibly effective"},
        }
    ],
}

PLAIN = BaseConfig.model_validate(CONFIG)


def make_study(name: str, **fields: Any) -> Study:  # noqa: ANN401  # any field of a record
    """Return a published study with one therapy arm and one sham arm."""
    whole = {
        "id": name,
        "title": f"Study {name}",
        "status": "published",
        "design": "parallel",
        "conditions": ["ache"],
        "arms": [
            {"id": "t", "label": "therapy", "kind": "therapy"},
            {"id": "c", "label": "sham", "kind": "sham"},
        ],
        "sources": [{"kind": "full-text"}],
    }
    return Study.model_validate({**whole, **fields})


def make_base(studies: Sequence[Study] = (), **config: Any) -> Base:  # noqa: ANN401  # any field
    """Return a base in memory."""
    parsed = BaseConfig.model_validate({**CONFIG, **config}) if config else PLAIN
    return Base(root=Path("base"), config=parsed, studies=tuple(studies))


def make_contrast(
    study: str, question: Question = PAIN, people: int | None = 100, *, randomised: bool = True
) -> Contrast:
    """Return a contrast of one study."""
    return Contrast(
        study=study,
        question=question,
        outcomes=(0,),
        first=("t",),
        second=("c",),
        flipped=False,
        people=people,
        randomised=randomised,
        why="the only one",
    )


def make_effect(
    study: str,
    estimate: float,
    people: int = 100,
    question: Question = PAIN,
    *,
    variance: float | None = None,
    randomised: bool = True,
) -> Effect:
    """Return a standardised difference; its variance is that of two equal groups by default."""
    v = 4 / people if variance is None else variance
    reach = 1.959963984540054 * v**0.5
    contrast = make_contrast(study, question, people, randomised=randomised)
    interval = (estimate - reach, estimate + reach)
    return Effect(contrast, "SMD", estimate, v, interval, None, people, ("given",))


def make_vote(
    study: str, side: str, people: int | None = 100, question: Question = PAIN
) -> DirectionOnly:
    """Return a study that tells only a direction."""
    return DirectionOnly(make_contrast(study, question, people), side, None, "told")  # type: ignore[arg-type]


def make_body(
    effects: Sequence[Effect] = (),
    votes: Sequence[DirectionOnly] = (),
    question: Question = PAIN,
) -> Body:
    """Return a body pooled by the engine, with directions beside."""
    pools = pool_all({PoolKey(question, "SMD"): effects}).values() if effects else ()
    return Body(
        question=question,
        pools=tuple(pools),
        directions=synthesise(votes) if votes else None,
        overall=synthesise([*votes, *(vote_of(effect) for effect in effects)]),
    )


def base_of(*bodies: Body, **config: Any) -> Base:  # noqa: ANN401  # any field
    """Return a base with a plain study for every contrast of some bodies."""
    names = {m.contrast.study for body in bodies for m in body.overall.members}
    return make_base([make_study(name) for name in sorted(names)], **config)
