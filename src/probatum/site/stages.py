"""The steps of `probatum.rating.assess`, with those that take long kept between builds.

Kept for each use are its multiverse and what would change its rating, as JSON beside the site,
with a key: the digest of the engine, the policy, the declarations and every record that the use
can rest on. Another key, and they are computed again.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np

from probatum import __version__
from probatum.certainty.grade import grade
from probatum.certainty.model import Graded
from probatum.contrast.cohort import find_cohorts
from probatum.evidence.base import Base
from probatum.evidence.config import Use
from probatum.findings import Body, Question
from probatum.pool import combine
from probatum.rating.assess import Assessment
from probatum.rating.model import Flip
from probatum.rating.outlook import look_ahead
from probatum.rating.policy import Policy, load_policy
from probatum.rating.rate import rate
from probatum.rating.stability import Multiverse, Specification, explore
from probatum.rating.trial import TrialGrid
from probatum.rating.versions import list_versions
from probatum.site.asset import Asset
from probatum.site.memory import Memory
from probatum.site.output import OURS, Output
from probatum.site.page import digest_of
from probatum.study import Report, Study

SOURCES = (".py", ".html", ".css", ".svg", ".toml")


@dataclass(frozen=True, slots=True, eq=False)
class Explored:
    """What takes long to compute of one use.

    ``multiverse`` is None where no study answers a critical question.
    """

    multiverse: Multiverse | None
    flips: tuple[Flip, ...]
    grids: tuple[TrialGrid, ...]


@dataclass(frozen=True, slots=True)
class Staged:
    """An assessment, the grids of next trials of each use, and the files that keep both."""

    assessment: Assessment
    grids: Mapping[str, tuple[TrialGrid, ...]]
    kept: tuple[Asset, ...]


@dataclass(frozen=True, slots=True, eq=False)
class GradedUse:
    """The graded bodies of one use."""

    bodies: Mapping[Question, Graded]


def assess_in_stages(base: Base, output: Output, memory: Memory | None = None) -> Staged:
    """Assess a base as `assess` does; what is kept under the same key is not computed again."""
    memory = memory or Memory()
    memory.keys = keys = keys_of(base)
    plain = grade_and_rate(base, memory)
    found = {
        slug: kept
        for slug, key in keys.items()
        if (kept := memory.find(slug, Explored) or read_kept(output, slug, key)) is not None
    }
    found |= explore_uses([use for use in base.config.uses if use.slug not in found], plain)
    for slug, explored in found.items():
        memory.keep(slug, explored)
    multiverses = {slug: one for slug in keys if (one := found[slug].multiverse) is not None}
    ratings = {
        slug: replace(
            rating,
            would_change=found[slug].flips,
            stability=multiverses[slug].stability if slug in multiverses else None,
        )
        for slug, rating in plain.ratings.items()
    }
    return Staged(
        replace(plain, ratings=ratings, multiverses=multiverses),
        {slug: found[slug].grids for slug in keys},
        tuple(
            memory.recall(slug, Asset, partial(kept_file, slug, key, found[slug]))
            for slug, key in keys.items()
        ),
    )


def grade_and_rate(base: Base, memory: Memory) -> Assessment:
    """Combine, grade and rate a base, and leave out what takes long."""
    policy, findings = load_policy(base.config.policy), combine(base)
    by_use: dict[str, list[Body]] = {}
    for question in sorted(findings.bodies):
        by_use.setdefault(question.use, []).append(findings.bodies[question])
    graded: dict[Question, Graded] = {}
    for slug, bodies in by_use.items():
        make = partial(grade_use, bodies, base, policy)
        graded |= memory.recall(slug, GradedUse, make).bodies
    return Assessment(base, policy, findings, graded, rate(graded, base, policy))


def grade_use(bodies: Iterable[Body], base: Base, policy: Policy) -> GradedUse:
    """Grade the bodies of one use."""
    return GradedUse({body.question: grade(body, base, policy.certainty) for body in bodies})


def explore_uses(uses: Iterable[Use], plain: Assessment) -> dict[str, Explored]:
    """Explore these uses alone; other versions of the evidence are made of their studies only."""
    wanted = {use.slug: use for use in uses}
    if not wanted:
        return {}
    base, graded, policy = plain.base, plain.graded, plain.policy
    studies = tuple(study for study, _ in behind(wanted, with_cohorts(base)))
    # Bodies of other uses come out incomplete; explore never looks at them.
    versions = list_versions(plain.findings, replace(base, studies=studies))
    found = {}
    for slug, use in wanted.items():
        outlook = look_ahead(plain.ratings[slug], graded, base, policy)
        multiverse = explore(use, versions, graded, base, policy)
        found[slug] = Explored(multiverse, outlook.flips, tuple(outlook.grids.values()))
    return found


def keys_of(base: Base) -> dict[str, str]:
    """Return, for each use, what changes whenever its grades or its multiverse may."""
    reviews = [file_digest(base, review) for review in base.reviews]
    policy, studies = load_policy(base.config.policy), with_cohorts(base)
    shared = digest_of(engine_digest(), base.config, policy, reviews)
    return {
        use.slug: digest_of(
            shared,
            use.slug,
            [(file_digest(base, study), cohort) for study, cohort in behind({use.slug}, studies)],
        )
        for use in base.config.uses
    }


def with_cohorts(base: Base) -> tuple[tuple[Study, str], ...]:
    """Return every study with the id under which its people count."""
    cohorts = find_cohorts(base.studies)
    return tuple((study, cohorts.get(study.id, study.id)) for study in base.studies)


def behind(
    uses: Collection[str], studies: tuple[tuple[Study, str], ...]
) -> tuple[tuple[Study, str], ...]:
    """Return the studies of some uses, and all others that report the same people."""
    meant = {cohort for study, cohort in studies if not set(study.conditions).isdisjoint(uses)}
    return tuple((study, cohort) for study, cohort in studies if cohort in meant)


def file_digest(base: Base, record: Report) -> str:
    """Return the digest of a record's file, or of its values where it has none."""
    return base.digests.get(record.file) or digest_of(record)


