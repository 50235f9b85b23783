"""What can go wrong: bad text is a `Problem` value, a wrong call is a `ProbatumError`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


class ProbatumError(Exception):
    """Root of every exception that probatum raises on purpose."""


class InputError(ProbatumError, ValueError):
    """An argument has the wrong shape, sign or range."""


class UnknownName(ProbatumError, KeyError):
    """A use, study, policy or method was asked for by a name that does not exist."""

    def __str__(self) -> str:
        """Return the message itself; KeyError would put it in quotation marks."""
        return str(self.args[0]) if self.args else ""


class UnusableBase(ProbatumError):
    """An evidence base cannot be read at all, or holds errors that forbid a build."""


class MissingExtra(ProbatumError, ImportError):
    """An optional dependency is needed for what was asked."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with the text of an evidence base.

    Attributes
    ----------
    file : path relative to the base, with forward slashes.
    line : 1-based line, or 0 where the whole file is meant.
    field : dotted path of the field, such as ``outcomes[2].arms[0].sd``.
    severity : ``error`` keeps the record out; ``warning`` is shown and lets it pass.
    message : what is wrong.
    mend : what to do about it.
    """

    file: str
    line: int
    field: str
    severity: Severity
    message: str
    mend: str

    def __str__(self) -> str:
        """Return the problem on one line, as compilers print theirs."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        what = f" {self.field}:" if self.field else ""
        return f"{place}: {self.severity}:{what} {self.message} ({self.mend})"
