"""Reports of harm: surveys, case reports, guidelines, labels."""

from __future__ import annotations

from pydantic import Field

from probatum.study import Count, Interval, NotNegative, Percent, Record, Report, Slug, Text
from probatum.vocabulary import EventSeverity, SafetyKind


class HarmEvent(Record):
    """One kind of harm, with its count and denominator where the report gives them."""

    event: Text = Field(description="What happened.")
    severity: EventSeverity | None = Field(None, description="How bad.")
    events: Count | None = Field(None, description="How many.")
    treatments: Count | None = Field(None, description="Out of how many treatments.")
    people: Count | None = Field(None, description="Out of how many people.")
    percent: Percent | None = Field(None, description="Percent as published.")
    per_10000: NotNegative | None = Field(None, description="Rate per 10,000 as published.")
    ci: Interval | None = Field(None, description="Published interval of the rate.")
    outcome: Text | None = Field(None, description="How it ended, or a remark.")
    where: Text | None = Field(None, description="Table, figure or page.")


class Precaution(Record):
    """Something to mind before treating."""

    topic: Text = Field(description="What it is about.")
    statement: Text = Field(description="The precaution in own words.")


class Interaction(Record):
    """A medicine or condition that changes the risk."""

    agent: Text = Field(description="The therapy or the substance given with it.")
    with_: Text = Field(alias="with", description="What it meets.")
    effect: Text = Field(description="What may happen.")
    severity: Text = Field(description="How bad, as the source grades it.")
    level_of_evidence: Text = Field(description="What the statement rests on.")
    statement: Text = Field(description="The statement in own words.")


class SafetyReport(Report):
    """A report of harm."""

    kind: SafetyKind = Field(description="Kind of report.")
    technique: Slug = Field(description="One of the base's safety `techniques`.")
    country: Text | None = Field(None, description="Country.")
    region: Text | None = Field(None, description="Body region.")
    muscles: tuple[Text, ...] = Field((), description="Muscles treated.")
    agent: Text | None = Field(None, description="Substance given.")
    events: tuple[HarmEvent, ...] = Field((), description="Harms.")
    precautions: tuple[Precaution, ...] = Field((), description="Precautions.")
    interactions: tuple[Interaction, ...] = Field((), description="Interactions.")
