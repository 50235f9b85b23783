"""``probatum explain``: the tree from a rating down to each study and its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from probatum.cli.common import base_option
from probatum.cli.rate import assess_or_exit
from probatum.numbers import plural

if TYPE_CHECKING:
    from rich.tree import Tree

    from probatum.certainty.model import Graded
    from probatum.findings import Contrast, Effect
    from probatum.rating.assess import Assessment
    from probatum.rating.model import QuestionRating, Rating

MOST_SETS = 10
"""Sets of studies whose removal moves a rating that are named; the rest is counted."""


@click.command()
@click.argument("use")
@base_option
@click.option("--policy", metavar="NAME", help="Rating scale; by default the base's own.")
@click.option(
    "--all", "everything", is_flag=True, help="Show every question, not only deciding ones."
)
def explain(use: str, base_dir: Path | None, policy: str | None, *, everything: bool) -> None:
    """Show how the rating of a USE came about, down to each study and its place."""
    from rich.console import Console  # noqa: PLC0415  # help must not wait for it

    from probatum.errors import UnknownName  # noqa: PLC0415  # help must not wait for it

    assessment = assess_or_exit(base_dir, policy, stability=False)
    try:
        rating = assessment.rating(use)
    except UnknownName as error:
        raise click.UsageError(str(error)) from error
    Console(highlight=False).print(draw(rating, assessment, everything=everything))


def draw(rating: Rating, assessment: Assessment, *, everything: bool = False) -> Tree:
    """Draw the rating of one use as a tree."""
    from rich.markup import escape  # noqa: PLC0415  # help must not wait for it
    from rich.tree import Tree  # noqa: PLC0415  # help must not wait for it

    use = assessment.base.use(rating.use)
    tree = Tree(
        f"[bold]{escape(use.name)}: {escape(rating.word)}[/] "
        f"({assessment.policy.title}, version {rating.version}; "
        f"{rating.k} {plural(rating.k, 'study', 'studies')}, {rating.people} people)"
    )
    for reason in rating.because:
        if reason.rule in ("word", "too little evidence", "no evidence"):
            tree.add(escape(reason.words))
    shown = rating.questions if everything else rating.deciding or rating.most_told(use.critical)
    for question in shown:
        branch = _add_question(tree, question, assessment, decides=question in rating.deciding)
        _add_certainty(branch, question, everything=everything)
        studies = branch.add(f"Studies ({question.graded.body.k})")
        for line in _list_studies(question.graded, assessment):
            studies.add(escape(line))
    changes = _list_changes(rating)
    if changes:
        flips = tree.add("[bold]What would change it[/]")
        for change in changes:
            flips.add(escape(change))
    for line in _others(rating, assessment):
        tree.add(escape(line))
    return tree


def _others(rating: Rating, assessment: Assessment) -> Iterator[str]:
    """Yield what stands beside the computed rating."""
    yardstick = assessment.base.config.yardstick
    if rating.override:
        o = rating.override
        yield f"A person decided otherwise: {o.word} ({o.by}, {o.date} to {o.until}): {o.reason}"
    if rating.published and yardstick:
        yield f"{yardstick.name} says: {rating.published}"


def _list_changes(rating: Rating) -> list[str]:
    """Return what would change a rating; removals to the same word share a line."""
    changes = [flip.words for flip in rating.would_change if flip.kind != "removal"]
    removals: dict[str, list[str]] = {}
    for flip in rating.would_change:
        if flip.kind == "removal":
            removals.setdefault(flip.to, []).append(str(flip.numbers["studies"]).replace(" ", "+"))
    for to, sets in removals.items():
        shown, more = ", ".join(sets[:MOST_SETS]), len(sets) - MOST_SETS
        more_words = f" and {more} more (rate --json names them)" if more > 0 else ""
        which = "any one of " if len(sets) > 1 else ""
        changes.append(f"Without {which}{shown}{more_words}: {to}.")
    return changes


def _add_question(
    tree: Tree, question: QuestionRating, assessment: Assessment, *, decides: bool
) -> Tree:
    from rich.markup import escape  # noqa: PLC0415  # help must not wait for it

    from probatum.rating.question import describe  # noqa: PLC0415  # help must not wait for it

    graded = question.graded
    labels = {domain.slug: domain.label for domain in assessment.base.config.domains}
    where = describe(
        question.question, labels.get(question.question.domain, question.question.domain)
    )
    state = "decides" if decides else "does not decide"
    branch = tree.add(
        f"[bold]{escape(where[:1].upper() + where[1:])}[/] ({state}): {graded.side}, "
        f"{graded.certainty.level} certainty"
    )
    branch.add(escape(graded.certainty.lane_reason))
    for reason in question.because:
        if reason.rule in ("side", "comparator", "volume"):
            branch.add(escape(reason.words))
    return branch


def _add_certainty(branch: Tree, question: QuestionRating, *, everything: bool) -> None:
    """Add the steps of grading; those that took nothing share a line unless all are asked for."""
    from rich.markup import escape  # noqa: PLC0415  # help must not wait for it

    certainty = question.graded.certainty
    steps = branch.add(f"Certainty starts at {certainty.start}")
    quiet: dict[str, list[str]] = {"no concern": [], "not assessed": []}
    for judgement in certainty.judgements:
        unknown = judgement.assessment == "not assessed"
        if everything or judgement.levels or judgement.domain == "risk of bias":
            mark = f"{-judgement.levels:+d}" if judgement.levels else "?" if unknown else "0"
            words = f"{mark} {judgement.domain}: {judgement.reason} ({judgement.source})"
            steps.add(escape(words))
        else:
            quiet["not assessed" if unknown else "no concern"].append(judgement.domain)
    for state, domains in quiet.items():
        if domains:
            steps.add(f"{'?' if state == 'not assessed' else '0'} {', '.join(domains)}: {state}")
    if certainty.cap_reason:
        steps.add(escape(f"≤ {certainty.cap_reason}"))


def _list_studies(graded: Graded, assessment: Assessment) -> Iterable[str]:
    """Yield one line a study: what it shows, its weight in the pool, and where it stands."""
    from probatum.certainty.target import say_estimate  # noqa: PLC0415  # help must not wait

    pool = graded.body.pools[0] if graded.body.pools else None
    digits = graded.certainty.target.digits
    effects: dict[str, list[tuple[Effect, float]]] = {}
    if pool:
        for effect, weight in zip(pool.members, pool.weights, strict=True):
            effects.setdefault(effect.contrast.study, []).append((effect, weight))
    for member in graded.body.overall.members:
        study = member.contrast.study
        people = (
            "people unknown"
            if member.contrast.people is None
            else (f"{member.contrast.people} people")
        )
        shows: str = member.side
        if pool and study in effects:
            total = sum(pool.weights)
            shows = "; ".join(
                f"{say_estimate(e.estimate, e.ci, pool, digits)}, {100 * w / total:.0f}%"
                for e, w in effects[study]
            )
        yield f"{study}: {shows}; {people}; {_place(member.contrast, assessment)}"


def _place(contrast: Contrast, assessment: Assessment) -> str:
    """Say in which file a result stands and where the report gives it."""
    study = assessment.base.study(contrast.study)
    index = contrast.outcomes[0]
    where = study.outcomes[index].where or study.sources[0].kind
    return f"{study.file or study.id} outcomes[{index}], {where}"
