"""``base.toml``: what one monograph is about, and the rules declared for it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from probatum.review import Month
from probatum.study import NotNegative, Number, Positive, Record, Slug, Text, Truth, Year
from probatum.vocabulary import ArmClass, Better, ComparatorClass, RatingWord, TimeBand


def _in_calendar(text: str) -> str:
    date.fromisoformat(text)
    return text


IsoDate = Annotated[
    str, Field(strict=True, pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_in_calendar)
]


class Therapy(Record):
    """How sentences speak of the therapy."""

    name: Text = Field(description="`trigger point therapy`: used in the middle of a sentence.")
    subject: Text = Field(
        description="What the studies gave, as a subject that takes a singular verb: "
        "`needling or injecting trigger points`."
    )
    practitioners: Text = Field("practitioners", description="Who gives it.")


class ArmKind(Record):
    """A kind of arm; its class decides what a comparison can show."""

    slug: Slug = Field(description="Used by `arms[].kind`.")
    label: Text = Field(description="As said in a sentence.")
    arm_class: ArmClass = Field(
        alias="class", description="`therapy`, `inactive` (sham, placebo, nothing) or `active`."
    )


class Technique(Record):
    """A way of giving the therapy; used by arms and by safety reports."""

    slug: Slug = Field(description="Used by `technique`.")
    label: Text = Field(description="As said in a sentence.")
    therapy: Truth = Field(
        default=True,
        description="False for a neighbour whose harms are shown but not counted as ours.",
    )


class OutcomeDomain(Record):
    """What an outcome measures."""

    slug: Slug = Field(description="Used by `outcomes[].domain`.")
    label: Text = Field(description="As said in a sentence: `pain`.")
    better: Better = Field(description="Which direction is better, before a scale says otherwise.")
    surrogate: Truth = Field(
        default=False, description="Not felt by the patient: lowers directness."
    )
    benefit: Text = Field(description="Verb phrase for benefit: `reduces pain`.")


class Thresholds(Record):
    """Sizes of effect that matter, in the scale's own units; each with its source."""

    small: Positive = Field(description="Smallest important difference.")
    moderate: Positive | None = Field(None, description="Smallest moderate effect.")
    large: Positive | None = Field(None, description="Smallest large effect.")
    source: Text = Field(description="Where the sizes come from.")


class Scale(Record):
    """An instrument: its range and its smallest important difference."""

    slug: Slug = Field(description="Short name.")
    name: Text = Field(description="Name as shown.")
    domain: Slug = Field(description="Domain it measures.")
    names: tuple[Text, ...] = Field(
        description="Words of `outcomes[].measure` that name it; matched without regard to case."
    )
    low: Number = Field(description="Smallest score.")
    high: Number = Field(description="Largest score.")
    better: Better = Field(description="Which direction is better.")
    thresholds: Thresholds | None = Field(None, description="Sizes that matter.")


class SmdThresholds(Thresholds):
    """Sizes that matter where scales differ, in standard deviations."""


class Published(Record):
    """What another source says of a use: the yardstick, never an input."""

    rating: RatingWord = Field(description="Its rating.")
    detail: Text | None = Field(None, description="What it states, in own words.")


class Use(Record):
    """A condition the therapy is used for."""

    slug: Slug = Field(description="Used by `conditions` and in addresses.")
    name: Text = Field(description="As a heading: `Back pain`.")
    phrase: Text = Field(description="As said in a sentence: `back pain`.")
    people: Text | None = Field(
        None, description="Whom it concerns; `people with` and the phrase where left out."
    )
    critical: tuple[Slug, ...] = Field(
        min_length=1, description="Outcome domains that decide the rating, most important first."
    )
    important: tuple[Slug, ...] = Field((), description="Outcome domains shown besides.")
    related: tuple[Slug, ...] = Field(
        (), description="Other uses whose studies do not count here but are pointed to."
    )
    published: Published | None = Field(None, description="The yardstick's rating.")


class Yardstick(Record):
    """The source of the ratings shown as 'other sources say'."""

    name: Text = Field(description="Name.")
    years: Text | None = Field(None, description="Years it covers.")
    url: Text | None = Field(None, description="Address.")


class Hypothesis(Record):
    """An idea of how the therapy works, under which mechanism reports are read."""

    slug: Slug = Field(description="Used by `group` of mechanism reports.")
    name: Text = Field(description="The idea in a sentence.")


