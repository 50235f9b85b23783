"""Studies of effect, as they stand in one text file each."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from probatum.vocabulary import (
    RANDOMISED,
    Better,
    BiasJudgementWord,
    BiasTool,
    Design,
    DifferenceMeasure,
    Direction,
    NoticeKind,
    SourceKind,
    Sponsor,
    Status,
)

Text = Annotated[str, Field(strict=True, min_length=1)]
Slug = Annotated[str, Field(strict=True, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Identifier = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9-]*$", max_length=80)]
LARGEST, SMALLEST = 1e12, 1e-12
"""Bounds of any figure: what lies beyond is a misprint, and its square may be no number."""
Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-LARGEST, le=LARGEST)]
Positive = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, ge=SMALLEST, le=LARGEST)]
NotNegative = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=LARGEST)]
Truth = Annotated[bool, Field(strict=True)]
Percent = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=100)]
Count = Annotated[int, Field(strict=True, ge=0, le=int(LARGEST))]
People = Annotated[int, Field(strict=True, ge=1, le=int(LARGEST))]
Year = Annotated[int, Field(strict=True, ge=1900, le=2100)]
Interval = tuple[Number, Number]
Level = Annotated[float, Field(strict=True, gt=0.5, lt=1)]
PValue = (
    Annotated[float, Field(strict=True, ge=0, le=1)]
    | Annotated[str, Field(strict=True, pattern=r"^(<|<=|>|>=)0?\.\d+$|^1(\.0*)?$")]
)


class Record(BaseModel):
    """A frozen piece of text read from an evidence base; unknown fields are refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        defer_build=True,  # parts of a record need no reader of their own
    )


class Source(Record):
    """What was read, and where in it the figures stand."""

    kind: SourceKind = Field(description="What was read.")
    url: Text | None = Field(None, description="Where it was read.")
    where: Text | None = Field(None, description="Table, page or section.")


class Notice(Record):
    """A retraction, correction or expression of concern, published after the study."""

    kind: NoticeKind = Field(description="What the notice does.")
    id: Text = Field(description="The notice's DOI, PMID or address.")
    date: Annotated[str, Field(pattern=r"^\d{4}(-\d{2}){0,2}$")] | None = Field(
        None, description="When it was published: YYYY, YYYY-MM or YYYY-MM-DD."
    )
    reason: Text | None = Field(None, description="Why, in own words.")


class Report(Record):
    """The bibliography that every record shares; ``file`` says where the record stands."""

    id: Identifier = Field(description="First author and year, ASCII: `hong1994`; names the file.")
    title: Text = Field(description="Title as published.")
    authors: tuple[Text, ...] = Field((), description="Authors as `Family I`.")
    year: Year | None = Field(None, description="Year of publication.")
    journal: Text | None = Field(None, description="Journal.")
    volume: Text | None = Field(None, description="Volume.")
    pages: Text | None = Field(None, description="Pages or article number.")
    doi: Text | None = Field(None, description="DOI, bare: `10.1234/x`.")
    pmid: Text | None = Field(None, description="PubMed number.")
    pmcid: Text | None = Field(None, description="PubMed Central number: `PMC123`.")
    registrations: tuple[Text, ...] = Field((), description="Trial or review registrations.")
    out_of_scope: Text | None = Field(
        None, description="Why the record is kept but left out of every synthesis."
    )
    sources: tuple[Source, ...] = Field(min_length=1, description="What was read, and where.")
    notices: tuple[Notice, ...] = Field((), description="Retraction, correction, concern.")
    note: Text | None = Field(None, description="Anything odd, in own words.")

    _file: str = PrivateAttr("")

    @property
    def file(self) -> str:
        """Path of the record's file, relative to its base."""
        return self._file

    def placed(self, file: str) -> Self:
        """Note the file from which the record was just read, and return the record."""
        self._file = file
        return self

    @property
    def retracted(self) -> bool:
        """Whether a retraction notice stands against the report."""
        return any(notice.kind == "retraction" for notice in self.notices)


