"""Merge records of one report: the richer value stays, lists are joined without doubles."""

from __future__ import annotations

import copy
from typing import Any

from evidence_import.identity import is_working_name
from evidence_import.source import Json, Raw
from probatum.evidence.checks_base import plain

READ = {"full-text": 4, "abstract": 3, "registry": 2, "review-table": 1, "citation": 0}
MEASURE_WORDS = {"vas", "nrs", "nprs", "pain", "score", "scale", "visual", "analogue", "intensity"}
ORDINALS = {"first", "second", "third", "fourth", "fifth", "sixth", "last", "every", "each"}
JOINED = ("conditions", "registrations", "sources", "bias", "notices", "included")
APART = {"id", "note", "arms", "outcomes", "adverse_events", "shared"}
WORDING = {"population", "title", "conclusion", "journal", "country"}


def merge(raws: list[Raw], conflicts: list[str]) -> Json:
    """Return one record made of several; what they disagree on is added to ``conflicts``."""
    ranked = sorted(raws, key=_richness, reverse=True)
    merged = copy.deepcopy(ranked[0].data)
    for raw in ranked[1:]:
        _add(merged, copy.deepcopy(raw.data), raw.key, conflicts)
    if len(raws) > 1:
        ids = {raw.data["id"] for raw in raws}
        merged["note"] = _notes(raw.data.get("note", "") for raw in ranked) or None
        if len(ids) > 1:
            merged["id"] = min((raw.data["id"] for raw in ranked), key=is_working_name)
            conflicts.append(f"ids {', '.join(sorted(ids))}: `{merged['id']}` kept")
    return {name: value for name, value in merged.items() if value is not None}


def _richness(raw: Raw) -> tuple[int, int, int, str]:
    """Rank by what was read, whether the title is real, and how much is filled in."""
    read = max(
        (READ.get(source.get("kind"), 0) for source in raw.data.get("sources", [])), default=0
    )
    described = raw.data.get("title", "(").startswith("(")
    return read - 2 * described, _leaves(raw.data), -len(raw.data["id"]), raw.key


def _leaves(value: Any) -> int:  # noqa: ANN401  # any JSON
    if isinstance(value, dict):
        return sum(_leaves(inner) for inner in value.values())
    if isinstance(value, list):
        return sum(_leaves(inner) for inner in value)
    return 1


def _add(merged: Json, other: Json, key: str, conflicts: list[str]) -> None:
    arms = _match_arms(merged.get("arms", []), other.get("arms", []))
    unmatched = [arm["id"] for arm in other.get("arms", []) if arm["id"] not in arms]
    for name, value in other.items():
        if name not in APART:
            _add_field(merged, name, value, key, conflicts)
    for arm in other.get("arms", []):
        if arm["id"] in arms:
            kept = next(mine for mine in merged["arms"] if mine["id"] == arms[arm["id"]])
            _fill(kept, {**arm, "id": kept["id"]}, f"arm {kept['id']}", key, conflicts)
    if unmatched and merged.get("arms"):
        conflicts.append(f"arms {unmatched} of {key} have no match; their outcomes were left out")
    _add_outcomes(merged, other, arms, key, conflicts)
    _add_events(merged, other, arms)


def _add_field(merged: Json, name: str, value: Any, key: str, conflicts: list[str]) -> None:  # noqa: ANN401  # any JSON
    mine = merged.get(name)
    if mine is None or (name == "title" and mine.startswith("(")):
        merged[name] = value
    elif name == "authors":
        merged[name] = max(mine, value, key=len)
    elif name in JOINED:
        merged[name] = mine + [item for item in value if item not in mine]
    elif name == "pooled":
        merged[name] = _join_pools(mine, value)
    elif mine != value and name not in WORDING:
        conflicts.append(f"`{name}`: {mine!r} kept, {key} has {value!r}")


def _match_arms(mine: list[Json], theirs: list[Json]) -> dict[str, str]:
    """Pair the arms of two records of one study: by id and kind, else by kind, else by words."""
    pairs: dict[str, str] = {}
    for score in (3, 2, 1):
        for arm in theirs:
            free = [m for m in mine if m["id"] not in pairs.values()]
            fits = [m for m in free if _likeness(m, arm) >= score]
            rivals = [
                t
                for t in theirs
                if t["id"] not in pairs and fits and _likeness(fits[0], t) >= score
            ]
            if arm["id"] not in pairs and len(fits) == 1 and (score == 3 or len(rivals) == 1):
                pairs[arm["id"]] = fits[0]["id"]
    return pairs


def _likeness(left: Json, right: Json) -> int:
    kind = left.get("kind") == right.get("kind")
    agent = plain(left.get("agent", "")).split()[:1] == plain(right.get("agent", "")).split()[:1]
    ident = left["id"] == right["id"]
    return 3 if kind and ident else 2 if kind and agent else 1 if kind or ident else 0


