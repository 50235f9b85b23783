"""Records to break: the template's own examples, with parts of their text exchanged."""

from __future__ import annotations

from functools import cache

from probatum.errors import Problem
from probatum.evidence.base import check
from probatum.evidence.config import BaseConfig
from probatum.evidence.reader import decode, parse
from probatum.evidence.starter import filled
from probatum.mechanism import MechanismReport
from probatum.review import Review
from probatum.safety import SafetyReport
from probatum.study import Report, Study

DATE = "2026-01-31"
FILES: dict[str, tuple[str, type[Report]]] = {
    "study": ("studies/roe2024.toml", Study),
    "review": ("reviews/doe2025.toml", Review),
    "safety": ("safety/poe2023.toml", SafetyReport),
    "mechanism": ("mechanism/moe2022.toml", MechanismReport),
}


def sample(kind: str, *exchanges: tuple[str, str]) -> str:
    """Return the example of that kind, each first text exchanged for the second."""
    text = filled(f"examples/{kind}.toml", "Example therapy", DATE)
    for old, new in exchanges:
        assert old in text, f"the example does not hold {old!r}"
        text = text.replace(old, new, 1)
    return text


def base_toml(*exchanges: tuple[str, str]) -> str:
    text = filled("base.toml", "Example therapy", DATE)
    for old, new in exchanges:
        assert old in text, f"the template does not hold {old!r}"
        text = text.replace(old, new, 1)
    return text


@cache
def config() -> BaseConfig:
    record = parse(decode("base.toml", base_toml().encode()), BaseConfig).record
    assert record is not None
    return record


def problems(kind: str, *exchanges: tuple[str, str]) -> tuple[Problem, ...]:
    """Return what is wrong with the example after the exchanges."""
    file, model = FILES[kind]
    return check(decode(file, sample(kind, *exchanges).encode()), model, config()).problems


def problem(kind: str, *exchanges: tuple[str, str]) -> Problem:
    """Return the one thing that is wrong."""
    found = problems(kind, *exchanges)
    assert len(found) == 1, "\n".join(map(str, found)) or "nothing was found"
    return found[0]
