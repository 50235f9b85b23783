"""The GRADE domains in words: each judgement with its levels, its numbers and its source."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from probatum.certainty.appraisal import Appraisal, Shares
from probatum.certainty.asymmetry import odds_and_counts
from probatum.certainty.model import Assessment, Judgement
from probatum.certainty.policy import CertaintyPolicy
from probatum.evidence.base import Base
from probatum.findings import Body, Pooled, Question
from probatum.numbers import p_value, percent
from probatum.stats.small_study import egger, peters

INDUSTRY: Final = frozenset({"industry", "mixed"})
"""Payers that make or sell what was tested, alone or with others."""
SMALL_STUDY: Final = 100
"""People below which a study counts as small."""


def judge_design(levels: int, shares: Shares) -> Judgement:
    """Say where the body starts: randomised studies high, others low."""
    share = float(shares.unrandomised)
    if share == 0:
        reason = "All studies allotted people at random: the body starts at high."
    elif share < 0.5:
        reason = (
            f"Studies that did not allot people at random hold {percent(share)} of the "
            "information: the body starts at high and loses a level."
        )
    else:
        reason = (
            f"Studies that did not allot people at random hold {percent(share)} of the "
            "information: the body starts at low."
        )
    return Judgement(
        "design", levels, "assessed", reason, {"not randomised": share}, "GRADE guidelines 3"
    )


def judge_bias(levels: int, appraisal: Appraisal, shares: Shares) -> Judgement:
    """Weigh risk of bias by the information that the studies bring."""
    known = [bias for bias in appraisal.biases if bias.judgement is not None]
    numbers: dict[str, float | int | str] = {
        "studies assessed": len(known),
        "studies": len(appraisal.studies),
        "information assessed": round(float(shares.assessed), 3),
        "information at high risk": round(float(shares.high), 3),
        "information at some concerns": round(float(shares.concerns), 3),
    }
    source = "GRADE guidelines 4"
    if not known:
        reason = "Not assessed: no usable judgement of risk of bias is recorded for these studies."
        return Judgement("risk of bias", 0, "not assessed", reason, numbers, source)
    tools = "; ".join(sorted({bias.source for bias in known}))
    reason = (
        f"Assessed in {len(known)} of {len(appraisal.studies)} studies ({tools}): "
        f"{percent(float(shares.high))} of the information is at high risk and "
        f"{percent(float(shares.concerns))} has some concerns."
    )
    overruled = sum(bool(bias.overruled) for bias in known)
    if overruled:
        reason += f" In {overruled} a person overruled the computed judgement, with a reason."
        numbers["studies overruled by a person"] = overruled
    return Judgement("risk of bias", levels, "assessed", reason, numbers, source)


def judge_indirectness(question: Question, base: Base) -> Judgement:
    """Take people's judgements from the base, and lower once for a surrogate outcome."""
    human = [
        entry
        for entry in base.config.indirectness
        if entry.use == question.use
        and entry.domain in (None, question.domain)
        and entry.comparator in (None, question.comparator)
    ]
    surrogate = any(d.surrogate for d in base.config.domains if d.slug == question.domain)
    levels = sum(entry.levels for entry in human) + surrogate
    words = [f"{entry.reason.rstrip('.')} ({entry.by})." for entry in human]
    if surrogate:
        words.append("The outcome is measured, but not felt by the patient.")
    if not human:
        words.append("How closely people, treatment and comparison fit was not assessed.")
    state: Assessment = "human" if human else "assessed" if surrogate else "not assessed"
    return Judgement(
        "indirectness",
        min(levels, 2),
        state,
        " ".join(words),
        {"surrogate outcome": int(surrogate), "human judgements": len(human)},
        "GRADE guidelines 8",
    )


def judge_publication(
    pool: Pooled, base: Base, unpublished: int, policy: CertaintyPolicy
) -> Judgement:
    """Test for small-study effects where there are studies enough; else undetected, said so.

    Small studies and stated funding are told as shares of the information, and lower nothing by
    themselves.
    """
    k = len(pool.members)
    weights = np.asarray(pool.weights) / sum(pool.weights)
    small = float(weights @ [e.people < SMALL_STUDY for e in pool.members])
    payers = [base.study(e.contrast.study) for e in pool.members]
    paid = float(weights @ [bool(study.funding or study.sponsor) for study in payers])
    sponsored = float(weights @ [study.sponsor in INDUSTRY for study in payers])
    numbers: dict[str, float | int | str] = {
        "studies": k,
        "registered, no results": unpublished,
        "information from small studies": small,
        "information with funding stated": paid,
        "information paid for by industry": sponsored,
    }
    source = "GRADE guidelines 5; Cochrane Handbook 13.3.5"
    beside = (
        f" Studies below {SMALL_STUDY} people hold {percent(small)} of the information; who paid "
        f"is stated for {percent(paid)}, industry for {percent(sponsored)}. Registered studies of "
        f"this use without results: {unpublished}."
    )
    if k < policy.egger_k or np.ptp([e.variance for e in pool.members]) == 0:
        reason = (
            f"Undetected, and not assessed: a test asks for {policy.egger_k} studies "
            f"that differ in size, and {k} {'gives' if k == 1 else 'give'} numbers.{beside}"
        )
        return Judgement("publication bias", 0, "not assessed", reason, numbers, source)
    name, p = check_small_studies(pool)
    numbers[f"{name} p"] = p
    found = p < policy.egger_p
    words = "small studies show other effects than large ones" if found else "no sign of it"
    reason = f"{name}'s test over {k} studies gives {p_value(p)}: {words}.{beside}"
    return Judgement("publication bias", int(found), "assessed", reason, numbers, source)


def check_small_studies(pool: Pooled) -> tuple[str, float]:
    """Test whether small studies differ: Peters for counted events, Egger for all else.

    The standard error of a ratio depends on the ratio itself, which Peters' test avoids
    (Handbook 13.3.5.4); it asks for the counts of every study.
    """
    counted = odds_and_counts(pool)
    if counted is None:
        effects = pool.members
        return "Egger", float(egger([e.estimate for e in effects], [e.variance for e in effects]).p)
    return "Peters", float(peters(*counted).p)


def judge_numbers(levels: int, given: int, body: Body) -> Judgement:
    """Say how many studies give numbers at all; a minority may be a selection."""
    reason = f"{given} of {body.k} studies of this question give numbers for the pool."
    if levels:
        reason += " Results that were not reported in full may differ."
    elif given == body.k:
        reason = f"All {given} studies of this question give numbers for the pool."
    if body.k == 1:
        reason = "The one study of this question gives numbers."
    return Judgement(
        "missing numbers",
        levels,
        "assessed",
        reason,
        {"with numbers": given, "studies": body.k},
        "ROB-ME (Page 2023); Cochrane Handbook 13.2",
    )


def judge_upgrade(levels: int, near: float, large: float) -> Judgement:
    """Say whether a body that started low earns a level back for a large effect."""
    if levels:
        reason = "The whole interval lies beyond a large effect, and nothing else lowers."
    else:
        reason = "No level is given back: that asks for a large effect and no other concern."
    numbers: dict[str, float | int | str] = {"limit": near}
    if math.isfinite(large):
        numbers["large effect"] = large
    return Judgement("upgrade", -levels, "assessed", reason, numbers, "GRADE guidelines 9")


def count_unpublished(use: str, base: Base) -> int:
    """Count studies of a use that are registered and have no results."""
    return sum(
        study.status == "registered" and use in study.conditions and not study.out_of_scope
        for study in base.studies
    )
