"""Bring shared evidence records into an evidence base.

    python tools/import_evidence.py EVIDENCE_DIR --base bases/trigger-point-therapy

Running it again adds what is new and changes nothing else; a file that a person has edited, moved
or removed is left alone. What was merged, repaired or refused stands in ``import/report.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from evidence_import.build import Finished, finish
from evidence_import.by_hand import read_by_hand
from evidence_import.ledger import Ledger, digest, read_ledger
from evidence_import.report import Account, write_report
from evidence_import.rules import read_rules
from evidence_import.source import read_all
from probatum.evidence.config import BaseConfig
from probatum.evidence.reader import parse, read_text


def run(source: Path, base: Path) -> Account:
    """Import every record of the source folder into the base, and return the account of it."""
    notes = base / "import"
    notes.mkdir(exist_ok=True)
    config = parse(read_text(base, "base.toml"), BaseConfig).record
    if config is None:
        sys.exit("base.toml holds errors; run `probatum check` first")
    ledger = read_ledger(notes / "ledger.json")
    raws = read_all(source)
    by_hand = read_by_hand(base, ledger.written)
    finished = finish(raws, read_rules(notes / "rules.toml"), ledger, config, by_hand)
    account = Account(raws, finished)
    for record in finished:
        if not record.refused:
            _place(record, base, ledger, account)
    _clear(base, ledger, account)
    ledger.save(notes / "ledger.json")
    _write(notes / "report.md", write_report(account))
    _write(notes / "refused.jsonl", _refused(account))
    return account


def _place(record: Finished, base: Path, ledger: Ledger, account: Account) -> None:
    """Write one record, unless a person's file stands for it."""
    if record.twin:
        account.by_hand |= {raw.key: record.twin for raw in record.raws}
        return
    if record.file in ledger.written:
        if ledger.edited(base, record.file):
            account.edited.append(record.file)
            return
    elif (base / record.file).exists():
        account.by_hand |= {raw.key: record.file for raw in record.raws}
        return
    ledger.targets |= {raw.key: record.file for raw in record.raws}
    ledger.written[record.file] = digest(record.text)
    _write(base / record.file, record.text)


def _clear(base: Path, ledger: Ledger, account: Account) -> None:
    """Remove files whose every source record now stands in another; name the other left-overs."""
    made = {record.file for record in account.finished}
    for file in sorted(set(ledger.written) - made):
        if file in ledger.targets.values() or ledger.edited(base, file):
            account.left_over.append(file)
        else:
            (base / file).unlink()
            del ledger.written[file]


def _refused(account: Account) -> str:
    lines = [
        json.dumps(
            {"reason": account.refused[raw.key], "record": raw.data or raw.text},
            ensure_ascii=False,
        )
        for raw in account.raws
        if raw.key in account.refused
    ]
    return "".join(f"{line}\n" for line in lines)


def _write(path: Path, text: str) -> None:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=str(__doc__).split("\n", 1)[0])
    parser.add_argument("source", type=Path, help="folder of *.jsonl files")
    parser.add_argument("--base", type=Path, required=True, help="evidence base to add to")
    options = parser.parse_args()
    account = run(options.source, options.base)
    merged = sum(len(record.raws) - 1 for record in account.finished)
    print(
        f"{len(account.raws)} records: {len(account.finished)} in the base, {merged} merged, "
        f"{len(account.refused)} refused, {len(account.edited)} left as edited"
    )


if __name__ == "__main__":
    main()
