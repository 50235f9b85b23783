"""Spa baths: a small therapy that does not exist, built in memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from probatum.certainty.model import Certainty, Graded, Judgement, Lane, Target
from probatum.evidence.base import Base
from probatum.evidence.config import BaseConfig, OutcomeDomain
from probatum.findings import Body, Contrast, DirectionSynthesis, Effect, Pooled, Question
from probatum.study import Study
from probatum.vocabulary import CertaintyLevel, Side

QUESTION = Question("lameness", "pain", "inactive", "short")
PAIN = OutcomeDomain(slug="pain", label="pain", better="lower", benefit="reduces pain")


def make_config() -> BaseConfig:
    return BaseConfig.model_validate(
        {
            "title": "Spa baths",
            "slug": "spa-baths",
            "date": "2020-02-02",
            "searched_to": "2020-01",
            "searched": ("the library of the spa",),
            "therapy": {"name": "spa therapy", "subject": "bathing"},
            "arm_kinds": (
                {"slug": "bath", "label": "a bath", "class": "therapy"},
                {"slug": "nothing", "label": "no bath", "class": "inactive"},
            ),
            "domains": (PAIN.model_dump(),),
            "scales": (
                {
                    "slug": "score",
                    "name": "Pain score",
                    "domain": "pain",
                    "names": ("score",),
                    "low": 0,
                    "high": 10,
                    "better": "lower",
                    "thresholds": {"small": 1.0, "moderate": 2.0, "large": 4.0, "source": "s"},
                },
            ),
            "smd": {"small": 0.2, "moderate": 0.5, "large": 0.8, "source": "s"},
            "uses": (
                {
                    "slug": "lameness",
                    "name": "Lameness",
                    "phrase": "lameness",
                    "critical": ("pain",),
                },
                {"slug": "gout", "name": "Gout", "phrase": "gout", "critical": ("pain",)},
            ),
        }
    )


def make_study(better: str = "lower") -> Study:
    return Study.model_validate(
        {
            "id": "smith1900",
            "title": "On baths",
            "sources": ({"kind": "citation"},),
            "status": "published",
            "design": "parallel",
            "conditions": ("lameness",),
            "arms": (
                {"id": "bath", "label": "bath", "kind": "bath"},
                {"id": "none", "label": "none", "kind": "nothing"},
            ),
            "outcomes": (
                {
                    "domain": "pain",
                    "measure": "score",
                    "better": better,
                    "compare": ("bath", "none"),
                    "direction": "favours-first",
                },
            ),
        }
    )


def make_base(better: str = "lower") -> Base:
    return Base(root=Path(), config=make_config(), studies=(make_study(better),))


def make_pool(metric: str = "MD", estimate: float = 1.2, **changed: object) -> Pooled:
    contrast = Contrast(
        "smith1900", QUESTION, (0,), ("bath",), ("none",), flipped=False, people=90,
        randomised=True, why="",
    )  # fmt: skip
    scale = "score" if metric == "MD" else None
    effect = Effect(
        contrast, metric, estimate, 0.04, (estimate - 0.4, estimate + 0.4), scale, 90, ()  # type: ignore[arg-type]
    )  # fmt: skip
    pool = Pooled(
        metric=metric,  # type: ignore[arg-type]
        scale=scale,
        k=3,
        people=90,
        estimate=estimate,
        se=0.2,
        ci=(estimate - 0.4, estimate + 0.4),
        p=0.03,
        pi=(estimate - 1.0, estimate + 1.0),
        tau2=0.11,
        tau2_ci=None,
        i2=55.0,
        q=4.4,
        q_p=0.1,
        method="REML",
        test="adhoc",
        notes=(),
        weights=(1.0,),
        members=(effect,),
    )
    return replace(pool, **changed)  # type: ignore[arg-type]


def make_graded(
    pool: Pooled | None,
    *,
    side: Side = "benefit",
    level: CertaintyLevel = "low",
    lane: Lane = "pooled",
    judgements: tuple[Judgement, ...] = (),
) -> Graded:
    overall = DirectionSynthesis(2, 0, 1, 0, 90, 1.0, (0.34, 1.0), (0.67, 1.0), 0.5, ())
    body = Body(QUESTION, (pool,) if pool else (), None, overall)
    target = Target("non-null", None, "")
    return Graded(body, Certainty(level, "high", lane, target, judgements), side, "so it is")
