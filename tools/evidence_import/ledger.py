"""Remember what was written, so that a file which a person has edited is never overwritten."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path


def digest(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Ledger:
    """Where each source record went, and what each file was when it was written.

    Attributes
    ----------
    targets : source key to file of the base.
    written : file of the base to the SHA-256 of what the importer wrote there.
    """

    targets: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)

    def edited(self, base: Path, file: str) -> bool:
        """Tell whether a person changed, moved or removed the file since it was written."""
        path = base / file
        if not path.is_file():
            return file in self.written
        return self.written.get(file) != digest(path.read_text(encoding="utf-8"))

    def save(self, path: Path) -> None:
        """Write the ledger, sorted."""
        data = {"targets": self.targets, "written": self.written}
        path.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def read_ledger(path: Path) -> Ledger:
    """Read the ledger, or begin a new one."""
    if not path.is_file():
        return Ledger()
    data = json.loads(path.read_text(encoding="utf-8"))
    return Ledger(dict(data["targets"]), dict(data["written"]))
