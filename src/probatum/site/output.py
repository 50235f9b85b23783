"""The folder that a site is written to: only our own files are ever replaced or removed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from probatum.errors import ProbatumError

OURS = ".probatum"
MANIFEST = f"{OURS}/manifest.json"
FORMAT = 1


class UnusableOutput(ProbatumError):
    """The folder to write to is not ours, or a path in it leads elsewhere."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the site: the digest of what it was made from, and that of its bytes."""

    inputs: str
    sha256: str


@dataclass(slots=True)
class Output:
    """An output folder with the manifest of what an earlier build wrote there."""

    root: Path
    before: Mapping[str, Written]
    after: dict[str, Written] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def fresh(self, name: str, inputs: str) -> bool:
        """Return whether the file stands as it would be written; then it is kept."""
        known = self.before.get(name)
        if known is None or known.inputs != inputs or self.sha256(name) != known.sha256:
            return False
        self.after[name] = known
        return True

    def write(self, name: str, inputs: str, data: bytes) -> None:
        """Write a file in one step, unless it holds these bytes already."""
        digest = hashlib.sha256(data).hexdigest()
        if self.sha256(name) != digest:
            replace(self.path(name), data)
            self.changed.append(name)
        self.after[name] = Written(inputs, digest)

    def finish(self) -> None:
        """Remove what earlier builds wrote and this one did not, then write the manifest."""
        for name in sorted(set(self.before) - set(self.after)):
            # A file that somebody changed since is no longer ours to remove.
            if self.sha256(name) == self.before[name].sha256:
                self.path(name).unlink()
                self.removed.append(name)
                self.drop_empty_folders(name)
        entries = {
            name: {"inputs": row.inputs, "sha256": row.sha256}
            for name, row in sorted(self.after.items())
        }
        text = json.dumps({"format": FORMAT, "files": entries}, indent=1, sort_keys=True)
        data = f"{text}\n".encode()
        path = self.path(MANIFEST)
        if not path.is_file() or path.read_bytes() != data:
            replace(path, data)

    def drop_empty_folders(self, name: str) -> None:
        """Remove the folders that a removed file has left empty."""
        for folder in PurePosixPath(name).parents:
            path = self.root / folder
            if path == self.root or any(path.iterdir()):
                return
            path.rmdir()

    def sha256(self, name: str) -> str | None:
        """Return the digest of a file's bytes, or None where there is no such file."""
        path = self.path(name)
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None

    def path(self, name: str) -> Path:
        """Return where a file stands; raise UnusableOutput where that is outside the folder."""
        pure = PurePosixPath(name)
        if pure.is_absolute() or ".." in pure.parts or not pure.parts or "\\" in name:
            raise UnusableOutput(f"{name!r} does not name a file inside the site")
        path = self.root
        for part in pure.parts:
            path /= part
            if path.is_symlink():
                raise UnusableOutput(f"{path} is a symbolic link; remove it, it may lead elsewhere")
        return path


def replace(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees either the old bytes or the new, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def open_output(folder: Path) -> Output:
    """Return the folder to write to.

    Raises
    ------
    UnusableOutput
        The folder holds files and no manifest of ours, or is no folder.
    """
    root = folder.resolve()
    if root.exists() and not root.is_dir():
        raise UnusableOutput(f"{folder} is not a folder")
    output = Output(root, {})
    if not root.is_dir() or not any(root.iterdir()):
        return output
    manifest = output.path(MANIFEST)
    if not manifest.is_file():
        raise UnusableOutput(
            f"{folder} holds files that probatum did not write; "
            "name an empty folder, or one that an earlier build filled"
        )
    output.before = read_manifest(manifest)
    return output


def read_manifest(path: Path) -> dict[str, Written]:
    """Return the files of an earlier build; a manifest that cannot be read means none is known."""
    try:
        told = json.loads(path.read_bytes())
        if told["format"] != FORMAT:
            return {}
        return {
            str(name): Written(str(row["inputs"]), str(row["sha256"]))
            for name, row in told["files"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


@contextmanager
def building(folder: Path) -> Iterator[Output]:
    """Open an output folder for a build; one that was new is taken away again if nothing came."""
    output = open_output(folder)
    new = not output.root.exists()
    output.root.mkdir(parents=True, exist_ok=True)
    output.path(OURS).mkdir(exist_ok=True)
    try:
        yield output
    except BaseException:
        if new and not output.after:
            output.path(OURS).rmdir()
            output.root.rmdir()
        raise
