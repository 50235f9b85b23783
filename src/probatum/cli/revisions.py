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
        _extract(archive, folder.resolve())


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Write the files of an archive below a folder, then its links, which the reader judges.

    Python's own filter for this is missing before 3.11.4, and Debian 12 has 3.11.2.
    """
    members = [member for member in archive if member.isfile() or member.issym()]
    for member in sorted(members, key=tarfile.TarInfo.issym):
        place = folder / member.name
        if not place.resolve().is_relative_to(folder):
            raise click.ClickException(f"{member.name} leads out of the base at that revision")
        place.parent.mkdir(parents=True, exist_ok=True)
        content = archive.extractfile(member) if member.isfile() else None
        if content is None:
            place.symlink_to(member.linkname)
        else:
            place.write_bytes(content.read())


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
