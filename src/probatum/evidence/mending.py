"""Say in plain words what pydantic found wrong with a record, and how to mend it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from probatum.evidence.flaw import Flaw, Place
from probatum.study import SMALLEST

_FORMS = {
    "p": "a number from 0 to 1, or text such as `<0.05`",
    "id": "a small letter, then small letters, digits and hyphens, such as `hong1994`",
    "arm": "a small letter, then small letters, digits and hyphens, such as `dry-needling`",
    "compare": "two ids of arms, the experimental one first",
    "date": "a date such as `2026-11-25`",
    "until": "a date such as `2026-11-25`",
    "searched_to": "a month such as `2026-11`",
    "answer": "`Y`, `PY`, `PN`, `N`, `NI` or `NA`",
}
_SLUG_FORM = "small letters and digits joined by single hyphens, such as `neck-pain`"
_KINDS = {
    "string_type": "text in quotation marks",
    "string_too_short": "some text, or leave the field out",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "`true` or `false`",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "dict_type": "a table",
    "tuple_type": "a list in square brackets",
}
_UNQUOTED = frozenset({"int_type", "float_type", "bool_type"})
_BARE = re.compile(r"[-+]?\d+(\.\d+)?|true|false")
_LIMITS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def flaws_of(error: ValidationError, model: type[BaseModel], data: Mapping[str, Any]) -> list[Flaw]:
    """Return one flaw for each place that pydantic complained about."""
    by_place: dict[Place, list[ErrorDetails]] = {}
    for details in error.errors(include_url=False):
        by_place.setdefault(_place(details, data), []).append(details)
    return [
        _flaw(place, group, model)
        for place, group in by_place.items()
        # a list is too short for pydantic where its values are at fault, which is said of them
        if group[0]["type"] != "too_short" or not _within(place, by_place)
    ]


def _within(place: Place, others: Iterable[Place]) -> bool:
    """Tell whether any of the other places lies inside this one."""
    return any(len(other) > len(place) and other[: len(place)] == place for other in others)


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return advice on an unknown word: the nearest known one, else all of them, else nothing."""
    words = sorted(set(known))
    near = difflib.get_close_matches(str(word).lower(), words, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    if len(words) > 40:
        return f"use one of the {len(words)} that base.toml declares"
    return f"use one of: {', '.join(words)}" if words else "base.toml declares none"


def _place(details: ErrorDetails, data: Mapping[str, Any]) -> Place:
    """Cut what pydantic adds behind the field, such as the branch of a union."""
    place: list[str | int] = []
    here: Any = data
    for step in details["loc"]:
        found = isinstance(here, Mapping) and step in here
        if not found and not (isinstance(here, list) and step in range(len(here))):
            break
        here = here[step]
        place.append(step)
    if details["type"] == "missing":
        place.append(details["loc"][-1])
    return tuple(place)


def _flaw(place: Place, group: list[ErrorDetails], model: type[BaseModel]) -> Flaw:
    details = group[0]
    kind = details["type"]
    name = next((step for step in reversed(place) if isinstance(step, str)), "")
    message = f"{_shown(details)} does not fit `{name}`"
    mend = f"write {_form(name, details)}"
    if kind == "missing":
        return _missing(place, model)
    if kind == "extra_forbidden":
        message = f"`{name}` is not a field here"
        mend = did_you_mean(name, _field_names(model, place[:-1]))
    elif kind == "literal_error" and len(group) == 1:
        message = f"{_shown(details)} is not a word that `{name}` knows"
        known = re.findall(r"'([^']*)'", str(details["ctx"]["expected"]))
        mend = did_you_mean(details["input"], known)
    elif kind in _LIMITS and len(group) == 1:
        message = f"{_shown(details)} is out of range"
        mend = f"`{name}` must be {_limit(kind, details)}"
    elif kind in {"too_short", "too_long"}:
        return _count(place, name, details)
    return Flaw(place, message, mend)


def _limit(kind: str, details: ErrorDetails) -> str:
    """Say what a number must be; the bound that keeps out misprints only where it matters."""
    key, words = _LIMITS[kind]
    limit = details["ctx"][key]
    if limit == SMALLEST and details["input"] <= 0:
        return "more than 0"
    return f"{words} {limit:g}"


def _missing(place: Place, model: type[BaseModel]) -> Flaw:
    if place and isinstance(place[-1], int):  # a pair with one half
        return Flaw(place[:-1], f"`{place[-2]}` has too few values", "give both values: `[a, b]`")
    info = _field_at(model, place)
    what = f": {info.description}" if info and info.description else ""
    return Flaw(place, f"`{place[-1]}` is missing", f"add `{place[-1]}`{what}")


def _count(place: Place, name: str, details: ErrorDetails) -> Flaw:
    limits = details["ctx"]
    few = details["type"] == "too_short"
    limit = limits["min_length"] if few else limits["max_length"]
    words = f"{'at least' if few else 'at most'} {limit}"
    return Flaw(place, f"`{name}` has {limits['actual_length']} values", f"give {words}")


def _form(name: str, details: ErrorDetails) -> str:
    """Describe what the field wants to hold."""
    kind = details["type"]
    context = details.get("ctx", {})
    if kind == "string_type":
        return ": ".join(filter(None, (_KINDS[kind], _FORMS.get(name))))
    if kind == "string_pattern_mismatch":
        return _FORMS.get(name) or _pattern(str(context["pattern"]))
    if kind == "string_too_long":
        return f"at most {context['max_length']} characters"
    return _FORMS.get(name) or _KINDS.get(kind) or f"it so that {_lower(details['msg'])}"


def _pattern(pattern: str) -> str:
    options = re.fullmatch(r"\^\(([a-zA-Z|-]+)\)\$", pattern)
    if options:
        return " or ".join(f"`{word}`" for word in options[1].split("|"))
    return _SLUG_FORM if "a-z0-9" in pattern else f"text of the form {pattern}"


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _shown(details: ErrorDetails) -> str:
    value = details["input"]
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return "a list"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, str) and details["type"] in _UNQUOTED and _BARE.fullmatch(value):
        text = f'"{text}"'  # the quotation marks are what is wrong
    return f"`{text[:57]}…`" if len(text) > 60 else f"`{text}`"


def _field_names(model: type[BaseModel], place: Place) -> list[str]:
    owner = _model_at(model, place)
    return [info.alias or key for key, info in owner.model_fields.items()] if owner else []


def _field_at(model: type[BaseModel], place: Place) -> FieldInfo | None:
    owner = _model_at(model, place[:-1])
    if owner is None or not place:
        return None
    return next(
        (info for key, info in owner.model_fields.items() if place[-1] in {key, info.alias}), None
    )


def _model_at(model: type[BaseModel], place: Place) -> type[BaseModel] | None:
    """Return the model that describes the table at this place."""
    here: type[BaseModel] | None = model
    for step in place:
        if isinstance(step, int) or here is None:
            continue
        info = _field_at(here, (step,))
        here = _model_in(info.annotation) if info else here
    return here


def _model_in(annotation: object) -> type[BaseModel] | None:
    """Return the first model inside an annotation such as ``tuple[Outcome, ...] | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(inner) for inner in get_args(annotation))
    return next((model for model in found if model is not None), None)
