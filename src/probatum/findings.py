"""What is computed from the records: questions, contrasts, effects and bodies of evidence.

Numbers run so that benefit is positive, whatever the scale; ratios stand on the log scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from probatum.vocabulary import ComparatorClass, Side, TimeBand

Metric = Literal["MD", "SMD", "RR"]
SetAsideReason = Literal[
    "not the therapy",
    "two forms of the therapy",
    "one arm only",
    "not yet reported",
    "retracted",
    "out of scope",
    "another contrast of the study was chosen",
    "people counted already",
    "no direction and no numbers",
]


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """One question that a body of evidence answers."""

    use: str
    domain: str
    comparator: ComparatorClass
    band: TimeBand


@dataclass(frozen=True, slots=True)
class Contrast:
    """The one comparison that a study brings to a question.

    Attributes
    ----------
    study : id of the study.
    question : what it answers.
    outcomes : indices into ``study.outcomes``, the chosen one first; more than one where
        arms are combined.
    first, second : ids of the therapy and the comparator arms; several are combined.
    flipped : whether the record names the comparator first.
    people : people analysed in both groups, where known.
    randomised : whether people were allotted at random.
    why : the rule that chose it, in words.
    limits : why it can only bring a direction (a crossover without paired data), in words.
    shares : parts into which the first and the second group are split among the contrasts of
        the study that share it (Handbook 23.3.4); each contrast gets one part.
    same_people : first id of the records that report the same people, where there are others.
    """

    study: str
    question: Question
    outcomes: tuple[int, ...]
    first: tuple[str, ...]
    second: tuple[str, ...]
    flipped: bool
    people: int | None
    randomised: bool
    why: str
    limits: tuple[str, ...] = ()
    shares: tuple[int, int] = (1, 1)
    same_people: str | None = None

    @property
    def cohort(self) -> str:
        """Id under which the people are counted: the study's own, or that of its cohort."""
        return self.same_people or self.study


@dataclass(frozen=True, slots=True)
class SetAside:
    """An outcome that answers no question here, and why; nothing is dropped in silence.

    ``outcome`` is its index in the study, or -1 for a study that records no outcome.
    """

    study: str
    outcome: int
    reason: SetAsideReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """One study's estimate on a metric, benefit positive.

    Attributes
    ----------
    estimate, variance : on the metric's scale (log for RR).
    scale : slug of the base's scale for MD, else None.
    people : people it rests on.
    made : steps from the record to the estimate, in words, in order.
    groups : (mean, sd, n) or (events, n) of first and second group where known; kept for figures.
    flags : what looks wrong in the numbers it rests on, in words.
    change : whether the groups' figures are changes from baseline.
    """

    contrast: Contrast
    metric: Metric
    estimate: float
    variance: float
    ci: tuple[float, float]
    scale: str | None
    people: int
    made: tuple[str, ...]
    groups: tuple[tuple[float, ...], tuple[float, ...]] | None = None
    flags: tuple[str, ...] = ()
    change: bool = False


@dataclass(frozen=True, slots=True)
class DirectionOnly:
    """One study that tells only which way the result went."""

    contrast: Contrast
    side: Side
    p: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A contrast with its estimate on every metric on which it can be had, or its direction.

    A mean difference on a scale of the base stands before Hedges' g.
    """

    contrast: Contrast
    result: tuple[Effect, ...] | DirectionOnly

    def under(self, contrast: Contrast) -> Measured:
        """Return what was measured as a result of that contrast, on which all else is the same."""
        if isinstance(self.result, DirectionOnly):
            return Measured(contrast, replace(self.result, contrast=contrast))
        return Measured(contrast, tuple(replace(one, contrast=contrast) for one in self.result))


@dataclass(frozen=True, slots=True)
class Survey:
    """Every contrast of a base, measured once, so that many syntheses can be made of them."""

    measured: tuple[Measured, ...]
    set_aside: tuple[SetAside, ...]

    @property
    def contrasts(self) -> tuple[Contrast, ...]:
        """The contrasts alone."""
        return tuple(item.contrast for item in self.measured)


@dataclass(frozen=True, slots=True)
class Pooled:
    """A random-effects pool of one question on one metric, benefit positive.

    Attributes
    ----------
    scale : slug of the base's scale for MD, else None.
    k, people : studies and people in it; a study whose shared group is split counts once.
    estimate, se, ci, pi, tau2, tau2_ci : on the metric's scale (log for RR).
    i2 : percent.
    method, test : estimator of tau² and test of the mean, as `probatum.stats.pool` names them.
    weights, members : share of each effect in the mean, and the effects.
    """

    metric: Metric
    scale: str | None
    k: int
    people: int
    estimate: float
    se: float
    ci: tuple[float, float]
    p: float
    pi: tuple[float, float] | None
    tau2: float
    tau2_ci: tuple[float, float] | None
    i2: float
    q: float
    q_p: float
    method: str
    test: str
    notes: tuple[str, ...]
    weights: tuple[float, ...]
    members: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class DirectionSynthesis:
    """Synthesis by direction of effect (Cochrane Handbook 12.2.1.3; SWiM item 3).

    ``proportion`` and its Wilson interval are of studies favouring the therapy among those with
    a known direction. Studies that report only "no difference" have no known direction: they
    are counted apart, and ``bounds`` give the proportion were they all against or all in favour.
    """

    benefit: int
    harm: int
    no_difference: int
    unclear: int
    people: int
    proportion: float | None
    ci: tuple[float, float] | None
    bounds: tuple[float, float] | None
    p: float | None
    members: tuple[DirectionOnly, ...]

    @property
    def k(self) -> int:
        """Studies in the synthesis."""
        return self.benefit + self.harm + self.no_difference + self.unclear


@dataclass(frozen=True, slots=True)
class PublishedEstimate:
    """A published pooled estimate, shown beside ours and never mixed in."""

    review: str
    index: int
    comparison: str
    measure: str
    estimate: float | None
    ci: tuple[float, float] | None
    k: int | None
    n: int | None
    searched_to: str | None
    certainty: str | None
    side: Side
    where: str | None
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """All evidence on one question, in its lanes.

    ``pools`` holds one pool a metric and scale, the one with most people first; it is empty
    where no study gives numbers. ``directions`` holds studies without numbers, ``overall``
    every study of the question by direction, numbers or not, for reading the lanes together.
    Where randomised studies answer the question, they alone stand in these lanes, and the
    others in ``not_randomised``: the two are not combined (Handbook chapter 24).
    """

    question: Question
    pools: tuple[Pooled, ...]
    directions: DirectionSynthesis | None
    overall: DirectionSynthesis
    published: tuple[PublishedEstimate, ...] = ()
    not_randomised: tuple[Measured, ...] = ()

    @property
    def k(self) -> int:
        """Studies that answer the question."""
        return self.overall.k

    @property
    def people(self) -> int:
        """People in the studies that answer the question, where known."""
        return self.overall.people

    @property
    def randomised(self) -> bool:
        """Whether the studies of its lanes allotted people at random."""
        return all(member.contrast.randomised for member in self.overall.members)


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything computed from a base before certainty and rating."""

    bodies: Mapping[Question, Body]
    contrasts: tuple[Contrast, ...]
    set_aside: tuple[SetAside, ...]
    published: Mapping[str, tuple[PublishedEstimate, ...]] = field(default_factory=dict)
    """Published estimates by use, whatever their question."""
