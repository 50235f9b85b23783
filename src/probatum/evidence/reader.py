"""Read one text file into one frozen record; everything wrong with it is a value."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Generic, TypeVar

import tomli
from pydantic import BaseModel, ValidationError

from probatum.errors import Problem
from probatum.evidence.flaw import Flaw
from probatum.evidence.locate import lines_of, nearest
from probatum.evidence.mending import flaws_of
from probatum.evidence.salvage import Salvage, salvage

LARGEST_FILE = 4_000_000
"""Bytes; a record is a few thousand, so anything larger is no record."""

R = TypeVar("R", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text and its fingerprint, or the problem that kept it from being read."""

    file: str
    content: str = ""
    digest: str = ""
    problem: Problem | None = None

    def problems(self, flaws: Iterable[Flaw]) -> tuple[Problem, ...]:
        """Give each flaw this file's name and the line on which it stands."""
        listed = tuple(flaws)
        lines = lines_of(self.content) if listed else {}
        return tuple(flaw.problem(self.file, nearest(lines, flaw.place)) for flaw in listed)


@dataclass(frozen=True, slots=True)
class Parsed(Generic[R]):
    """A record, or the problems that kept it out; `rest` is what stands without its faults."""

    record: R | None
    problems: tuple[Problem, ...] = ()
    rest: Salvage[R] | None = None


def read_text(root: Path, file: str) -> Text:
    """Read one file of a base; ``file`` is relative to the root, with forward slashes."""
    path = root / file
    try:
        if leads_elsewhere(root, file):
            return _unread(file, "the file is a link that leaves the base", "copy the file in")
        if not is_there(path):
            return _unread(file, "there is no such file", "add it, or name the folder that has it")
        if not path.is_file():
            return _unread(file, "this is not a regular file", "replace it by a text file")
        if path.stat().st_size > LARGEST_FILE:
            return _unread(file, "the file is too large for a record", "keep it under 4 MB")
        raw = path.read_bytes()
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, Python < 3.13
        reason = getattr(error, "strerror", None) or "it cannot be opened"
        return _unread(file, f"the file cannot be read: {reason}", "check its permissions")
    return decode(file, raw)


def read_if_there(root: Path, file: str) -> Text:
    """Read a file that a base may do without; where there is none, its text is empty."""
    return read_text(root, file) if is_there(root / file) else Text(file)


def is_there(path: Path) -> bool:
    """Return whether there is anything of that name, be it a link that leads nowhere."""
    return path.is_symlink() or path.exists()


def leads_elsewhere(root: Path, file: str) -> bool:
    """Return whether symbolic links lead from a base's file out of the base."""
    path, links = root, False
    for part in PurePosixPath(file).parts:
        path /= part
        links = links or path.is_symlink() or part == ".."
    return links and not path.resolve().is_relative_to(root.resolve())


def decode(file: str, raw: bytes) -> Text:
    """Return the bytes as text, or the problem."""
    try:
        content = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return _unread(file, "the text is not UTF-8", "save it as UTF-8", line)
    if "\0" in content:
        line = content.count("\n", 0, content.index("\0")) + 1
        return _unread(file, "the text holds a NUL character", "remove it", line)
    return Text(file, content.removeprefix("\ufeff"), hashlib.sha256(raw).hexdigest())


def parse(text: Text, model: type[R]) -> Parsed[R]:
    """Return the record that the TOML text describes, or every problem it has."""
    if text.problem:
        return Parsed(None, (text.problem,))
    try:
        data: dict[str, Any] = tomli.loads(text.content)
    except tomli.TOMLDecodeError as error:
        return Parsed(None, (_syntax(text.file, error),))
    except (RecursionError, ValueError, OverflowError) as error:
        problem = Problem(text.file, 0, "", "error", f"not TOML: {error}", "simplify the text")
        return Parsed(None, (problem,))
    try:
        return Parsed(model.model_validate(data))
    except ValidationError as error:
        problems = text.problems(flaws_of(error, model, data))
        return Parsed(None, problems, salvage(model, data))


def _syntax(file: str, error: tomli.TOMLDecodeError) -> Problem:
    line = getattr(error, "lineno", 0)
    what = getattr(error, "msg", str(error))
    mend = "mend the TOML; text needs quotation marks, and a field or table stands once"
    return Problem(file, line, "", "error", f"not valid TOML: {what}", mend)


def _unread(file: str, message: str, mend: str, line: int = 0) -> Text:
    return Text(file, problem=Problem(file, line, "", "error", message, mend))