def kept_file(slug: str, key: str, explored: Explored) -> Asset:
    """Return the file that keeps what was explored of a use."""
    return Asset(place_of(slug), encode(key, explored))


def place_of(slug: str) -> str:
    """Return where what was explored of a use is kept."""
    return f"{OURS}/cache/use-{slug}.json"


def read_kept(output: Output, slug: str, key: str) -> Explored | None:
    """Return what was kept for a use under that key; None where nothing fits."""
    path = output.path(place_of(slug))
    if not path.is_file():
        return None
    try:
        told = json.loads(path.read_bytes())
        return decode(slug, told) if told["key"] == key else None
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def encode(key: str, explored: Explored) -> bytes:
    """Return what was explored as JSON."""
    one = explored.multiverse
    told = {
        "key": key,
        "flips": [asdict(flip) for flip in explored.flips],
        "grids": [encode_grid(grid) for grid in explored.grids],
        "multiverse": None if one is None else encode_multiverse(one),
    }
    return (json.dumps(told, separators=(",", ":"), allow_nan=False) + "\n").encode()


def decode(slug: str, told: Mapping[str, Any]) -> Explored:
    """Return what was explored from JSON; raise ValueError and the like where it does not fit."""
    body = told["multiverse"]
    return Explored(
        None if body is None else decode_multiverse(slug, body),
        tuple(Flip(**flip) for flip in told["flips"]),
        tuple(decode_grid(grid) for grid in told["grids"]),
    )


def encode_grid(grid: TrialGrid) -> dict[str, object]:
    """Return a grid of next trials for JSON."""
    return {
        "domains": grid.domains,
        "metric_unit": grid.metric_unit,
        "sizes": grid.sizes.tolist(),
        "effects": grid.effects.tolist(),
        "pooled": grid.pooled,
        "words": grid.words.tolist(),
        "leans": grid.leans.tolist(),
    }


def decode_grid(told: Mapping[str, Any]) -> TrialGrid:
    """Return a grid of next trials from JSON."""
    grid = TrialGrid(
        **{
            **told,
            "domains": tuple(map(str, told["domains"])),
            "sizes": np.array(told["sizes"], dtype=np.int64),
            "effects": np.array(told["effects"], dtype=np.float64),
            "words": np.array(told["words"], dtype=np.int64),
            "leans": np.array(told["leans"], dtype=np.int64),
        }
    )
    if {grid.words.shape, grid.leans.shape} != {(len(grid.effects), len(grid.sizes))}:
        raise ValueError("words of another shape")
    return grid


def encode_multiverse(multiverse: Multiverse) -> dict[str, object]:
    """Return a multiverse for JSON; the options of each choice are named once, then counted."""
    columns = list(zip(*multiverse.specifications, strict=True))
    places = [{name: i for i, name in enumerate(dict.fromkeys(column))} for column in columns]
    return {
        "options": [list(place) for place in places],
        "specifications": [
            [place[value] for value in column]
            for place, column in zip(places, columns, strict=True)
        ],
        "words": multiverse.words.tolist(),
        **{name: floats(getattr(multiverse, name)) for name in ("estimate", "low", "high")},
    }


def floats(values: np.ndarray) -> list[float | None]:
    """Return numbers for JSON, which has no NaN."""
    return [None if math.isnan(value) else value for value in values.tolist()]


def decode_multiverse(slug: str, body: Mapping[str, Any]) -> Multiverse:
    """Return a multiverse from JSON; raise ValueError where its parts do not fit together."""
    chosen = [
        [names[place] for place in places]
        for names, places in zip(body["options"], body["specifications"], strict=True)
    ]
    specifications = tuple(map(Specification._make, zip(*chosen, strict=True)))
    columns = {
        name: np.array([math.nan if v is None else v for v in body[name]], dtype=np.float64)
        for name in ("estimate", "low", "high")
    }
    words = np.array(body["words"], dtype=np.int64)
    if {len(words), *map(len, columns.values())} != {len(specifications)}:
        raise ValueError("columns of different length")
    return Multiverse(slug, specifications, words, **columns)


@cache
def engine_digest() -> str:
    """Return the digest of the code, templates and policies that everything is made with."""
    digest = hashlib.sha256(__version__.encode())
    for source in sorted(walk(files("probatum")), key=str):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def walk(folder: Traversable) -> list[Traversable]:
    """Return the source files in a folder of the package, however deep, but not shipped bases."""
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += walk(entry) if entry.name != "bases" else []
        elif entry.name.endswith(SOURCES):
            found.append(entry)
    return found
