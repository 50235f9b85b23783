"""``probatum diff``: which ratings, certainties and estimates changed, and because of what."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sized
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from probatum.cli.common import base_option, locate_base, read_base_or_exit
from probatum.cli.revisions import base_at, name_state
from probatum.numbers import plural

if TYPE_CHECKING:
    from probatum.cli.sentences import SentenceChange
    from probatum.rating.assess import Assessment
    from probatum.rating.diff import Difference, UseChange


@click.command()
@click.argument("first", metavar="REV1")
@click.argument("second", metavar="[REV2]", required=False)
@base_option
@click.option("--policy", metavar="NAME", help="Rating scale; by default the base's own.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--changelog", is_flag=True, help="Write an entry into the base's CHANGES.md, newest first."
)
def diff(
    first: str,
    second: str | None,
    base_dir: Path | None,
    policy: str | None,
    *,
    as_json: bool,
    changelog: bool,
) -> None:
    """Show what changed between two states of a base.

    REV1 and REV2 are git revisions, or directories that hold a base; without REV2, the base as
    it stands is compared.
    """
    from probatum.cli.sentences import compare_sentences  # noqa: PLC0415  # help must not wait
    from probatum.rating.diff import compare_states  # noqa: PLC0415  # help must not wait for it

    here = locate_base(base_dir)
    before, after = _assess_states(first, second, here, policy)
    found, sentences = compare_states(before, after), compare_sentences(before, after)
    if changelog:
        known = frozenset(after.base.records)
        since = name_state(first, here, found.before)
        click.echo(_add_entry(here, found, sentences, known, since))
    elif as_json:
        told = {**asdict(found), "sentences": [asdict(change) for change in sentences]}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(write_markdown(found, sentences)))


def _assess_states(
    first: str, second: str | None, here: Path, policy: str | None
) -> tuple[Assessment, Assessment]:
    """Read and assess both states; leave where one cannot be read."""
    from probatum.errors import UnknownName  # noqa: PLC0415  # help must not wait for it
    from probatum.rating.assess import assess  # noqa: PLC0415  # help must not wait for it

    with ExitStack() as stack:
        folders = [stack.enter_context(base_at(first, here))]
        folders.append(stack.enter_context(base_at(second, here)) if second else here)
        old, new = (read_base_or_exit(folder) for folder in folders)
        try:
            return assess(old, policy, stability=False), assess(new, policy, stability=False)
        except UnknownName as error:
            raise click.UsageError(str(error)) from error


def _add_entry(
    here: Path,
    found: Difference,
    sentences: tuple[SentenceChange, ...],
    known: frozenset[str],
    since: str,
) -> str:
    """Write an entry into the base's changelog and say so; nothing where nothing changed."""
    from probatum.cli.changelog import insert_entry, write_entry  # noqa: PLC0415  # as below
    from probatum.evidence.base import CHANGES_FILE  # noqa: PLC0415  # help must not wait for it
    from probatum.evidence.reader import read_if_there  # noqa: PLC0415  # as above

    if not found.uses and not found.records:
        return f"Nothing changed since {since}."
    path = here / CHANGES_FILE
    text = read_if_there(here, CHANGES_FILE)
    if text.problem:
        raise click.ClickException(str(text.problem))
    entry = write_entry(found, sentences, known, since)
    draft = path.with_name(f".{CHANGES_FILE}.draft")
    draft.write_text(insert_entry(text.content, entry), encoding="utf-8", newline="\n")
    draft.replace(path)  # what people wrote there is never half gone
    return f"{path}: {entry.partition(chr(10))[0].removeprefix('## ')}"


def write_markdown(found: Difference, sentences: tuple[SentenceChange, ...]) -> Iterator[str]:
    """Yield the lines of a difference as Markdown: moved ratings first.

    Of the sentences, those of the verdicts and findings of uses that everybody reads are written
    out; JSON has them all.
    """
    yield f"# What changed: {found.before} to {found.after}"
    if not found.records and not found.uses:
        yield "\nNothing changed."
        return
    moved = [use for use in found.uses if use.moved]
    yield f"\n{_count(found.records, 'record')} changed, {_count(moved, 'rating')} moved."
    for title, uses in (
        ("Ratings that moved", moved),
        ("Evidence that changed, ratings that stayed", [u for u in found.uses if not u.moved]),
    ):
        if uses:
            yield f"\n## {title}\n"
            for use in uses:
                yield from _write_use(use)
                yield from _write_sentences(use.use, sentences)
    if found.records:
        yield "\n## Records\n"
        yield from (f"- {record.kind}: `{record.file}`" for record in found.records)


def _write_use(use: UseChange) -> Iterator[str]:
    before, after = use.rating
    yield f"- **{use.name}**: {before} → **{after}**" if use.moved else f"- **{use.name}**: {after}"
    pairs = (("certainty", use.certainty), ("studies", use.studies), ("people", use.people))
    for name, (old, new) in pairs:
        if old != new:
            yield f"  - {name}: {old or 'none'} → {new or 'none'}"
    for question in use.questions:
        told = " → ".join(state or "nothing" for state in (question.before, question.after))
        yield f"  - {question.question}: {told}"
    if use.because:
        yield f"  - because of {_name(use.because)}"
    elif use.concerned:
        together = "together " if use.moved else ""
        yield f"  - {together}through {_name(use.concerned)}"


def _write_sentences(use: str, sentences: tuple[SentenceChange, ...]) -> Iterator[str]:
    for change in sentences:
        shown = change.part in ("verdict", "sentences") and change.edition != "professional"
        if change.place == use and shown:
            yield f"  - said: {change.before or 'nothing'} → {change.after or 'nothing'}"


def _name(files: tuple[str, ...]) -> str:
    return ", ".join(f"`{file}`" for file in files)


def _count(things: Sized, noun: str) -> str:
    number = len(things)
    return f"{number} {plural(number, noun)}"
