"""An evidence base: a folder of text files, read into records in one go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel

from probatum.errors import Problem, UnknownName, UnusableBase
from probatum.evidence import checks_base
from probatum.evidence.checks import check_record
from probatum.evidence.config import BaseConfig, OverrideRecord, Overrides, Use
from probatum.evidence.flaw import Flaw, Place
from probatum.evidence.reader import Parsed, Text, is_there, parse, read_if_there, read_text
from probatum.mechanism import MechanismReport
from probatum.review import Review
from probatum.safety import SafetyReport
from probatum.study import Report, Study

CONFIG_FILE = "base.toml"
OVERRIDES_FILE = "overrides.toml"
CHANGES_FILE = "CHANGES.md"
FOLDERS: Mapping[str, type[Report]] = MappingProxyType(
    {"studies": Study, "reviews": Review, "safety": SafetyReport, "mechanism": MechanismReport}
)
"""Folder of a base to the records that stand in it, one a file."""

T = TypeVar("T", bound=Report)
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Base:
    """Everything that one monograph rests on; also built in memory, for tests and variants.

    Attributes
    ----------
    root : folder it was read from.
    config : ``base.toml``.
    studies, reviews, safety, mechanisms : records, sorted by id.
    texts : Markdown by name: ``text/overview.md`` is ``overview``.
    overrides : ratings decided by people.
    changes : ``CHANGES.md``, what people wrote for the changelog page.
    digests : SHA-256 of each file but ``CHANGES.md``, by its path relative to the root.
    """

    root: Path
    config: BaseConfig
    studies: tuple[Study, ...] = ()
    reviews: tuple[Review, ...] = ()
    safety: tuple[SafetyReport, ...] = ()
    mechanisms: tuple[MechanismReport, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    overrides: tuple[OverrideRecord, ...] = ()
    changes: str = ""
    digests: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def records(self) -> dict[str, Report]:
        """Every record of the base by its id, which no two share."""
        groups = (self.studies, self.reviews, self.safety, self.mechanisms)
        return {record.id: record for group in groups for record in group}

    @cached_property
    def _uses(self) -> dict[str, Use]:
        return {use.slug: use for use in self.config.uses}

    def study(self, study_id: str) -> Study:
        """Return the study of that id; raise UnknownName where there is none."""
        return self._record(study_id, Study, "study")

    def review(self, review_id: str) -> Review:
        """Return the review of that id; raise UnknownName where there is none."""
        return self._record(review_id, Review, "review")

    def use(self, slug: str) -> Use:
        """Return the use of that slug; raise UnknownName where there is none."""
        if slug not in self._uses:
            raise UnknownName(f"no use is called {slug!r}; known: {', '.join(self._uses)}")
        return self._uses[slug]

    def _record(self, record_id: str, model: type[T], what: str) -> T:
        record = self.records.get(record_id)
        if not isinstance(record, model):
            raise UnknownName(f"no {what} is called {record_id!r}")
        return record


@dataclass(frozen=True)
class Reading:
    """What came of reading a base.

    Attributes
    ----------
    base : the base, where it can be used at all.
    problems : everything wrong with it, in order.
    checked : what each record's text became, for a later reading of the same base.
    """

    base: Base | None
    problems: tuple[Problem, ...]
    checked: Mapping[Text, Parsed[Report]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep something out."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def read(root: Path, earlier: Reading | None = None) -> Reading:
    """Read the base in that folder; a file with errors is kept out, and the rest is read.

    Texts that stood in an ``earlier`` reading under the same declarations are not checked again.
    """
    if not root.is_dir():
        mend = "give the folder that holds base.toml"
        return Reading(None, (Problem(CONFIG_FILE, 0, "", "error", f"{root} is no folder", mend),))
    texts = {file: read_text(root, file) for file in sorted(_files(root))}
    problems: list[Problem] = list(_strays(root))
    config, words = _config(texts, problems)
    known: Mapping[Text, Parsed[Report]] = {}
    if earlier and earlier.base and earlier.base.config == config:
        config = words = earlier.base.config  # the same object, by which others remember results
        known = earlier.checked
    checked = _checked(texts, words, known)
    records = [r for parsed in checked.values() if (r := _keep(parsed, problems)) is not None]
    overrides = _overrides(texts, config, problems)
    prose = {file: text.content for file, text in texts.items() if file.endswith(".md")}
    changes = read_if_there(root, CHANGES_FILE)
    written = (changes, *(text for file, text in texts.items() if file in prose))
    problems += [text.problem for text in written if text.problem]
    if config is None:
        return Reading(None, tuple(sorted(problems)))
    records = _whole(records, prose, texts, problems)
    base = Base(
        root=root,
        config=config,
        studies=tuple(r for r in records if isinstance(r, Study)),
        reviews=tuple(r for r in records if isinstance(r, Review)),
        safety=tuple(r for r in records if isinstance(r, SafetyReport)),
        mechanisms=tuple(r for r in records if isinstance(r, MechanismReport)),
        texts={Path(file).stem: content for file, content in prose.items()},
        overrides=overrides,
        changes=changes.content,
        digests={file: text.digest for file, text in texts.items() if not text.problem},
    )
    return Reading(base, tuple(sorted(problems)), checked)


def shipped_base() -> Path:
    """Return the folder of the base that came with the engine, the first by name."""
    package = Path(__file__).resolve().parent.parent
    for bases in (package / "bases", package.parent.parent / "bases"):
        found = sorted(bases.glob(f"*/{CONFIG_FILE}"))
        if found:
            return found[0].parent
    raise UnusableBase("no evidence base was shipped with this copy; name one with --base")


def default_base(cwd: Path) -> Path:
    """Return the working directory when it holds a ``base.toml``, else the shipped base."""
    return cwd if (cwd / CONFIG_FILE).is_file() else shipped_base()


def _files(root: Path) -> Iterator[str]:
    """Name the files that make up a base, relative to its root."""
    yield CONFIG_FILE
    if is_there(root / OVERRIDES_FILE):
        yield OVERRIDES_FILE
    for folder in FOLDERS:
        yield from (f"{folder}/{path.name}" for path in (root / folder).glob("*.toml"))
    yield from (f"text/{path.name}" for path in (root / "text").glob("*.md"))


def _strays(root: Path) -> Iterator[Problem]:
    """Warn of files beside the records that are not read, such as ``roe2024.TOML``."""
    for folder in FOLDERS:
        for path in sorted((root / folder).glob("*")):
            kept_back = path.name.startswith(".") or path.name.endswith("~")
            if path.suffix != ".toml" and not kept_back:
                message, mend = "this is not read", "name it `ID.toml`, or move it elsewhere"
                yield Problem(f"{folder}/{path.name}", 0, "", "warning", message, mend)


def _config(
    texts: Mapping[str, Text], problems: list[Problem]
) -> tuple[BaseConfig | None, BaseConfig | None]:
    """Return base.toml where it can be used, and what stands of it for asking the records."""
    text = texts[CONFIG_FILE]
    parsed = parse(text, BaseConfig)
    config = _keep(parsed, problems)
    words = config or (parsed.rest.record if parsed.rest else None)
    if words is None:
        return None, None
    filled = parsed.rest.filled if parsed.rest else frozenset()
    flaws = _beside(filled, *checks_base.config_words(words), *checks_base.config_sizes(words))
    problems += text.problems(flaws)
    faulty = any(flaw.severity == "error" for flaw in flaws)
    return None if faulty else config, words


def _overrides(
    texts: Mapping[str, Text], config: BaseConfig | None, problems: list[Problem]
) -> tuple[OverrideRecord, ...]:
    if OVERRIDES_FILE not in texts:
        return ()
    text = texts[OVERRIDES_FILE]
    found = _keep(parse(text, Overrides), problems)
    if found is None or config is None:
        return ()
    flaws = tuple(checks_base.overrides(found.overrides, config))
    problems += text.problems(flaws)
    return () if any(flaw.severity == "error" for flaw in flaws) else found.overrides


def _checked(
    texts: Mapping[str, Text],
    config: BaseConfig | None,
    known: Mapping[Text, Parsed[Report]],
) -> dict[Text, Parsed[Report]]:
    return {
        text: known.get(text) or check(text, model, config)
        for folder, model in FOLDERS.items()
        for file, text in texts.items()
        if file.startswith(f"{folder}/")
    }


def _whole(
    records: list[Report],
    prose: Mapping[str, str],
    texts: Mapping[str, Text],
    problems: list[Problem],
) -> list[Report]:
    """Ask what only the whole base can answer; return the records without doubles."""
    studies = [record for record in records if isinstance(record, Study)]
    doubles = tuple(checks_base.doubles(records))
    known = {record.id: record for record in records}
    faulty = {Path(f).stem: f for f in texts if f.endswith(".toml") and "/" in f}
    faulty = {name: file for name, file in faulty.items() if name not in known}
    for file, flaw in (*doubles, *checks_base.same_people(studies, faulty)):
        problems += texts[file].problems([flaw])
    for file, line, message, mend in checks_base.citations(prose, known, faulty):
        problems.append(Problem(file, line, "", "error", message, mend))
    for file, message, mend in checks_base.unread(prose):
        problems.append(Problem(file, 0, "", "warning", message, mend))
    out = {file for file, flaw in doubles if flaw.severity == "error"}
    return [record for record in records if record.file not in out]


def check(text: Text, model: type[T], config: BaseConfig | None) -> Parsed[T]:
    """Parse one record and, given the base's words, ask everything of it that can be asked."""
    parsed = parse(text, model)
    found = parsed.record or (parsed.rest and parsed.rest.record)
    if not found:
        return parsed
    record = found.placed(text.file)
    filled = parsed.rest.filled if parsed.rest else frozenset()
    asked = text.problems(_beside(filled, *check_record(record, config))) if config else ()
    problems = tuple(sorted({*parsed.problems, *asked}))
    kept_out = any(problem.severity == "error" for problem in problems)
    return Parsed(None if kept_out else record, problems)


def _beside(filled: frozenset[Place], *flaws: Flaw) -> list[Flaw]:
    """Return the flaws that are not of what was only filled in."""
    return [flaw for flaw in flaws if not any(flaw.place[: len(at)] == at for at in filled)]


def _keep(parsed: Parsed[M], problems: list[Problem]) -> M | None:
    problems.extend(parsed.problems)
    return parsed.record
