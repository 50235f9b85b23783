"""Size and certainty said by the GRADE table of informative statements.

The words follow Santesso N et al., GRADE guidelines 26, J Clin Epidemiol 2020;119:126-135, table 2.
"""

from __future__ import annotations

from typing import Literal

from probatum.certainty.model import Graded
from probatum.evidence.config import BaseConfig, OutcomeDomain, Thresholds
from probatum.findings import Pooled
from probatum.vocabulary import CertaintyLevel, Side

Size = Literal["large", "moderate", "small", "trivial", "unknown"]
"""``unknown`` where evidence is a direction only, or where no threshold is declared."""

HEDGE: dict[CertaintyLevel, str] = {
    "high": "",
    "moderate": "probably ",
    "low": "may ",
    "very low": "may ",
}
REVERSE: dict[str, str] = {
    "reduces": "increases",
    "lowers": "raises",
    "eases": "worsens",
    "relieves": "worsens",
    "lifts": "worsens",
    "improves": "worsens",
    "increases": "reduces",
    "raises": "lowers",
    "less": "more",
    "more": "less",
    "fewer": "more",
    "milder": "worse",
    "easier": "harder",
}
SIBILANT_ENDINGS = ("ches", "shes", "sses", "xes", "zes", "oes")


def bare(verb_phrase: str) -> str:
    """Return a third-person verb phrase without its ending: `reduces pain` → `reduce pain`."""
    verb, space, rest = verb_phrase.partition(" ")
    if verb.endswith("ies") and len(verb) > 4:
        verb = f"{verb[:-3]}y"
    elif verb.endswith(SIBILANT_ENDINGS):
        verb = verb[:-2]
    elif verb.endswith("s") and not verb.endswith("ss"):
        verb = verb[:-1]
    return f"{verb}{space}{rest}"


def reversed_phrase(benefit: str, label: str) -> str:
    """Return the phrase for harm: `makes headaches more frequent` for `… less frequent`."""
    words = benefit.split(" ")
    turned = next((n for n, word in enumerate(words) if word in REVERSE), None)
    if turned is None:
        return f"worsens {label}"
    return " ".join((*words[:turned], REVERSE[words[turned]], *words[turned + 1 :]))


def thresholds_of(pool: Pooled, config: BaseConfig) -> Thresholds | None:
    """Return the sizes that matter on a pool's metric; ratios have none declared."""
    if pool.metric == "SMD":
        return config.smd
    if pool.metric == "MD":
        scale = next((row for row in config.scales if row.slug == pool.scale), None)
        return scale.thresholds if scale else None
    return None


def size_of(graded: Graded, config: BaseConfig) -> Size:
    """Return how large the effect is against the declared thresholds, whichever way it points."""
    if graded.certainty.lane != "pooled" or not graded.body.pools:
        return "unknown"
    pool = graded.body.pools[0]
    limits = thresholds_of(pool, config)
    if limits is None:
        return "unknown"
    extent = abs(pool.estimate)
    if extent < limits.small:
        return "trivial"
    if limits.moderate is None or extent < limits.moderate:
        return "small" if limits.moderate else "moderate"
    return "large" if limits.large is not None and extent >= limits.large else "moderate"


def is_known(side: Side, certainty: CertaintyLevel) -> bool:
    """Return whether a body says enough for a sentence on what the therapy does."""
    return side != "unclear" and certainty != "very low"


def verb_phrase(side: Side, size: Size, certainty: CertaintyLevel, domain: OutcomeDomain) -> str:
    """Return the verb phrase of a known effect without its hedge: `slightly reduce pain`."""
    verb = {
        "benefit": domain.benefit,
        "harm": reversed_phrase(domain.benefit, domain.label),
        "none": f"makes little or no difference to {domain.label}",
    }[side]
    if certainty == "low":
        verb = bare(verb)
    before = "slightly " if size == "small" and side != "none" else ""
    after = " by a large amount" if size == "large" and side != "none" else ""
    return f"{before}{verb}{after}"


def effect_phrase(side: Side, size: Size, certainty: CertaintyLevel, domain: OutcomeDomain) -> str:
    """Return the verb phrase of a known effect with its hedge: `may reduce pain`."""
    return f"{HEDGE[certainty]}{verb_phrase(side, size, certainty, domain)}"


def unknown_statement(config: BaseConfig, domain: OutcomeDomain, *, too_few: bool = False) -> str:
    """Return the statement of a body that shows nothing clear, or too little to conclude from."""
    start = "too little has been studied to tell" if too_few else "it is not known"
    return f"{start} whether {config.therapy.subject} {domain.benefit}"


def statement(
    graded: Graded, config: BaseConfig, domain: OutcomeDomain, level: CertaintyLevel | None = None
) -> str:
    """Return the informative statement of a body, without its comparison and without a period.

    ``level`` is the certainty to say, where it is lower than that of the body.
    """
    subject, side = config.therapy.subject, graded.side
    level = level or graded.certainty.level
    if side == "unclear":
        return unknown_statement(config, domain)
    if level == "very low":
        return f"the evidence is very uncertain about the effect of {subject} on {domain.label}"
    return f"{subject} {effect_phrase(side, size_of(graded, config), level, domain)}"