class Arm(Record):
    """One group of a study and what it was given."""

    id: Identifier = Field(description="Short name, used by `compare` and `arm`.")
    label: Text = Field(description="What the group was given, in a few words.")
    kind: Slug = Field(description="One of the base's `arm_kinds`.")
    technique: Slug | None = Field(None, description="One of the base's `techniques`.")
    agent: Text | None = Field(None, description="Substance given.")
    dose: Text | None = Field(None, description="Dose as reported.")
    sessions: Positive | None = Field(None, description="Number of sessions.")
    weeks: NotNegative | None = Field(None, description="Length of the treatment.")
    minutes: Positive | None = Field(None, description="Minutes a session.")
    needle: Text | None = Field(None, description="Needle size as reported.")
    muscles: tuple[Text, ...] = Field((), description="Muscles treated.")
    n: People | None = Field(None, description="People randomised to the arm.")


class ArmResult(Record):
    """What one arm showed on one outcome."""

    arm: Identifier = Field(description="Id of the arm.")
    n: People | None = Field(None, description="People analysed.")
    mean: Number | None = Field(None, description="Mean.")
    sd: Positive | None = Field(None, description="Standard deviation.")
    se: Positive | None = Field(None, description="Standard error of the mean.")
    ci: Interval | None = Field(None, description="Confidence interval of the mean (95%).")
    median: Number | None = Field(None, description="Median.")
    iqr: Interval | None = Field(None, description="First and third quartile.")
    range: Interval | None = Field(None, description="Smallest and largest value.")
    events: Count | None = Field(None, description="People with the event.")
    kind: Annotated[str, Field(pattern="^(final|change)$")] | None = Field(
        None, description="`final` value or `change` from baseline."
    )


class Difference(Record):
    """A difference between two arms as the paper gives it."""

    measure: DifferenceMeasure = Field(description="Effect measure.")
    estimate: Number = Field(description="Estimate; ratios on the natural scale.")
    ci: Interval | None = Field(None, description="Confidence interval.")
    level: Level = Field(0.95, description="Level of the interval.")
    se: Positive | None = Field(None, description="Standard error (log scale for ratios).")
    t: Number | None = Field(None, description="t of the test between the groups, for an MD.")
    p: PValue | None = Field(None, description="p of the difference.")
    sign: Annotated[str, Field(pattern="^(first-minus-second|benefit-positive)$")] | None = Field(
        None, description="Which way the number runs; left out where the paper does not say."
    )
    allows_for_clusters: Truth | None = Field(
        None, description="Cluster trials: whether interval, SE, t and p allow for clusters."
    )


class Outcome(Record):
    """One comparison of two arms on one measure at one time."""

    domain: Slug = Field(description="One of the base's `domains`.")
    measure: Text = Field(description="Instrument, as the paper names it.")
    scale: Interval | None = Field(None, description="Smallest and largest possible score.")
    unit: Text | None = Field(None, description="Unit.")
    better: Better = Field(description="Which direction is better for the patient.")
    weeks: NotNegative | None = Field(
        None, description="Weeks after the end of treatment (else after randomisation)."
    )
    timepoint: Text | None = Field(None, description="The time in the paper's own terms.")
    compare: tuple[Identifier, Identifier] = Field(description="Experimental arm, then comparator.")
    arms: tuple[ArmResult, ...] = Field((), description="Results by arm.")
    difference: Difference | None = Field(None, description="The published difference.")
    direction: Direction = Field(description="What the paper concludes for this comparison.")
    p: PValue | None = Field(None, description="p of the comparison: number, or `<0.05`.")
    p_note: Text | None = Field(None, description="What the p is of, where it is not plain.")
    where: Text | None = Field(None, description="Table, figure or page.")


class AdverseEvent(Record):
    """Harms counted in one arm of a study."""

    event: Text = Field(description="What happened.")
    arm: Identifier | None = Field(None, description="Id of the arm; all arms where left out.")
    events: Count | None = Field(None, description="People (or events) with it.")
    n: People | None = Field(None, description="People at risk.")
    serious: Truth | None = Field(None, description="Serious by the usual regulatory meaning.")


class BiasAssessment(Record):
    """A published judgement of risk of bias by another team."""

    tool: BiasTool = Field(description="Which tool.")
    source: Text = Field(description="Id of the review, or name of the database.")
    items: dict[str, str] = Field({}, description="Item or domain to published judgement.")
    total: NotNegative | None = Field(None, description="PEDro total: shown, never counted.")


