"""The stage that takes longest, kept between builds: the multiverse of each use.

What is kept stands beside the site as JSON with a key: the digest of the engine, the policy, the
declarations and every record that the use can rest on. Another key, and it is computed again.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np

from probatum import __version__
from probatum.evidence.base import Base
from probatum.evidence.config import Use
from probatum.rating.assess import Assessment
from probatum.rating.stability import Multiverse, Specification, explore
from probatum.rating.versions import list_versions
from probatum.site.asset import Asset
from probatum.site.output import OURS, Output
from probatum.site.page import digest_of

SOURCES = (".py", ".html", ".css", ".svg", ".toml")
Kept = Mapping[str, tuple[str, Multiverse | None]]
"""For each use the key of its multiverse, and the multiverse; None where no study answers."""


def with_stability(assessment: Assessment, output: Output) -> tuple[Assessment, tuple[Asset, ...]]:
    """Add the multiverses to an assessment, and return the files that keep them.

    Those whose key is unchanged are read from the output folder, the others explored.
    """
    base = assessment.base
    keys = {use.slug: key_of(use, assessment) for use in base.config.uses}
    known = {slug: read_kept(output, slug, key) for slug, key in keys.items()}
    missing = [use for use in base.config.uses if known[use.slug] is None]
    found = {slug: kept[0] for slug, kept in known.items() if kept is not None}
    found |= explore_uses(missing, assessment)
    multiverses = {slug: one for slug in keys if (one := found[slug]) is not None}
    ratings = {
        slug: replace(rating, stability=multiverses[slug].stability)
        if slug in multiverses
        else rating
        for slug, rating in assessment.ratings.items()
    }
    files_of = tuple(Asset(place_of(slug), encode(key, found[slug])) for slug, key in keys.items())
    return replace(assessment, ratings=ratings, multiverses=multiverses), files_of


def explore_uses(uses: Iterable[Use], assessment: Assessment) -> dict[str, Multiverse | None]:
    """Explore these uses alone; other versions of the evidence are made of their studies only."""
    wanted = {use.slug: use for use in uses}
    if not wanted:
        return {}
    base = assessment.base
    studies = tuple(
        study for study in base.studies if not wanted.keys().isdisjoint(study.conditions)
    )
    # Bodies of other uses come out incomplete; explore never looks at them.
    versions = list_versions(assessment.findings, replace(base, studies=studies))
    return {
        slug: explore(use, versions, assessment.graded, base, assessment.policy)
        for slug, use in wanted.items()
    }


def key_of(use: Use, assessment: Assessment) -> str:
    """Return what changes whenever the multiverse of a use may."""
    base = assessment.base
    records = [study for study in base.studies if use.slug in study.conditions]
    digests = [file_digest(base, record.file, record) for record in (*records, *base.reviews)]
    return digest_of(engine_digest(), use.slug, base.config, assessment.policy, digests)


def file_digest(base: Base, file: str, record: object) -> str:
    """Return the digest of a record's file, or of its values where it has none."""
    return base.digests.get(file) or digest_of(record)


def place_of(slug: str) -> str:
    """Return where the multiverse of a use is kept."""
    return f"{OURS}/cache/stability-{slug}.json"


def read_kept(output: Output, slug: str, key: str) -> tuple[Multiverse | None] | None:
    """Return what was kept for a use under that key, in a tuple; None where nothing fits."""
    path = output.path(place_of(slug))
    if not path.is_file():
        return None
    try:
        told = json.loads(path.read_bytes())
        return (decode(slug, told["multiverse"]),) if told["key"] == key else None
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def encode(key: str, multiverse: Multiverse | None) -> bytes:
    """Return a multiverse as JSON; the options of each choice are named once and then counted."""
    body: dict[str, object] | None = None
    if multiverse is not None:
        columns = list(zip(*multiverse.specifications, strict=True))
        options = [list(dict.fromkeys(column)) for column in columns]
        body = {
            "options": options,
            "specifications": [
                [names.index(value) for names, value in zip(options, row, strict=True)]
                for row in multiverse.specifications
            ],
            "words": multiverse.words.tolist(),
            **{name: floats(getattr(multiverse, name)) for name in ("estimate", "low", "high")},
        }
    told = {"key": key, "multiverse": body}
    return (json.dumps(told, separators=(",", ":"), allow_nan=False) + "\n").encode()


def floats(values: np.ndarray) -> list[float | None]:
    """Return numbers for JSON, which has no NaN."""
    return [None if math.isnan(value) else value for value in values.tolist()]


def decode(slug: str, body: dict[str, Any] | None) -> Multiverse | None:
    """Return a multiverse from JSON; raise ValueError where its parts do not fit together."""
    if body is None:
        return None
    options = body["options"]
    specifications = tuple(
        Specification(*(str(names[i]) for names, i in zip(options, row, strict=True)))
        for row in body["specifications"]
    )
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
