"""A base as it stood at a git revision, or in another directory."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click


@contextmanager
def base_at(state: str, base_dir: Path) -> Iterator[Path]:
    """Yield the folder of a base at a state: a directory that holds one, or a git revision.

    A revision is unpacked into a temporary folder; nothing is checked out. Raises click's
    ``BadParameter`` where the state is neither.
    """
    if (Path(state) / "base.toml").is_file():
        yield Path(state)
        return
    with TemporaryDirectory(prefix="probatum-") as folder:
        _unpack(state, base_dir, Path(folder))
        yield Path(folder)


def name_state(state: str, base_dir: Path, date: str) -> str:
    """Return how a changelog names a state: its date, and the commit where it is one."""
    if (Path(state) / "base.toml").is_file():
        return date
    short = _git(base_dir, "rev-parse", "--short", "--end-of-options", f"{state}^{{commit}}")
    return f"{date} ({short.decode().strip()})"


def _unpack(revision: str, base_dir: Path, folder: Path) -> None:
    commit = _git(base_dir, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    prefix = _git(base_dir, "rev-parse", "--show-prefix").decode().strip()
    tree = f"{commit.decode().strip()}:{prefix}"
    top = Path(_git(base_dir, "rev-parse", "--show-toplevel").decode().strip())
    with tarfile.open(fileobj=io.BytesIO(_git(top, "archive", tree))) as archive:
        archive.extractall(folder, filter="data")


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  # no shell; a revision cannot be an option
            ["git", "-C", str(folder), *arguments],  # noqa: S607  # the user's own git
            check=True,
            capture_output=True,
        )
    except FileNotFoundError as error:
        raise click.ClickException("git is needed to read a revision") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()
        message = f"neither a directory with a base.toml nor a git revision of the base ({said})"
        raise click.BadParameter(message) from error
    return done.stdout
