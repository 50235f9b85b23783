"""The evidence format as JSON Schema, for editors that complete and check while one types."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from probatum.errors import UnknownName
from probatum.evidence.config import BaseConfig, Overrides
from probatum.mechanism import MechanismReport
from probatum.review import Review
from probatum.safety import SafetyReport
from probatum.study import Study

DRAFT = "https://json-schema.org/draft/2020-12/schema"
KINDS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {
        "base": BaseConfig,
        "study": Study,
        "review": Review,
        "safety": SafetyReport,
        "mechanism": MechanismReport,
        "overrides": Overrides,
    }
)
"""Kind of file to the model of what stands in it."""

Json = dict[str, Any]


def json_schema(kind: str | None = None) -> Json:
    """Return the JSON Schema of one kind of file, or of any of them.

    Raises
    ------
    UnknownName
        Where there is no such kind of file.
    """
    if kind is None:
        schemas = {name: json_schema(name) for name in KINDS}
        shared = {name: table for one in schemas.values() for name, table in one["$defs"].items()}
        files = {name: _without(one, "$defs", "$schema") for name, one in schemas.items()}
        options = [{"$ref": f"#/$defs/{name}"} for name in files]
        return {"$schema": DRAFT, "anyOf": options, "$defs": {**shared, **files}}
    if kind not in KINDS:
        raise UnknownName(f"no kind of file is called {kind!r}; known: {', '.join(KINDS)}")
    schema = _without_null(KINDS[kind].model_json_schema(by_alias=True))
    return {"$schema": DRAFT, **schema}


def _without(table: Json, *names: str) -> Json:
    return {name: value for name, value in table.items() if name not in names}


def _without_null(value: Any) -> Any:  # noqa: ANN401  # any JSON
    """Drop the null that a field which may be left out allows: TOML has none."""
    if isinstance(value, list):
        return [_without_null(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    kept = {name: inner for name, inner in value.items() if (name, inner) != ("default", None)}
    options = [option for option in kept.get("anyOf", []) if option != {"type": "null"}]
    if len(options) == 1:
        kept = {**_without(kept, "anyOf"), **options[0]}
    elif options:
        kept["anyOf"] = options
    return {name: _without_null(inner) for name, inner in kept.items()}
