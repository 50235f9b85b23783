"""Print every sentence of a monograph, to be read aloud before it is published.

Usage: python tools/read_aloud.py [--base DIR] [--edition consumer|professional] [PAGE…]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from probatum.evidence.base import default_base, read
from probatum.monograph.compose import compose
from probatum.monograph.model import Claim, Edition, Monograph, Passage, Prose, Table
from probatum.rating.assess import assess


def pages(monograph: Monograph) -> Iterator[tuple[str, str, tuple[Claim | Prose | Table, ...]]]:
    """Yield (page, heading, parts) in reading order."""
    for section in monograph.sections:
        for passage in section.passages:
            yield section.slug, passage.heading, tuple(of_passage(passage))
    for use in monograph.uses:
        yield f"uses/{use.slug}", "", tuple(use.parts())
    text = tuple(Claim(f"reference-{r.number}", r.spans) for r in monograph.references)
    yield "references", "", text


def of_passage(passage: Passage) -> Iterator[Claim | Prose | Table]:
    """Yield the parts of a passage; what stands in one edition's passage is of that edition."""
    one = passage.edition != "both"
    for part in passage.parts:
        yield replace(part, edition=passage.edition) if one else part


def lines(part: Claim | Prose | Table, edition: Edition | None) -> Iterator[str]:
    """Yield the lines of a part that the edition shows."""
    if edition is not None and part.edition not in {"both", edition}:
        return
    mark = part.edition[0]
    if isinstance(part, Claim):
        yield f"  {mark} {part.text}"
    elif isinstance(part, Prose):
        yield f"  {mark} [{part.file}]"
    else:
        yield f"  {mark} [{part.caption}]"
        for row in part.rows:
            cells = ("".join(span.text for span in cell.spans) for cell in row)
            yield f"      {' | '.join(cells)}"


def main() -> None:
    """Read the base, compose it, and print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, default=default_base(Path.cwd()))
    parser.add_argument("--edition", choices=("consumer", "professional"))
    parser.add_argument("pages", nargs="*", help="pages to print; all where left out")
    options = parser.parse_args()
    base = read(options.base).base
    if base is None:
        parser.error("the base cannot be read; run probatum check")
    wanted = set(options.pages)
    for page, heading, parts in pages(compose(assess(base))):
        if not wanted or page in wanted:
            print(f"{page}: {heading}")
            for part in parts:
                for line in lines(part, options.edition):
                    print(line)


if __name__ == "__main__":
    main()
