"""Write a record as TOML that people like to read: stable order, one table an outcome."""

from __future__ import annotations

import json
from typing import Any, get_args

from pydantic import BaseModel

from evidence_import.source import Json

WIDTH = 96
LAST = ("out_of_scope", "note")


def emit(data: Json, model: type[BaseModel]) -> str:
    """Return the record as TOML, fields in the order in which the model declares them."""
    fields = _ordered(data, model)
    lines = [f"{name} = {_value(value)}" for name, value in fields if not _is_tables(value)]
    for name, value in fields:
        if _is_tables(value):
            inner = _inner(model, name)
            for row in value:
                lines += ["", f"[[{name}]]", *_rows(row, inner)]
    return "\n".join(lines) + "\n"


def _rows(row: Json, model: type[BaseModel] | None) -> list[str]:
    ordered = _ordered(row, model) if model else list(row.items())
    return [
        f"{_key(name)} = {_value(value, _inner(model, name) if model else None)}"
        for name, value in ordered
    ]


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _ordered(data: Json, model: type[BaseModel]) -> list[tuple[str, Any]]:
    order = [info.alias or name for name, info in model.model_fields.items()]
    order.sort(key=lambda name: name in LAST)
    known = [(name, data[name]) for name in order if name in data]
    return known + [(name, data[name]) for name in data if name not in order]


def _inner(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    info = next((f for key, f in model.model_fields.items() if name in {key, f.alias}), None)
    return _first_model(info.annotation) if info else None


def _first_model(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_first_model(inner) for inner in get_args(annotation))
    return next((model for model in found if model), None)


def _value(value: Any, model: type[BaseModel] | None = None) -> str:  # noqa: ANN401  # any JSON
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        rows = _ordered(value, model) if model else list(value.items())
        inside = ", ".join(f"{_key(name)} = {_value(inner)}" for name, inner in rows)
        return f"{{ {inside} }}"
    items = [_value(item, model) for item in value]
    line = f"[{', '.join(items)}]"
    if len(line) <= WIDTH and not _is_tables(value):
        return line
    return "[\n" + "".join(f"  {item},\n" for item in items) + "]"


def _key(name: str) -> str:
    plain = name.replace("_", "").replace("-", "")
    return name if plain.isascii() and plain.isalnum() else _text(name)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