class ContrastRules(Record):
    """How one contrast per study and question is chosen."""

    immediate_weeks: NotNegative = Field(0.0, description="Up to here is `immediate`.")
    short_weeks: Positive = Field(12.0, description="Up to here is `short`.")
    unknown_time: TimeBand = Field("short", description="Band where no time is given.")
    prefer: dict[TimeBand, Annotated[str, Field(pattern="^(earliest|latest)$")]] = Field(
        {"immediate": "latest", "short": "latest", "long": "latest"},
        description="Which of several times in a band is taken.",
    )
    correlation: Annotated[float, Field(strict=True, ge=0, lt=1)] = Field(
        0.5, description="Baseline to follow-up correlation assumed where none is given."
    )
    arms: Annotated[str, Field(pattern="^(combine|split)$")] = Field(
        "combine", description="Several therapy arms against one comparator."
    )


class Indirectness(Record):
    """A human's judgement of how directly studies answer a question."""

    use: Slug = Field(description="Use.")
    domain: Slug | None = Field(None, description="Outcome domain; all where left out.")
    comparator: ComparatorClass | None = Field(None, description="Class; both where left out.")
    levels: Annotated[int, Field(strict=True, ge=0, le=2)] = Field(description="Levels lowered.")
    reason: Text = Field(description="Population, intervention, comparator or outcome, and why.")
    by: Text = Field(description="Role of the person.")


class BaselineRisk(Record):
    """How often, or how badly, people fare without the therapy."""

    use: Slug = Field(description="Use.")
    domain: Slug = Field(description="Outcome domain.")
    value: Number = Field(description="Risk (0 to 1) or mean score.")
    scale: Slug | None = Field(None, description="Scale of a mean score.")
    source: Text = Field(description="Where it comes from.")


class BaseConfig(Record):
    """The whole of ``base.toml``."""

    title: Text = Field(description="Title of the monograph.")
    slug: Slug = Field(description="Short name.")
    date: IsoDate = Field(description="Date of this state; stamps the pages instead of a clock.")
    searched_to: Month = Field(description="Month to which the literature was searched.")
    searched: tuple[Text, ...] = Field(description="What was searched.")
    policy: Slug = Field("probatum", description="Rating policy by name.")
    licence: Text = Field("CC BY 4.0", description="Licence of text and data.")
    contact: Text | None = Field(None, description="Where to report an error.")
    therapy: Therapy = Field(description="What sentences call the therapy.")
    yardstick: Yardstick | None = Field(None, description="Source of the published ratings.")
    arm_kinds: tuple[ArmKind, ...] = Field(min_length=1, description="Kinds of arm.")
    techniques: tuple[Technique, ...] = Field((), description="Ways of giving the therapy.")
    domains: tuple[OutcomeDomain, ...] = Field(min_length=1, description="Outcome domains.")
    scales: tuple[Scale, ...] = Field((), description="Instruments.")
    smd: SmdThresholds = Field(description="Sizes that matter in standard deviations.")
    uses: tuple[Use, ...] = Field(min_length=1, description="Uses, all of which get a page.")
    hypotheses: tuple[Hypothesis, ...] = Field((), description="Ideas of how it works.")
    contrast: ContrastRules = Field(
        default_factory=ContrastRules, description="How contrasts are chosen."
    )
    indirectness: tuple[Indirectness, ...] = Field((), description="Human judgements.")
    baseline: tuple[BaselineRisk, ...] = Field((), description="Baseline risks and scores.")
    since: Year | None = Field(None, description="First year searched.")


class OverrideRecord(Record):
    """A human's rating that stands beside the computed one, until a date (``overrides.toml``)."""

    use: Slug = Field(description="Use whose rating it is.")
    word: Text = Field(description="The human's rating, a word of that policy.")
    policy: Slug | None = Field(
        None, description="Rating policy it speaks to; that of `base.toml` where left out."
    )
    by: Text = Field(description="Role of the person: `editor`.")
    date: IsoDate = Field(description="When it was decided: YYYY-MM-DD.")
    until: IsoDate = Field(description="Last day on which it stands: YYYY-MM-DD.")
    reason: Text = Field(description="Why the computed rating does not fit.")


class Overrides(Record):
    """The whole of ``overrides.toml``."""

    overrides: tuple[OverrideRecord, ...] = Field((), description="Ratings decided by people.")
