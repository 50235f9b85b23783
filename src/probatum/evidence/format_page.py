"""The evidence format as a page for people, made from the models that read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from probatum.evidence.schema import KINDS, Json, json_schema
from probatum.evidence.starter import filled
from probatum.study import LARGEST, SMALLEST, Report
from probatum.vocabulary import SECTION_TEXTS

INTRODUCTION = """\
# The evidence format

<!-- Made by `probatum schema --markdown > docs/evidence-format.md`; a test holds the two alike. -->

An evidence base is a folder of plain text: [TOML](https://toml.io) for facts, Markdown for prose.

| file | holds |
| --- | --- |
| `base.toml` | what the monograph is about, its vocabulary, and the rules declared for it |
| `studies/ID.toml` | one study of effect |
| `reviews/ID.toml` | one systematic review, with the pooled figures that it published |
| `safety/ID.toml` | one report of harm: a survey, a case, a guideline, a label |
| `mechanism/ID.toml` | one finding on how the therapy works |
| `overrides.toml` | ratings that people decided, each with its reason and its last day |
| `text/NAME.md` | what only people can write; `[@ID]` cites a record |
| `CHANGES.md` | what changed in the base, for the changelog page |

The `NAME` of a text tells where it stands: TEXTS.

One record stands in one file, named by its `id`; no two records of a base share an id. A field
that the source does not give is left out, never guessed. Every field that is not listed here is
refused: `probatum check` names the file, the line, the field, and how to mend it. An error keeps
the record out of the monograph; a warning is shown and lets it pass.

`probatum schema --kind study` prints the same as JSON Schema, for editors that know TOML.
Fields marked * are required.
"""
SECTIONS = {
    "base": ("`base.toml`", "base.toml"),
    "study": ("A study: `studies/ID.toml`", "examples/study.toml"),
    "review": ("A systematic review: `reviews/ID.toml`", "examples/review.toml"),
    "safety": ("A report of harm: `safety/ID.toml`", "examples/safety.toml"),
    "mechanism": ("A finding on how it works: `mechanism/ID.toml`", "examples/mechanism.toml"),
    "overrides": ("Ratings decided by people: `overrides.toml`", "examples/overrides.toml"),
}
"""Kind of file to its heading and its example."""

SHAPES = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "slug",
    r"^[a-z][a-z0-9-]*$": "id",
    r"^\d{4}-\d{2}-\d{2}$": "date `YYYY-MM-DD`",
    r"^\d{4}(-(0[1-9]|1[0-2]))?$": "month `YYYY-MM`",
    r"^\d{4}(-\d{2}){0,2}$": "date, month or year",
    r"^(<|<=|>|>=)0?\.\d+$|^1(\.0*)?$": "text such as `<0.05`",
}
"""Pattern of a text to what people call it."""


def format_page() -> str:
    """Return ``docs/evidence-format.md``."""
    names = ", ".join(f"`{name}`" for names in SECTION_TEXTS.values() for name in names)
    parts = [INTRODUCTION.replace("TEXTS", names), *_shared()]
    for kind, (heading, example) in SECTIONS.items():
        shown = filled(example, "Example therapy", "2026-01-31")
        parts += [f"## {heading}\n", *_kind(kind), f"Example:\n\n```toml\n{shown}```\n"]
    return "\n".join(parts)


def _shared() -> Iterator[str]:
    """Describe what every record has, once."""
    schema = json_schema("study")
    yield "## What every record has\n"
    own = {name: schema["properties"][name] for name in Report.model_fields}
    yield _table(own, schema["required"])
    for name in _tables_in(own):
        yield from _section(name, schema["$defs"][name])


def _kind(kind: str) -> Iterator[str]:
    schema = json_schema(kind)
    fields: Json = schema["properties"]
    if issubclass(KINDS[kind], Report):
        yield f"{schema['description']} Besides what every record has:\n"
        fields = {name: inner for name, inner in fields.items() if name not in Report.model_fields}
    else:
        yield f"{_plain(schema['description'])}\n"
    yield _table(fields, schema.get("required", []))
    due, seen = _tables_in(fields), set[str]()
    while due:
        name = due.pop(0)
        if name not in seen:
            seen.add(name)
            yield from _section(name, schema["$defs"][name])
            due = _tables_in(schema["$defs"][name]["properties"]) + due


def _section(name: str, schema: Json) -> Iterator[str]:
    yield f"### {_spaced(name)}\n\n{_plain(schema['description'])}\n"
    yield _table(schema["properties"], schema.get("required", []))


def _plain(docstring: str) -> str:
    """Return the words of a docstring as Markdown."""
    return docstring.replace("``", "`")


def _spaced(name: str) -> str:
    """Return a model's name as a heading.

    >>> _spaced("ArmResult"), _spaced("RoB2")
    ('Arm result', 'RoB 2')
    """
    if name in {"RoB2", "RobinsI"}:
        return {"RoB2": "RoB 2", "RobinsI": "ROBINS-I"}[name]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return words[:1] + words[1:].lower()


def _table(fields: Json, required: list[str]) -> str:
    lines = ["| field | is | meaning |", "| --- | --- | --- |"]
    for name, inner in fields.items():
        star = " *" if name in required else ""
        told = inner["description"]
        told += _default(inner.get("default"))
        lines.append(f"| `{name}`{star} | {_shape(inner)} | {told} |")
    return "\n".join(lines) + "\n"


def _default(value: object) -> str:
    """Say what stands where the field is left out, unless that is nothing."""
    if value is True:
        return " `true` where left out."
    if isinstance(value, float):
        return f" `{value:g}` where left out."
    return f" `{value}` where left out." if isinstance(value, str) else ""


def _shape(schema: Json) -> str:
    """Say what a value looks like."""
    if "anyOf" in schema:
        return " or ".join(_shape(option) for option in schema["anyOf"])
    if "$ref" in schema:
        return f"table: {_link(schema)}"
    if "enum" in schema:
        return " ".join(f"`{word}`" for word in schema["enum"])
    shapes = {
        "string": _text_shape,
        "integer": _number_shape,
        "number": _number_shape,
        "array": _list_shape,
        "object": _map_shape,
        "boolean": _truth_shape,
    }
    return shapes[schema["type"]](schema)


def _truth_shape(schema: Json) -> str:
    del schema
    return "`true` or `false`"


def _text_shape(schema: Json) -> str:
    pattern = schema.get("pattern", "")
    words = re.fullmatch(r"\^\(([A-Za-z0-9|-]+)\)\$", pattern)
    if words:
        return " ".join(f"`{word}`" for word in words[1].split("|"))
    return SHAPES[pattern] if pattern else "text"


def _number_shape(schema: Json) -> str:
    word = "whole number" if schema["type"] == "integer" else "number"
    limits = {
        "minimum": "from",
        "exclusiveMinimum": "above",
        "maximum": "to",
        "exclusiveMaximum": "below",
    }
    bounds = [
        f" {said} {schema[name]:g}"
        for name, said in limits.items()
        if name in schema and abs(schema[name]) not in {LARGEST, SMALLEST}  # only for misprints
    ]
    return word + "".join(bounds)


def _list_shape(schema: Json) -> str:
    if "prefixItems" in schema:
        return f"pair of {_shape(schema['prefixItems'][0])}s"
    items = schema["items"]
    if "$ref" in items:
        return f"tables: {_link(items)}"
    return (
        f"list of {_shape(items)}s" if _shape(items) in {"slug", "id"} else f"list: {_shape(items)}"
    )


def _map_shape(schema: Json) -> str:
    inner = schema.get("additionalProperties", {})
    return f"table of {_link(inner)}" if "$ref" in inner else f"table of {_shape(inner)}"


def _link(schema: Json) -> str:
    heading = _spaced(_name(schema))
    words = heading if heading.startswith("Ro") else heading.lower()
    return f"[{words}](#{heading.lower().replace(' ', '-')})"


def _name(schema: Json) -> str:
    return str(schema["$ref"]).rsplit("/", 1)[-1]


def _tables_in(fields: Json) -> list[str]:
    """Name the tables that fields hold, in order, each once."""
    found: dict[str, None] = {}

    def look(value: Any) -> None:  # noqa: ANN401  # any JSON
        if isinstance(value, dict):
            if "$ref" in value:
                found[_name(value)] = None
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    look(fields)
    return list(found)
