"""A flaw of one record, before its file and line are known."""

from __future__ import annotations

from dataclasses import dataclass

from probatum.errors import Problem, Severity

Place = tuple[str | int, ...]
"""Keys and 0-based positions from the top of a file down to a field."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong at one place of a record, and how to mend it."""

    place: Place
    message: str
    mend: str
    severity: Severity = "error"

    def problem(self, file: str, line: int) -> Problem:
        """Return the flaw as a problem of that file and line."""
        return Problem(file, line, dotted(self.place), self.severity, self.message, self.mend)


def warning(place: Place, message: str, mend: str) -> Flaw:
    """Return a flaw that is shown and lets the record pass."""
    return Flaw(place, message, mend, "warning")


def dotted(place: Place) -> str:
    """Write a place as people do.

    >>> dotted(("outcomes", 2, "arms", 0, "sd"))
    'outcomes[2].arms[0].sd'
    """
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text
