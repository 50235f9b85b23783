"""Bring the words of a raw record into the base's form; every change is noted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, get_args

from evidence_import.identity import is_working_name
from evidence_import.source import Json, Raw
from probatum.evidence.checks_base import plain
from probatum.vocabulary import SourceKind

P_TEXT = re.compile(r"^\s*(<=|>=|<|>|≤|≥)\s*(0?\.\d+|1(?:\.0*)?)\s*(.*)$")
P_NUMBER = re.compile(r"^\s*=?\s*(0?\.\d+|[01](?:\.0*)?)\s*(.*)$")
SYMBOLS = {"≤": "<=", "≥": ">="}
SOURCE_KINDS = set(get_args(SourceKind))
WHOLE = {"n", "events", "n_randomised", "n_analysed", "n_trials", "n_people", "k", "treatments"}
WHOLE |= {"people", "year"}
TEXTS = {"volume", "pages", "pmid", "pmcid", "dose", "needle", "timepoint", "unit"}

PEDRO = {
    "eligibility": "eligibility criteria",
    "random": "random allocation",
    "concealed": "concealed allocation",
    "baseline": "baseline comparability",
    "blind subjects": "blind subjects",
    "blind therapists": "blind therapists",
    "blind assessors": "blind assessors",
    "adequate": "adequate follow-up",
    "intention": "intention-to-treat analysis",
    "between": "between-group comparisons",
    "point": "point estimates and variability",
}
ROB = {
    "sequence generation": "random sequence generation",
    "random sequence": "random sequence generation",
    "allocation concealment": "allocation concealment",
    "blinding patient": "blinding of participants",
    "blinding provider": "blinding of personnel",
    "blinding assessor": "blinding of outcome assessment",
    "drop outs": "incomplete outcome data",
}


def repair(raw: Raw, hypotheses: dict[str, str]) -> None:
    """Repair the record in place: identifiers, ids, numbers, p-texts, lists, old shapes."""
    raw.data = _tidy(raw, raw.data)
    _identifiers(raw)
    _note(raw)
    steps: dict[str, tuple[Callable[[Raw], None], ...]] = {
        "trials": (_retraction, _arms, _outcomes, _bias),
        "reviews": (_retraction, _certainty, _pooled, _bias),
        "safety": (_safety,),
        "mechanism": (),
    }
    for step in steps.get(raw.kind, ()):
        step(raw)
    if raw.kind == "mechanism" and raw.data.get("hypothesis") in hypotheses:
        raw.data.setdefault("group", hypotheses[raw.data["hypothesis"]])
    _sources(raw)


def slug(text: str, *, start: str = "x") -> str:
    """Return small ASCII letters, digits and hyphens, beginning with a letter."""
    word = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or start
    return word if word[0].isalpha() else f"{start}-{word}"


def split_list(text: str) -> list[str]:
    """Split at commas and semicolons that stand outside brackets."""
    parts = re.split(r"[,;](?![^(]*\))", text)
    return [part.strip().removeprefix("and ").strip() for part in parts if part.strip()]


def _tidy(raw: Raw, value: Any, name: str = "") -> Any:  # noqa: ANN401  # any JSON goes in and out
    """Drop what is empty, trim texts, make counts whole and labels text."""
    if isinstance(value, dict):
        tidy = {key: _tidy(raw, inner, key) for key, inner in value.items()}
        return {key: inner for key, inner in tidy.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        return [_tidy(raw, inner, name) for inner in value]
    if isinstance(value, str):
        return " ".join(value.split())
    if name in WHOLE and isinstance(value, float) and value.is_integer():
        raw.repaired(f"`{name}` {value} made whole")
        return int(value)
    if name in TEXTS and isinstance(value, int | float):
        raw.repaired(f"`{name}` {value} made text")
        return str(value)
    return value


def _identifiers(raw: Raw) -> None:
    data = raw.data
    if "doi" in data:
        doi = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", data["doi"], flags=re.IGNORECASE)
        if doi != data["doi"]:
            raw.repaired(f"DOI {data['doi']} written bare")
        data["doi"] = doi
    if "pmid" in data:
        data["pmid"] = re.sub(r"^PMID:?\s*", "", data["pmid"], flags=re.IGNORECASE)
    if "pmcid" in data and not data["pmcid"].startswith("PMC"):
        raw.repaired(f"PMCID {data['pmcid']} written with PMC")
        data["pmcid"] = "PMC" + data["pmcid"].upper().removeprefix("PMC")
    if isinstance(data.get("authors"), str):
        raw.repaired("authors split into a list")
        data["authors"] = split_list(data["authors"])
    if isinstance(data.get("registrations"), str):
        raw.repaired("registrations split into a list")
        data["registrations"] = split_list(data["registrations"])
    ident = _ident(data)
    if ident != data.get("id"):
        raw.repaired(f"id `{data.get('id')}` written `{ident}`")
    data["id"] = ident


def _ident(data: Json) -> str:
    """Return first author and year where a working name, or nothing, stands in their place."""
    ident = slug(str(data.get("id", "")))
    family = re.sub(r"[^a-z]", "", plain(re.sub(r"( [A-Z-]+)+$", "", _first(data))))
    if (is_working_name(ident) or not data.get("id")) and family and data.get("year"):
        return f"{family}{data['year']}"
    return ident


def _first(data: Json) -> str:
    return str((data.get("authors") or [""])[0])


def _note(raw: Raw) -> None:
    """Drop sentences that speak of the source files, which mean nothing to a reader."""
    note = raw.data.get("note", "")
    sentences = re.split(r"(?<=[.!?]) (?=[A-Z])", note)
    kept = " ".join(s for s in sentences if ".jsonl" not in s)
    if kept != note:
        raw.repaired("a sentence about the source files dropped from the note")
        raw.data["note"] = kept
        if not kept:
            del raw.data["note"]


def _retraction(raw: Raw) -> None:
    notice = raw.data.pop("retraction", None)
    if notice:
        raw.repaired("retraction turned into a notice")
        raw.data.setdefault("notices", []).append({"kind": "retraction", "id": str(notice)})


def _sources(raw: Raw) -> None:
    for source in raw.data.get("sources", []):
        kind = source.get("kind", "citation")
        if kind not in SOURCE_KINDS:
            source["kind"] = slug(kind) if slug(kind) in SOURCE_KINDS else "citation"
            raw.repaired(f"source kind `{kind}` written `{source['kind']}`")


def _arms(raw: Raw) -> None:
    names: dict[str, str] = {}
    for arm in raw.data.get("arms", []):
        ident = slug(str(arm.get("id", arm.get("kind", "arm"))), start="arm")
        if ident in names.values():
            ident = f"{ident}-{len(names) + 1}"
        if ident != arm.get("id"):
            raw.repaired(f"arm id `{arm.get('id')}` written `{ident}`")
        names[str(arm.get("id"))] = ident
        arm["id"] = ident
        if isinstance(arm.get("muscles"), str):
            raw.repaired("muscles split into lists")
            arm["muscles"] = split_list(arm["muscles"])
    rename_arms(raw.data, names)


def rename_arms(data: Json, names: dict[str, str]) -> None:
    """Give arms new ids, wherever the record speaks of them."""
    for arm in data.get("arms", []):
        arm["id"] = names.get(arm["id"], arm["id"])
    data["shared"] = [names.get(arm, arm) for arm in data.get("shared", [])]
    if not data["shared"]:
        del data["shared"]
    for outcome in data.get("outcomes", []):
        outcome["compare"] = [names.get(arm, arm) for arm in outcome.get("compare", [])]
        for result in outcome.get("arms", []):
            result["arm"] = names.get(result.get("arm"), result.get("arm"))
    for event in data.get("adverse_events", []):
        if "arm" in event:
            event["arm"] = names.get(event["arm"], event["arm"])


def _outcomes(raw: Raw) -> None:
    for outcome in raw.data.get("outcomes", []):
        _p(raw, outcome)
        difference = outcome.get("difference")
        if difference:
            note: Json = {"p": difference["p"]} if "p" in difference else {}
            _p(raw, note)
            difference.pop("p", None)
            if "p" in note:
                difference["p"] = note["p"]
            if "p_note" in note:
                outcome.setdefault("p_note", note["p_note"])
            _level(raw, difference)


def _pooled(raw: Raw) -> None:
    for pool in raw.data.get("pooled", []):
        _p(raw, pool)
        _level(raw, pool)


def _level(raw: Raw, row: Json) -> None:
    level = row.get("level")
    if isinstance(level, int | float) and level > 1:
        raw.repaired(f"interval level {level} written {level / 100:g}")
        row["level"] = level / 100
    if isinstance(row.get("ci"), list) and len(row["ci"]) == 2 and row["ci"][0] > row["ci"][1]:
        raw.repaired(f"interval {row['ci']} put in order")
        row["ci"] = row["ci"][::-1]


def _p(raw: Raw, row: Json) -> None:
    """Split a p into a number or a bound, and what it is said to be of."""
    value = row.get("p")
    if not isinstance(value, str):
        return
    bound, number = P_TEXT.match(value), P_NUMBER.match(value)
    rest = value
    del row["p"]
    if bound:
        sign = SYMBOLS.get(bound[1], bound[1])
        row["p"] = f"{sign}{bound[2]}" if not bound[2].startswith("1") else float(bound[2])
        rest = bound[3]
    elif number:
        row["p"] = float(number[1])
        rest = number[2]
    rest = rest.strip(" ,;()")
    if rest:
        row["p_note"] = rest
    if row.get("p") != value:
        raw.repaired(f"p `{value}` read as {row.get('p', 'no number')}, note {rest or 'none'}")


def _bias(raw: Raw) -> None:
    for judgement in raw.data.get("bias", []):
        words = PEDRO if judgement.get("tool") == "PEDro" else ROB
        items = judgement.get("items", {})
        named = {_item(key, words): str(value) for key, value in items.items()}
        if named != items:
            raw.repaired(f"{judgement.get('tool')} items written in the tool's own words")
        judgement["items"] = named


def _item(name: str, words: dict[str, str]) -> str:
    plain = name.lower().replace("_", " ").replace("-", " ")
    return next((full for start, full in words.items() if plain.startswith(start)), name)


def _certainty(raw: Raw) -> None:
    certainty = raw.data.get("certainty")
    if isinstance(certainty, str):
        certainty = {"overall": certainty}
    if isinstance(certainty, dict):
        raw.repaired("certainty turned into a list")
        raw.data["certainty"] = [
            {"outcome": outcome, "certainty": word} for outcome, word in certainty.items()
        ]


def _safety(raw: Raw) -> None:
    if isinstance(raw.data.get("muscles"), str):
        raw.repaired("muscles split into lists")
        raw.data["muscles"] = split_list(raw.data["muscles"])
