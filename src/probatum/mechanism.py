"""Reports on how the therapy may work."""

from __future__ import annotations

from pydantic import Field

from probatum.study import Report, Text
from probatum.vocabulary import MechanismKind, Support


class MechanismReport(Report):
    """One finding for or against a hypothesis of how the therapy works."""

    hypothesis: Text = Field(description="The hypothesis in own words.")
    group: Text | None = Field(
        None, description="Slug of the base's `hypotheses` under which it is read."
    )
    kind: MechanismKind = Field(description="What was studied.")
    finding: Text = Field(description="What was found, with figures, in own words.")
    supports: Support = Field(description="What the finding does to the hypothesis.")
