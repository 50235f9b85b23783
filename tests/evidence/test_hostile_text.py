"""Whatever stands in a file, the reader returns problems and never raises."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutator import mutate
from samples import FILES, sample

from probatum.errors import Problem
from probatum.evidence.base import FOLDERS, check, read, shipped_base
from probatum.evidence.config import BaseConfig, Overrides
from probatum.evidence.reader import decode, parse
from probatum.evidence.starter import filled, start
from probatum.study import Study

MUTANTS = 10_000
PARTS = 10


@cache
def config() -> BaseConfig:
    raw = (shipped_base() / "base.toml").read_bytes()
    record = parse(decode("base.toml", raw), BaseConfig).record
    assert record is not None
    return record


@cache
def shipped() -> tuple[tuple[str, str], ...]:
    """Return file and text of every shipped record."""
    return tuple(
        (f"{folder}/{path.name}", path.read_text(encoding="utf-8"))
        for folder in FOLDERS
        for path in sorted((shipped_base() / folder).glob("*.toml"))
    )


def sound(problem: Problem, raw: bytes) -> None:
    assert problem.message
    assert problem.mend
    assert problem.severity in {"error", "warning"}
    assert 0 <= problem.line <= raw.count(b"\n") + 1


@pytest.mark.parametrize("part", range(PARTS))
def test_mutated_records_give_problems_and_never_a_traceback(part: int) -> None:
    files = shipped()
    refused = 0
    for seed in range(part, MUTANTS, PARTS):
        file, text = files[seed % len(files)]
        raw = mutate(text, seed)
        parsed = check(decode(file, raw), FOLDERS[file.split("/")[0]], config())
        for problem in parsed.problems:
            sound(problem, raw)
        errors = [p for p in parsed.problems if p.severity == "error"]
        assert (parsed.record is None) == bool(errors), f"seed {seed}"
        refused += bool(errors)
    assert refused > MUTANTS / PARTS / 4  # the mutator does break things


@pytest.mark.parametrize("name", ["base.toml", "overrides.toml"])
def test_mutated_configuration(name: str, tmp_path: Path) -> None:
    start(tmp_path, "Example therapy", "2026-01-31")
    (tmp_path / "studies/roe2024.toml").write_text(sample("study"), encoding="utf-8")
    example = "base.toml" if name == "base.toml" else "examples/overrides.toml"
    text = filled(example, "Example therapy", "2026-01-31")
    for seed in range(300):
        raw = mutate(text, seed)
        (tmp_path / name).write_bytes(raw)
        reading = read(tmp_path)
        for problem in reading.problems:
            if problem.file == name:
                sound(problem, raw)
        assert reading.base is not None or reading.errors


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


def toml(value: object) -> str:
    """Write a value as TOML, as far as TOML can say it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml(k)} = {toml(v)}" for k, v in value.items()) + " }"
    text = "" if value is None else str(value)
    escaped = "".join(
        letter if letter.isalnum() and letter.isascii() else f"\\U{ord(letter):08x}"
        for letter in text
        if not 0xD800 <= ord(letter) < 0xE000
    )
    return f'"{escaped}"'


@settings(max_examples=400)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_any_value_in_any_field(kind: str, data: st.DataObject) -> None:
    file, model = FILES[kind]
    name = data.draw(st.sampled_from(sorted(model.model_fields)))
    text = f"{name} = {toml(data.draw(VALUE))}\n"
    raw = text.encode()
    parsed = check(decode(file, raw), model, config())
    assert parsed.record is None
    for problem in parsed.problems:
        sound(problem, raw)


@pytest.mark.parametrize(
    ("place", "figure"),
    [
        ("n = 40, mean", "n = 1" + "0" * 400 + ", mean"),  # no float holds it
        ("sd = 1.9", "sd = 5e-324"),  # its square is 0
        ("mean = 3.1", "mean = -1.7e308"),
        ("sd = 1.9", "se = 1e200"),
        ("n_randomised = 84", "n_randomised = 1" + "0" * 400),
    ],
)
def test_figures_beyond_any_measure_are_refused(place: str, figure: str) -> None:
    text = sample("study").replace("sd = 2.1", "sd = 5e-324").replace(place, figure, 1)
    found = check(decode("studies/roe2024.toml", text.encode()), Study, config())
    field = figure.split(" = ", maxsplit=1)[0]
    assert any(p.field.endswith(field) and "out of range" in p.message for p in found.problems)


@settings(max_examples=400)
@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    for model in (BaseConfig, Overrides):
        for problem in parse(decode("base.toml", raw), model).problems:
            sound(problem, raw)


@pytest.mark.parametrize("depth", [50, 200, 400, 900, 20_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{ a = ", " }")])
def test_deep_nesting(depth: int, opening: str, closing: str) -> None:
    text = f"arms = {opening * depth}1{closing * depth}\n"
    problems = check(decode("studies/a.toml", text.encode()), Study, config()).problems
    assert problems
