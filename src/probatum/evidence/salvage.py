"""What can still be asked of a record that does not validate.

An editor wants every problem at once, not one kind after the other. So fields that are wrong by
themselves are taken out, what is required and missing is filled in, and where that makes a record,
it is asked everything else; what is asked of the filled-in fields is not told.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

R = TypeVar("R", bound=BaseModel)
Path = tuple[str | int, ...]

ROUNDS = 4
FILLERS: Mapping[str, object] = MappingProxyType(
    {
        "id": "x",
        "title": "?",
        "sources": [{"kind": "citation"}],
        "status": "published",
        "design": "crossover",  # of which the fewest other fields are asked
        "conditions": ["x"],
        "label": "?",
        "domain": "x",
        "measure": "?",
        "compare": ["x", "x"],
        "direction": "unclear",
        "arm": "x",
        "event": "?",
    }
)
KIND_FILLERS: Mapping[str | int, str] = MappingProxyType({"sources": "citation", "arms": "x"})
"""Values of required fields that raise no other question than one about themselves."""


class Salvage(NamedTuple, Generic[R]):
    """A record made of what stands, and the places that were filled in."""

    record: R
    filled: frozenset[Path]


def salvage(model: type[R], data: dict[str, Any]) -> Salvage[R] | None:
    """Return the record without the fields at fault; None where it cannot do without one."""
    rest = copy.deepcopy(data)
    filled: set[Path] = set()
    for _ in range(ROUNDS):
        try:
            return Salvage(model.model_validate(rest), frozenset(filled))
        except ValidationError as error:
            if not _mend(rest, error, filled):
                return None
    return None


def _mend(rest: dict[str, Any], error: ValidationError, filled: set[Path]) -> bool:
    """Take out or fill in what is at fault; tell whether that could be done."""
    gone: set[Path] = set()
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        place = fault["loc"]
        if any(place[:length] in gone for length in range(1, len(place) + 1)):
            continue  # each branch of a union speaks of the same field
        done = _fill(rest, place) if _is_missing(fault) else _take_out(rest, place)
        if done is None:
            return False
        (filled if _is_missing(fault) else gone).add(done)
    return True


def _is_missing(fault: ErrorDetails) -> bool:
    return fault["type"] == "missing" and isinstance(fault["loc"][-1], str)


def _fill(data: dict[str, Any], place: Path) -> Path | None:
    """Fill in a required field and return its place; None where nothing plain can stand there."""
    owner: Any = data
    for step in place[:-1]:
        owner = owner[step]
    name = str(place[-1])
    filler = KIND_FILLERS.get(place[0]) if name == "kind" else FILLERS.get(name)
    if filler is None or (name == "id" and len(place) > 1):  # an arm's id is spoken of elsewhere
        return None
    owner[name] = copy.deepcopy(filler)
    return place


def _take_out(data: dict[str, Any], place: Path) -> Path | None:
    """Remove the field at a place and return where it stood; None where neighbours would move."""
    holder: Any = data
    owners: list[Any] = []
    for step in place:
        held = isinstance(holder, dict) and step in holder
        if not held and not (isinstance(holder, list) and step in range(len(holder))):
            break  # the rest of the place names a branch of a union, or what a pair lacks
        owners.append(holder)
        holder = holder[step]
    depth = len(owners)
    if depth > 1 and isinstance(owners[-1], list) and not any(map(_is_table, owners[-1])):
        depth -= 1  # a list of plain values goes as a whole
    if not depth or not isinstance(owners[depth - 1], dict):
        return None
    del owners[depth - 1][place[depth - 1]]
    return place[:depth]


def _is_table(value: object) -> bool:
    return isinstance(value, dict)
