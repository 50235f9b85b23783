"""Read the JSON Lines files, one raw record a line, each with a key that stays the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from probatum.mechanism import MechanismReport
from probatum.review import Review
from probatum.safety import SafetyReport
from probatum.study import Report, Study

Json = dict[str, Any]
KINDS: dict[str, tuple[str, type[Report]]] = {
    "trials": ("studies", Study),
    "reviews": ("reviews", Review),
    "safety": ("safety", SafetyReport),
    "mechanism": ("mechanism", MechanismReport),
}
"""First word of a file's name to the folder of the base, and the model of its records."""


@dataclass
class Raw:
    """One record on its way into the base; ``text`` is the line where it is no record."""

    key: str
    file: str
    kind: str
    data: Json
    repairs: list[str] = field(default_factory=list)
    refused: str = ""
    text: str = ""

    @property
    def folder(self) -> str:
        """Folder of the base in which the record will stand."""
        return KINDS[self.kind][0]

    @property
    def model(self) -> type[BaseModel]:
        """Model of the finished record."""
        return KINDS[self.kind][1]

    def repaired(self, what: str) -> None:
        """Note a repair for the report."""
        if what not in self.repairs:
            self.repairs.append(what)


def read_all(folder: Path) -> list[Raw]:
    """Return every line of every file, in the order of names; unreadable lines are refused."""
    return [raw for path in sorted(folder.glob("*.jsonl")) for raw in _read(path)]


def _read(path: Path) -> Iterator[Raw]:
    kind = path.stem.split("-")[0]
    seen: dict[str, int] = {}
    # only a line feed ends a line: JSON texts may hold the other separators of Unicode
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            data, refused = {}, f"line {number} is no JSON: {error}"
        else:
            refused = "" if isinstance(data, dict) else f"line {number} is no record"
        if kind not in KINDS:
            refused = f"files named `{kind}-…` hold no kind of record that is known"
        name = str(data.get("id") or f"line-{number}") if isinstance(data, dict) else f"{number}"
        seen[name] = seen.get(name, 0) + 1
        key = f"{path.name}#{name}" + (f"~{seen[name]}" if seen[name] > 1 else "")
        record = data if isinstance(data, dict) else {}
        text = "" if record else line.decode(errors="replace").strip()
        yield Raw(key, path.name, kind, record, refused=refused, text=text)
