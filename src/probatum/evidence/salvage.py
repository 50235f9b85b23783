"""What can still be asked of a record that does not validate.

An editor wants every problem at once, not one kind after the other. So fields that are wrong by
themselves are taken out, and where the rest is a record, it is asked everything else.
"""

from __future__ import annotations

import copy
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

R = TypeVar("R", bound=BaseModel)
Path = tuple[str | int, ...]


def salvage(model: type[R], data: dict[str, Any], error: ValidationError) -> R | None:
    """Return the record without the fields at fault; None where it cannot do without one."""
    rest = copy.deepcopy(data)
    gone: set[Path] = set()
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        place = fault["loc"]
        if any(place[:length] in gone for length in range(1, len(place) + 1)):
            continue  # each branch of a union speaks of the same field
        taken = None if fault["type"] == "missing" else _take_out(rest, place)
        if taken is None:
            return None
        gone.add(taken)
    try:
        return model.model_validate(rest)
    except ValidationError:
        return None


def _take_out(data: dict[str, Any], place: Path) -> Path | None:
    """Remove the field at a place and return where it stood; None where neighbours would move."""
    holder: Any = data
    owner: Any = None
    depth = 0
    for step in place:
        held = isinstance(holder, dict) and step in holder
        if not held and not (isinstance(holder, list) and isinstance(step, int)):
            break  # the rest of the place names a branch of a union
        owner, holder, depth = holder, holder[step], depth + 1
    if not isinstance(owner, dict):
        return None
    del owner[place[depth - 1]]
    return place[:depth]
