"""What a person decided about the records: which are the same, which are out of scope, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import tomli

from evidence_import.repair import rename_arms
from evidence_import.source import Json, Raw


@dataclass(frozen=True)
class Rules:
    """The whole of the rules file."""

    same: tuple[tuple[str, ...], ...] = ()
    out_of_scope: dict[str, str] = field(default_factory=dict)
    hypotheses: dict[str, str] = field(default_factory=dict)
    fixes: tuple[Json, ...] = ()
    therapy_kinds: frozenset[str] = frozenset()
    no_therapy: str = "no arm was given the therapy"

    def fix(self, raw: Raw) -> None:
        """Apply the corrections that name this record."""
        for fix in self.fixes:
            if fix["key"] != raw.key:
                continue
            if "rename_arms" in fix:
                rename_arms(raw.data, fix["rename_arms"])
            for change in fix.get("change", [fix]):
                target = _part(raw.data, change)
                for name in change.get("drop", []):
                    target.pop(name, None)
                target.update(change.get("set", {}))
            raw.repaired(f"by hand: {fix['reason']}")

    def scope(self, raw: Raw) -> None:
        """Mark what is not about the therapy, and say why."""
        reason = self.out_of_scope.get(raw.key, "")
        arms = raw.data.get("arms", [])
        if not reason and raw.kind == "trials":
            given = {arm.get("kind") for arm in arms}
            reason = "" if given & self.therapy_kinds else self.no_therapy
        if reason:
            raw.data["out_of_scope"] = reason


def _part(data: Json, change: Json) -> Json:
    """Return the part of the record that a change is about: an arm, an outcome, or all of it."""
    if "arm" in change:
        return dict_of(data["arms"], change["arm"])
    part: Json = data["outcomes"][change["outcome"]] if "outcome" in change else data
    return part


def dict_of(rows: list[Json], ident: str) -> Json:
    """Return the row of that id."""
    return next(row for row in rows if row["id"] == ident)


def read_rules(path: Path) -> Rules:
    """Read the rules file, or return empty rules where there is none."""
    if not path.is_file():
        return Rules()
    data = tomli.loads(path.read_text(encoding="utf-8"))
    scope = data.get("scope", {})
    return Rules(
        same=tuple(tuple(group["keys"]) for group in data.get("same", [])),
        out_of_scope={row["key"]: row["reason"] for row in data.get("out_of_scope", [])},
        hypotheses=data.get("hypotheses", {}),
        fixes=tuple(data.get("fix", [])),
        therapy_kinds=frozenset(scope.get("therapy_kinds", [])),
        no_therapy=scope.get("no_therapy", Rules.no_therapy),
    )
