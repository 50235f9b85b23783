"""Results of pure functions, remembered for the very objects that they were made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, eq=False)
class Same:
    """An object as a key: equal to itself alone, and alive for as long as it is a key."""

    value: object

    def __eq__(self, other: object) -> bool:
        """Return whether the other stands for the same object."""
        return isinstance(other, Same) and self.value is other.value

    def __hash__(self) -> int:
        """Return the hash of the object's identity, whatever the object holds."""
        return id(self.value)


def remembered(size: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Remember the last results of a pure function of frozen objects, by their identity.

    Comparing large frozen records by value would cost as much as computing; a record that was
    not read anew is the same object.
    """

    def remember(function: Callable[P, R]) -> Callable[P, R]:
        @lru_cache(maxsize=size)
        def known(*keys: Same, **named: Same) -> R:
            values = {name: key.value for name, key in named.items()}
            return cast("Callable[..., R]", function)(*(key.value for key in keys), **values)

        @wraps(function)
        def ask(*values: P.args, **named: P.kwargs) -> R:
            return known(*map(Same, values), **{name: Same(v) for name, v in named.items()})

        return ask

    return remember
