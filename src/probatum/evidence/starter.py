"""Start an empty evidence base from the template that comes with the engine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from probatum.errors import UnusableBase

TEMPLATE = files("probatum.evidence") / "template"
FOLDERS = ("studies", "reviews", "safety", "mechanism")


def filled(name: str, title: str, date: str) -> str:
    """Return one file of the template; ``name`` is relative to it, with forward slashes."""
    words = {
        "TITLE": _quoted(title),
        "NAME": _quoted(title[:1].lower() + title[1:]),
        "SLUG": re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "monograph",
        "DATE": date,
        "MONTH": date[:7],
    }
    text = TEMPLATE.joinpath(*name.split("/")).read_text(encoding="utf-8")
    return re.sub(r"\{([A-Z]+)\}", lambda found: words[found[1]], text)


def start(root: Path, title: str, date: str) -> tuple[str, ...]:
    """Write a base that can be checked and built at once; return the names of its files.

    Raises
    ------
    UnusableBase
        Where the folder holds anything already: nothing is ever overwritten.
    """
    if root.is_file() or (root.is_dir() and any(root.iterdir())):
        raise UnusableBase(f"{root} is not empty, and nothing in it will be overwritten")
    names = tuple(sorted(_names(TEMPLATE)))
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
        (root / folder / ".gitkeep").touch()
    for name in names:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(filled(name, title, date), encoding="utf-8")
    return names


def _quoted(text: str) -> str:
    """Escape a text for the inside of a TOML string: JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f")


def _names(folder: Traversable, within: str = "") -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _names(entry, f"{within}{entry.name}/")
        elif not entry.name.startswith((".", "__")):
            yield within + entry.name
