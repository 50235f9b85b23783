"""Small bases made in memory, for the tests of findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from probatum.effect import measure
from probatum.evidence.base import Base
from probatum.evidence.config import BaseConfig
from probatum.findings import Contrast, DirectionOnly, Effect
from probatum.pool import combine
from probatum.review import Review
from probatum.study import Study

CONFIG: dict[str, Any] = {
    "title": "Leeches",
    "slug": "leeches",
    "date": "2026-01-01",
    "searched_to": "2026-01",
    "searched": ["a library"],
    "therapy": {"name": "leech therapy", "subject": "applying leeches"},
    "arm_kinds": [
        {"slug": "leech", "label": "leeches", "class": "therapy"},
        {"slug": "sham", "label": "sham leeches", "class": "inactive"},
        {"slug": "drug", "label": "a drug", "class": "active"},
        {"slug": "exercise", "label": "exercise", "class": "active"},
    ],
    "domains": [
        {"slug": "pain", "label": "pain", "better": "lower", "benefit": "reduces pain"},
        {"slug": "function", "label": "function", "better": "higher", "benefit": "helps function"},
    ],
    "scales": [
        {
            "slug": "pain-0-10",
            "name": "Pain from 0 to 10",
            "domain": "pain",
            "names": ["VAS", "VAS pain"],
            "low": 0,
            "high": 10,
            "better": "lower",
        }
    ],
    "smd": {"small": 0.5, "source": "a choice"},
    "uses": [
        {"slug": "knee", "name": "Knee", "phrase": "knee pain", "critical": ["pain"]},
        {"slug": "hip", "name": "Hip", "phrase": "hip pain", "critical": ["pain"]},
    ],
}
ARMS: list[dict[str, Any]] = [
    {"id": "leech", "label": "leeches", "kind": "leech", "n": 25},
    {"id": "sham", "label": "sham", "kind": "sham", "n": 22},
]


def config(**contrast: object) -> BaseConfig:
    return BaseConfig.model_validate({**CONFIG, "contrast": contrast})


def study(study_id: str = "able2000", **fields: object) -> Study:
    record: dict[str, Any] = {
        "id": study_id,
        "title": "A trial",
        "status": "published",
        "design": "parallel",
        "conditions": ["knee"],
        "arms": ARMS,
        "sources": [{"kind": "full-text"}],
    }
    return Study.model_validate({**record, **fields})


def outcome(**fields: object) -> dict[str, Any]:
    record: dict[str, Any] = {
        "domain": "pain",
        "measure": "some score",
        "better": "lower",
        "weeks": 4.0,
        "compare": ["leech", "sham"],
        "direction": "no-difference",
    }
    return {**record, **fields}


def review(**fields: object) -> Review:
    record: dict[str, Any] = {
        "id": "zeal2020",
        "title": "A review",
        "status": "published",
        "conditions": ["knee"],
        "sources": [{"kind": "abstract"}],
    }
    return Review.model_validate({**record, **fields})


def base(
    *studies: Study, rules: Mapping[str, object] | None = None, reviews: Iterable[Review] = ()
) -> Base:
    return Base(Path(), config(**(rules or {})), studies=studies, reviews=tuple(reviews))


def only(
    *outcomes: dict[str, Any], rules: Mapping[str, object] | None = None, **fields: object
) -> Effect | DirectionOnly:
    """Measure the only contrast of a study with these outcomes."""
    made = base(study(outcomes=outcomes, **fields), rules=rules)
    (contrast,) = combine(made).contrasts
    return measure(contrast, made)


def effect_of(
    *outcomes: dict[str, Any], rules: Mapping[str, object] | None = None, **fields: object
) -> Effect:
    found = only(*outcomes, rules=rules, **fields)
    assert isinstance(found, Effect), found.why
    return found


def direction_of(
    *outcomes: dict[str, Any], rules: Mapping[str, object] | None = None, **fields: object
) -> DirectionOnly:
    found = only(*outcomes, rules=rules, **fields)
    assert isinstance(found, DirectionOnly), found.made
    return found


def contrasts_of(made: Base) -> tuple[Contrast, ...]:
    return combine(made).contrasts
