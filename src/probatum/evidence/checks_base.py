"""Checks of a base as a whole: doubles, citations, overrides, and base.toml against itself."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from types import MappingProxyType

from probatum.errors import Severity
from probatum.evidence.config import BaseConfig, OverrideRecord, Scale, Thresholds
from probatum.evidence.flaw import Flaw, Place, warning
from probatum.evidence.mending import did_you_mean
from probatum.study import Report, Study
from probatum.vocabulary import SECTION_TEXTS

CITATION = re.compile(r"\[@[^\]\n]*\]")
LEAST_TITLE = 30
"""Letters of a title that no other report is likely to have."""
CITED = re.compile(r"@([^\s;,\]]+)")


def plain(text: str) -> str:
    """Return small ASCII letters and digits with single spaces, so that titles can be compared."""
    ascii_text = unicodedata.normalize("NFKD", re.sub(r"[‐-―−]", " ", text)).encode(
        "ascii", "ignore"
    )
    return re.sub(r"[^a-z0-9]+", " ", ascii_text.decode().lower()).strip()


def doubles(records: Sequence[Report]) -> Iterator[tuple[str, Flaw]]:
    """Find records that are of one report, and ids that two records bear; yield file and flaw."""
    ids: dict[str, Report] = {}
    seen: dict[tuple[str, str, str], Report] = {}
    titles: dict[str, Study] = {}
    for record in records:
        other = ids.setdefault(record.id, record)
        if other is not record:
            message = f"`{record.id}` is also the id of {other.file}"
            yield record.file, Flaw(("id",), message, "give one of them another id and file name")
        for name, value in _marks(record):
            other = seen.setdefault((type(record).__name__, name, value), record)
            if other is not record:
                yield record.file, _double(record, other, name)
                break
        else:
            if isinstance(record, Study):
                yield from _same_title(record, titles)


def _same_title(study: Study, titles: dict[str, Study]) -> Iterator[tuple[str, Flaw]]:
    """Ask of studies with one title and two years, which are often online copy and issue."""
    title = plain(study.title)
    other = titles.setdefault(title, study)
    linked = other.id in study.same_people or study.id in other.same_people
    if len(title) > LEAST_TITLE and other.year != study.year and not linked:
        message = f"the title is that of {other.file}, of {other.year}"
        mend = "join the two into one file, or name the other in `same_people`"
        yield study.file, warning(("title",), message, mend)


def _marks(record: Report) -> Iterator[tuple[str, str]]:
    for name in ("doi", "pmid", "pmcid"):
        value = getattr(record, name)
        if value:
            yield name, value.lower()
    title = plain(record.title)
    if len(title) > LEAST_TITLE:
        yield "title", f"{title} {record.year}"


def _double(record: Report, other: Report, name: str) -> Flaw:
    clash = record.doi and other.doi and record.doi.lower() != other.doi.lower()
    same = "title and year are those" if name == "title" else f"the {name.upper()} is that"
    message = f"{same} of {other.file}: one study would count twice"
    mend = "join the two records into one file, or mend the identifier"
    severity: Severity = "warning" if name == "title" and clash else "error"
    return Flaw((name,), message, mend, severity)


def same_people(
    studies: Sequence[Study], faulty: Mapping[str, str] = MappingProxyType({})
) -> Iterator[tuple[str, Flaw]]:
    """Check `same_people`, and point out studies that may share people without saying so.

    Published studies that share a registration may be two reports of one trial. ``faulty`` are
    the files of records that errors keep out, by id.
    """
    known = {study.id for study in studies}
    seen: dict[str, Study] = {}
    for study in studies:
        for index, name in enumerate(study.same_people):
            place: Place = ("same_people", index)
            if name in faulty:
                message = f"`{name}` is kept out by errors of its own"
                yield study.file, warning(place, message, f"mend {faulty[name]}")
            elif name not in known - {study.id}:
                message = f"`{name}` is no other study of this base"
                yield study.file, Flaw(place, message, did_you_mean(name, known - {study.id}))
        for index, number in enumerate(study.registrations):
            other = seen.setdefault(number.upper(), study)
            linked = other.id in study.same_people or study.id in other.same_people
            reported = "registered" not in {study.status, other.status}
            if other is not study and reported and not linked:
                message = f"{number} is also the registration of {other.file}"
                mend = "name the other record in `same_people`, or say in `note` how they differ"
                yield study.file, warning(("registrations", index), message, mend)


def citations(
    texts: Mapping[str, str],
    known: Mapping[str, Report],
    faulty: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[tuple[str, int, str, str]]:
    """Find citations of records that are not there; yield file, line, message and mend."""
    for file, content in texts.items():
        for number, line in enumerate(content.split("\n"), start=1):
            for group in CITATION.findall(line):
                for name in CITED.findall(group):
                    if name in faulty:
                        message = f"[@{name}] cites a record that is kept out by its errors"
                        yield file, number, message, f"mend {faulty[name]}"
                    elif name not in known:
                        message = f"[@{name}] cites a record that is not in the base"
                        yield file, number, message, did_you_mean(name, known)


def unread(texts: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Find texts that no section reads, by their file names; yield file, message and mend."""
    names = {name for names in SECTION_TEXTS.values() for name in names}
    for file in texts:
        name = PurePosixPath(file).stem
        if name not in names:
            yield file, f"no page shows a text called `{name}`", did_you_mean(name, names)