class SignallingAnswer(Record):
    """One answered RoB 2 signalling question."""

    answer: Annotated[str, Field(pattern="^(Y|PY|PN|N|NI|NA)$")] = Field(description="Answer.")
    rationale: Text | None = Field(None, description="Why, in own words.")
    where: Text | None = Field(None, description="Place in the report.")


class JudgementOverride(Record):
    """A human's judgement that stands beside the computed one."""

    judgement: BiasJudgementWord = Field(description="The human's judgement.")
    reason: Text = Field(description="Why the algorithm's answer does not fit.")
    by: Text = Field(description="Role of the person.")


class RoB2(Record):
    """Our own RoB 2 assessment: answers in, judgements computed."""

    outcomes: tuple[Slug, ...] = Field((), description="Outcome domains; all where empty.")
    variant: Annotated[str, Field(pattern="^(parallel|crossover|cluster)$")] = Field(
        "parallel", description="Version of the tool."
    )
    effect: Annotated[str, Field(pattern="^(assignment|adherence)$")] = Field(
        "assignment", description="Effect of interest."
    )
    by: Text = Field(description="Role of the assessor.")
    date: Text | None = Field(None, description="When it was assessed.")
    answers: dict[str, SignallingAnswer] = Field(description="Question number to answer.")
    overrides: dict[str, JudgementOverride] = Field(
        {}, description="Domain (`1` to `5`, `S` or `overall`) to a human's judgement."
    )


class RobinsI(Record):
    """ROBINS-I v2 judgements by domain, for non-randomised studies."""

    outcomes: tuple[Slug, ...] = Field((), description="Outcome domains; all where empty.")
    by: Text = Field(description="Role of the assessor.")
    domains: dict[str, Annotated[str, Field(pattern="^(low|moderate|serious|critical)$")]] = Field(
        description="Domain to judgement."
    )
    overall: Annotated[str, Field(pattern="^(low|moderate|serious|critical)$")] = Field(
        description="Overall judgement."
    )
    rationale: Text | None = Field(None, description="Why, in own words.")


class Study(Report):
    """A study of effect: who, what against what, and what came out."""

    status: Status = Field(description="`registered` has no results yet.")
    design: Design = Field(description="Design.")
    country: Text | None = Field(None, description="Country.")
    conditions: tuple[Slug, ...] = Field(
        min_length=1, description="Uses; the first is the main one."
    )
    same_people: tuple[Identifier, ...] = Field(
        (), description="Ids of other records that report the same people; they count once."
    )
    population: Text | None = Field(None, description="Who, and how long ill.")
    age_mean: Positive | None = Field(None, description="Mean age, years.")
    female_percent: Percent | None = Field(None, description="Share of women.")
    n_randomised: People | None = Field(None, description="People randomised.")
    n_analysed: People | None = Field(None, description="People analysed.")
    design_effect: Annotated[float, Field(strict=True, ge=1, le=1000)] | None = Field(
        None, description="Cluster trials: 1 + (people a cluster - 1) x intracluster correlation."
    )
    arms: tuple[Arm, ...] = Field((), description="The groups.")
    shared: tuple[Identifier, ...] = Field((), description="Arms given the co-intervention.")
    shared_treatment: Text | None = Field(None, description="Co-intervention given to all.")
    outcomes: tuple[Outcome, ...] = Field((), description="Results.")
    adverse_events: tuple[AdverseEvent, ...] = Field((), description="Harms.")
    bias: tuple[BiasAssessment, ...] = Field((), description="Published risk of bias.")
    rob2: tuple[RoB2, ...] = Field((), description="Our RoB 2 assessments.")
    robins_i: tuple[RobinsI, ...] = Field((), description="Our ROBINS-I judgements.")
    funding: Text | None = Field(None, description="Who paid.")
    sponsor: Sponsor | None = Field(
        None, description="Kind of payer: a maker or seller of what was tested is `industry`."
    )
    conflicts: Text | None = Field(None, description="Declared interests.")

    @property
    def randomised(self) -> bool:
        """Whether people were allotted at random."""
        return self.design in RANDOMISED

    @property
    def retracted(self) -> bool:
        """Whether the study is withdrawn, by status or by notice."""
        return self.status == "retracted" or super().retracted

    def arm(self, arm_id: str) -> Arm:
        """Return the arm of that id; raises StopIteration where there is none."""
        return next(arm for arm in self.arms if arm.id == arm_id)
