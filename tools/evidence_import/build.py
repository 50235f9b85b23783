"""From raw records to finished ones: repaired, merged, named, checked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from evidence_import.by_hand import ByHand
from evidence_import.emit import emit
from evidence_import.identity import cluster
from evidence_import.ledger import Ledger
from evidence_import.merge import merge
from evidence_import.repair import repair
from evidence_import.rules import Rules
from evidence_import.source import KINDS, Json, Raw
from probatum.errors import Problem
from probatum.evidence.base import check
from probatum.evidence.config import BaseConfig
from probatum.evidence.reader import decode


@dataclass
class Finished:
    """One record as it will stand in the base, and what was done to make it."""

    kind: str
    data: Json
    raws: list[Raw]
    conflicts: list[str] = field(default_factory=list)
    text: str = ""
    twin: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def file(self) -> str:
        """File of the base, relative to its root."""
        return f"{KINDS[self.kind][0]}/{self.data['id']}.toml"

    @property
    def refused(self) -> bool:
        """Whether the record holds an error that would keep it out of the base."""
        return any(problem.severity == "error" for problem in self.problems)


def finish(
    raws: list[Raw], rules: Rules, ledger: Ledger, config: BaseConfig, by_hand: ByHand
) -> list[Finished]:
    """Return every record of the base that the raw ones make, in the order of kinds and ids."""
    for raw in raws:
        if not raw.refused:
            raw.refused = _prepare(raw, rules, config)
    good = [raw for raw in raws if not raw.refused]
    finished = []
    for kind in KINDS:
        groups = cluster([raw for raw in good if raw.kind == kind], rules.same)
        for group in groups:
            conflicts: list[str] = []
            finished.append(Finished(kind, merge(group, conflicts), group, conflicts))
    _name(finished, ledger, by_hand)
    _point(finished)
    for record in finished:
        record.text = emit(record.data, KINDS[record.kind][1])
        record.problems = _check(record, config)
    return finished


MISSHAPEN = (TypeError, ValueError, AttributeError, LookupError, StopIteration)
"""What a record raises that has a text where a list belongs, or the like."""


def _prepare(raw: Raw, rules: Rules, config: BaseConfig) -> str:
    """Repair one record in place; return why it cannot stand, so that it spoils no other."""
    try:
        repair(raw, rules.hypotheses)
        rules.fix(raw)
        rules.scope(raw)
        return _errors(raw, merge([raw], []), config)
    except MISSHAPEN as error:
        reason = f"not in the form of the records: {error}"
    try:
        return _errors(raw, raw.data, config) or reason
    except MISSHAPEN:
        return reason


def _errors(raw: Raw, data: Json, config: BaseConfig) -> str:
    """Return what would keep a record out of the base if it stood alone."""
    alone = Finished(raw.kind, data, [raw], text=emit(data, KINDS[raw.kind][1]))
    return "; ".join(str(p) for p in _check(alone, config) if p.severity == "error")


def _name(finished: list[Finished], ledger: Ledger, by_hand: ByHand) -> None:
    """Give each record an id that no other has: the one it had before, else the source's own.

    A record for which a person's file stands has that file's id.
    """
    known = {key: re.sub(r"^.*/|\.toml$", "", target) for key, target in ledger.targets.items()}
    taken: set[str] = set()
    for record in finished:
        record.twin = by_hand.twin(KINDS[record.kind][0], record.data) or ""
        if record.twin:
            record.data["id"] = re.sub(r"^.*/|\.toml$", "", record.twin)
            continue
        before = [known[raw.key] for raw in record.raws if raw.key in known]
        if before:
            record.data["id"] = before[0]
            taken.add(before[0])
    for record in finished:
        if record.twin or any(raw.key in known for raw in record.raws):
            continue
        wanted = record.data["id"]
        others = (f"{wanted}-{record.kind}", *(f"{wanted}{letter}" for letter in "bcdefghijk"))
        folder = KINDS[record.kind][0]
        alike = any(
            r.kind == record.kind and r.data["id"] == wanted for r in finished if r is not record
        )
        if alike or by_hand.records.get(wanted, ("",))[0] == folder:
            others = others[1:]
        record.data["id"] = next(
            ident
            for ident in (wanted, *others)
            if ident not in taken and not by_hand.holds(ident, folder, record.data)
        )
        taken.add(record.data["id"])


def _point(finished: Iterable[Finished]) -> None:
    """Let references between records follow their new ids."""
    names: dict[tuple[str, str], str] = {}
    records = list(finished)
    for record in records:
        for raw in record.raws:
            names.setdefault((record.kind, raw.data["id"]), record.data["id"])
    for record in records:
        if "included" in record.data:
            ids = record.data["included"]
            record.data["included"] = [names.get(("trials", i), i) for i in ids]
        for judgement in record.data.get("bias", []):
            if "trial" in judgement:
                judgement["trial"] = names.get(("trials", judgement["trial"]), judgement["trial"])
            elif "source" in judgement:
                source = judgement["source"]
                judgement["source"] = names.get(("reviews", source), source)


def _check(record: Finished, config: BaseConfig) -> tuple[Problem, ...]:
    text = decode(record.file, record.text.encode())
    return check(text, KINDS[record.kind][1], config).problems