def overrides(given: Sequence[OverrideRecord], config: BaseConfig) -> Iterator[Flaw]:
    """Check that overrides speak of uses that exist, once each, and have not run out."""
    uses = {use.slug for use in config.uses}
    targets = [(row.use, row.policy or config.policy) for row in given]
    times = Counter(targets)
    for index, row in enumerate(given):
        place: Place = ("overrides", index)
        if row.use not in uses:
            message = f"`{row.use}` is no use of this base"
            yield Flaw((*place, "use"), message, did_you_mean(row.use, uses))
        if times[targets[index]] > 1:
            message = f"`{row.use}` is overridden {times[targets[index]]} times"
            yield Flaw((*place, "use"), message, "keep one override a use and policy")
        if row.until < row.date:
            message = f"the override ends on {row.until}, before it begins on {row.date}"
            yield Flaw((*place, "until"), message, "mend one of the dates")
        elif row.until < config.date:
            message = f"the override ran out on {row.until}; the base is of {config.date}"
            yield warning((*place, "until"), message, "remove it, or decide anew and say why")


def config_words(config: BaseConfig) -> Iterator[Flaw]:
    """Check that what base.toml speaks of is declared there, once."""
    lists: tuple[tuple[str, Sequence[str]], ...] = (
        ("arm_kinds", [row.slug for row in config.arm_kinds]),
        ("techniques", [row.slug for row in config.techniques]),
        ("domains", [row.slug for row in config.domains]),
        ("scales", [row.slug for row in config.scales]),
        ("uses", [row.slug for row in config.uses]),
        ("hypotheses", [row.slug for row in config.hypotheses]),
    )
    for name, slugs in lists:
        for index, slug in enumerate(slugs):
            if slug in slugs[:index]:
                message = f"`{slug}` is declared twice under `{name}`"
                yield Flaw((name, index, "slug"), message, "give each its own slug")
    if all(kind.arm_class != "therapy" for kind in config.arm_kinds):
        message = "no kind of arm is the therapy, so no study can count"
        yield Flaw(("arm_kinds",), message, 'give one of them class = "therapy"')
    declared = {name: set(slugs) for name, slugs in lists}
    for place, kind, slug in _config_mentions(config):
        if slug not in declared[kind]:
            message = f"`{slug}` is not declared under `{kind}`"
            yield Flaw(place, message, did_you_mean(slug, declared[kind]))


def _config_mentions(config: BaseConfig) -> Iterator[tuple[Place, str, str]]:
    for index, use in enumerate(config.uses):
        for name, kind in (("critical", "domains"), ("important", "domains"), ("related", "uses")):
            for position, slug in enumerate(getattr(use, name)):
                yield ("uses", index, name, position), kind, slug
    for index, scale in enumerate(config.scales):
        yield ("scales", index, "domain"), "domains", scale.domain
    for index, row in enumerate(config.indirectness):
        yield ("indirectness", index, "use"), "uses", row.use
        if row.domain:
            yield ("indirectness", index, "domain"), "domains", row.domain
    for index, risk in enumerate(config.baseline):
        yield ("baseline", index, "use"), "uses", risk.use
        yield ("baseline", index, "domain"), "domains", risk.domain
        if risk.scale:
            yield ("baseline", index, "scale"), "scales", risk.scale


def config_sizes(config: BaseConfig) -> Iterator[Flaw]:
    """Check ranges, thresholds and time bands of base.toml, and that no two scales share a name."""
    names: dict[tuple[str, str], Scale] = {}
    for index, scale in enumerate(config.scales):
        place: Place = ("scales", index)
        if scale.low >= scale.high:
            message = f"a scale cannot run from {scale.low:g} to {scale.high:g}"
            yield Flaw((*place, "low"), message, "write the smallest score under `low`")
        elif scale.thresholds:
            yield from _thresholds(scale.thresholds, (*place, "thresholds"))
            if scale.thresholds.small > scale.high - scale.low:
                message = f"{scale.thresholds.small:g} is more than the whole scale"
                yield Flaw((*place, "thresholds", "small"), message, "check unit and range")
        for position, name in enumerate(scale.names):
            other = names.setdefault((scale.domain, name.lower()), scale)
            if other is not scale:
                message = f"`{name}` is also a name of `{other.slug}`"
                yield Flaw((*place, "names", position), message, "let one scale have the name")
    yield from _thresholds(config.smd, ("smd",))
    if config.contrast.immediate_weeks >= config.contrast.short_weeks:
        message = "`immediate` reaches further than `short`"
        yield Flaw(("contrast", "immediate_weeks"), message, "make it smaller than `short_weeks`")
    yield from _baselines(config)


def _baselines(config: BaseConfig) -> Iterator[Flaw]:
    """Check that a risk lies between 0 and 1, and a mean score on its scale."""
    ranges = {scale.slug: (scale.low, scale.high) for scale in config.scales}
    for index, row in enumerate(config.baseline):
        low, high = ranges.get(row.scale, (row.value,) * 2) if row.scale else (0, 1)
        if not low <= row.value <= high:
            message = f"{row.value:g} is not between {low:g} and {high:g}"
            mend = "give a risk from 0 to 1, or name the `scale` of a mean score"
            yield Flaw(("baseline", index, "value"), message, mend)


def _thresholds(given: Thresholds, place: Place) -> Iterator[Flaw]:
    sizes = [size for size in (given.small, given.moderate, given.large) if size is not None]
    if sizes != sorted(set(sizes)):
        message = "sizes that matter must rise from small to large"
        yield Flaw((*place, "small"), message, "put them in order")
