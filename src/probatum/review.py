"""Systematic reviews, with the pooled figures and judgements that they published."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from probatum.study import (
    Count,
    Interval,
    Level,
    NotNegative,
    Number,
    Percent,
    PValue,
    Record,
    Report,
    Slug,
    Text,
)
from probatum.vocabulary import BiasTool, PooledMeasure, Status

Month = Annotated[str, Field(strict=True, pattern=r"^\d{4}(-(0[1-9]|1[0-2]))?$")]


class PublishedPool(Record):
    """A pooled estimate as a review published it; shown beside ours, never mixed in."""

    domain: Slug = Field(description="One of the base's `domains`.")
    comparison: Text = Field(description="What was compared with what, in whom.")
    uses: tuple[Slug, ...] = Field((), description="Uses it speaks of; the review's where empty.")
    measure: PooledMeasure = Field(description="Effect measure.")
    estimate: Number | None = Field(None, description="Estimate.")
    ci: Interval | None = Field(None, description="Confidence interval.")
    level: Level = Field(0.95, description="Level of the interval.")
    k: Count | None = Field(None, description="Number of trials.")
    n: Count | None = Field(None, description="Number of people.")
    i2: Percent | None = Field(None, description="I², percent.")
    p: PValue | None = Field(None, description="p of the estimate.")
    p_note: Text | None = Field(None, description="What the p is of, where it is not plain.")
    weeks: NotNegative | None = Field(None, description="Follow-up in weeks.")
    timepoint: Text | None = Field(None, description="Follow-up in the review's own terms.")
    sign: Annotated[str, Field(pattern="^(first-minus-second|benefit-positive)$")] | None = Field(
        None, description="Which way the number runs; left out where the review does not say."
    )
    unit: Text | None = Field(None, description="Unit.")
    certainty: Text | None = Field(None, description="GRADE certainty as published.")
    where: Text | None = Field(None, description="Table, figure or page.")


class TrialBias(Record):
    """A review's judgement of one trial."""

    trial: Text = Field(description="Id of the study, or its name in the review.")
    tool: BiasTool = Field(description="Which tool.")
    items: dict[str, str] = Field({}, description="Item or domain to judgement.")
    total: NotNegative | None = Field(None, description="PEDro total: shown, never counted.")


class PublishedCertainty(Record):
    """A GRADE word that a review published for an outcome, in its own terms."""

    outcome: Text = Field(description="Outcome as the review names it.")
    certainty: Text = Field(description="Certainty as published.")


class Review(Report):
    """A systematic review."""

    status: Status = Field(description="Published, registered or retracted.")
    conditions: tuple[Slug, ...] = Field(min_length=1, description="Uses it speaks of.")
    searched_to: Month | None = Field(None, description="Last search: YYYY-MM.")
    n_trials: Count | None = Field(None, description="Trials included.")
    n_people: Count | None = Field(None, description="People included.")
    included: tuple[Text, ...] = Field((), description="Ids of included studies.")
    conclusion: Text | None = Field(None, description="Conclusion in own words.")
    certainty: tuple[PublishedCertainty, ...] = Field((), description="Published GRADE words.")
    pooled: tuple[PublishedPool, ...] = Field((), description="Published pooled estimates.")
    bias: tuple[TrialBias, ...] = Field((), description="Judgements of single trials.")
    funding: Text | None = Field(None, description="Who paid.")
    conflicts: Text | None = Field(None, description="Declared interests.")

    @property
    def retracted(self) -> bool:
        """Whether the review is withdrawn, by status or by notice."""
        return self.status == "retracted" or super().retracted