def _add_outcomes(
    merged: Json, other: Json, arms: dict[str, str], key: str, conflicts: list[str]
) -> None:
    mine = merged.setdefault("outcomes", [])
    before = list(mine)
    for outcome in other.get("outcomes", []):
        if any(arm not in arms for arm in outcome.get("compare", [])) and merged.get("arms"):
            continue
        outcome["compare"] = [arms.get(arm, arm) for arm in outcome.get("compare", [])]
        results = outcome.get("arms", [])
        outcome["arms"] = [{**r, "arm": arms.get(r["arm"], r["arm"])} for r in results]
        if not outcome["arms"]:
            del outcome["arms"]
        twin = _twin(before, outcome)
        if twin is None:
            mine.append(outcome)
        else:
            _fill(twin, outcome, f"{twin['domain']} at {_time(twin)}", key, conflicts)
    if not merged["outcomes"]:
        del merged["outcomes"]


def _twin(outcomes: list[Json], outcome: Json) -> Json | None:
    """Return the outcome that is the same comparison, measure and time, if there is one."""
    scored = [(_closeness(mine, outcome), -i) for i, mine in enumerate(outcomes)]
    best, position = max(scored, default=(0.0, 0))
    return outcomes[-position] if best > 0 else None


def _closeness(left: Json, right: Json) -> float:
    """Return how surely two outcomes are one; 0 where something sets them apart."""
    if left["domain"] != right["domain"] or set(left["compare"]) != set(right["compare"]):
        return 0.0
    figures = _figures(left), _figures(right)
    if figures[0] and figures[0] == figures[1]:
        return 3.0
    weeks = {o["weeks"] for o in (left, right) if "weeks" in o}
    times = [set(plain(o.get("timepoint", "")).split()) for o in (left, right)]
    ordinals = [words & ORDINALS for words in times]
    digits = [{word for word in words if word.isdigit()} for words in times]
    apart = all(digits) and not digits[0] & digits[1] and not (len(weeks) == 1 and weeks != {0})
    if len(weeks) > 1 or (all(ordinals) and ordinals[0] != ordinals[1]) or apart:
        return 0.0
    measure = _likeness_of_measures(left, right)
    shared = len(times[0] & times[1]) / len(times[0] | times[1]) if any(times) else 0.0
    return measure + shared if measure >= 0.5 else 0.0


def _figures(outcome: Json) -> set[tuple[object, ...]]:
    """Return the means or events by arm, else the difference with its interval.

    Two outcomes with the same ones are the same.
    """
    results = outcome.get("arms", [])
    found: set[tuple[object, ...]] = {
        (r["arm"], r[what]) for r in results for what in ("mean", "events") if what in r
    }
    given = outcome.get("difference", {})
    if not found and "ci" in given:
        found.add((*outcome["compare"], given["measure"], given["estimate"], *given["ci"]))
    return found


def _likeness_of_measures(left: Json, right: Json) -> float:
    one, two = (set(plain(o["measure"]).split()) for o in (left, right))
    if one <= MEASURE_WORDS and two <= MEASURE_WORDS:
        return 1.0
    return len(one & two) / len(one | two)


def _time(outcome: Json) -> str:
    return str(outcome.get("timepoint") or outcome.get("weeks", "no stated time"))


def _fill(mine: Json, theirs: Json, what: str, key: str, conflicts: list[str]) -> None:
    """Fill what is missing; say where a figure or a direction differs."""
    flipped = "compare" in mine and mine["compare"] != theirs.get("compare")
    for name, value in theirs.items():
        if flipped and name in {"direction", "difference", "p_note"}:
            continue
        if name not in mine:
            mine[name] = value
        elif name == "arms":
            known = {result["arm"]: result for result in mine["arms"]}
            for result in value:
                if result["arm"] in known:
                    _fill(known[result["arm"]], result, f"{what}, {result['arm']}", key, conflicts)
                else:
                    mine["arms"].append(result)
        elif mine[name] != value and name in {"direction", "p", "mean", "sd", "n", "kind", "weeks"}:
            conflicts.append(f"{what}, `{name}`: {mine[name]!r} kept, {key} has {value!r}")


def _add_events(merged: Json, other: Json, arms: dict[str, str]) -> None:
    mine = merged.setdefault("adverse_events", [])
    before = {(plain(event["event"]), event.get("arm")) for event in mine}
    for event in other.get("adverse_events", []):
        arm = arms.get(event.get("arm", ""), event.get("arm"))
        if arm and arm not in {a["id"] for a in merged.get("arms", [])}:
            continue
        if (plain(event["event"]), arm) not in before:
            mine.append({**event, "arm": arm} if arm else event)
    if not mine:
        del merged["adverse_events"]


def _join_pools(mine: list[Json], theirs: list[Json]) -> list[Json]:
    def what(pool: Json) -> tuple[object, ...]:
        return pool["domain"], pool["measure"], pool.get("estimate"), tuple(pool.get("ci", ()))

    known = {what(pool) for pool in mine}
    return mine + [pool for pool in theirs if what(pool) not in known]


def _notes(notes: Any) -> str:  # noqa: ANN401  # an iterable of texts
    said: list[str] = []
    for note in notes:
        if note and note not in said:
            said.append(note)
    return " ".join(said)
