"""Laws that every sentence of the shipped monograph keeps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from probatum.evidence.base import Base
from probatum.monograph.model import Claim, Monograph, Prose, Section, Span, Table
from probatum.monograph.references import cited_in
from probatum.monograph.sentence import question_ref
from probatum.rating.assess import Assessment
from probatum.site.backlinks import backlinks

FROM_RECORDS = ("precautions", "interactions", "dosing", "how-it-works", "side-effects")
"""Sections whose sentences quote records, so that their words are not ours to shorten."""


def parts(monograph: Monograph) -> Iterator[tuple[str, Claim | Prose | Table]]:
    for section in monograph.sections:
        for passage in section.passages:
            for part in passage.parts:
                yield section.slug, part
    for use in monograph.uses:
        for part in use.parts():
            yield f"uses/{use.slug}", part


def claims(monograph: Monograph) -> list[tuple[str, Claim]]:
    return [(page, part) for page, part in parts(monograph) if isinstance(part, Claim)]


def offenders(monograph: Monograph, broken: Callable[[Claim], bool]) -> list[str]:
    return [f"{page}: {claim.text}" for page, claim in claims(monograph) if broken(claim)]


def test_a_sentence_starts_with_a_capital_and_ends_with_a_period(monograph: Monograph) -> None:
    def broken(claim: Claim) -> bool:
        return not re.match(r"[“\"(]*[A-Z0-9]|“\(|\[", claim.text) or not claim.text.endswith(
            (".", "!", "?", ".”", '."', ".)")
        )

    assert offenders(monograph, broken) == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"  ",
        r"\s[.,;:]",
        r"\.\.",
        r"\b(\w+) \1\b",
        r"(?<![\d,.])1 (studies|people|uses|reports|points|sessions|weeks|levels|groups)\b",
        r"\b(0|[2-9]|\d\d+) (study|person|report|review|level)\b(?! with a known)",
        r"\ba [aeio]\w",
        r"people with (muscle strength|stress)",
        r"\d\.\d{4,}",
        r"\bNone\b(?! (of|after|named|in))",
        r"\bnan\b|\binf\b|\{|\}",
        r"--",
        r"\( | \)|\(\)",
        r" ,|,,|;;",
    ],
)
def test_no_sentence_of_ours_stumbles(monograph: Monograph, pattern: str) -> None:
    quoted = {"review", "safety", "mechanism"}

    def ours(claim: Claim) -> str:
        spans = (s for s in claim.spans if not any(g.kind in quoted for g in s.grounds))
        return "\N{OBJECT REPLACEMENT CHARACTER}".join(span.text for span in spans)

    assert offenders(monograph, lambda claim: re.search(pattern, ours(claim)) is not None) == []


def test_every_number_in_a_sentence_has_grounds(monograph: Monograph) -> None:
    def bare(claim: Claim) -> bool:
        return any(re.search(r"\d", span.text) and not span.grounds for span in claim.spans)

    assert offenders(monograph, bare) == []


def test_plain_sentences_are_short(monograph: Monograph) -> None:
    for page, claim in claims(monograph):
        ours = page not in FROM_RECORDS and not claim.id.endswith(("-searched", "-detail"))
        if claim.edition != "professional" and ours:
            limit = 40 if "-flip-" in claim.id else 30
            limit += 10 * (", and of " in claim.text)  # one trial, two comparisons
            assert len(claim.text.split()) < limit, claim.text


def test_plain_sentences_hold_no_jargon(monograph: Monograph) -> None:
    jargon = re.compile(r"\b(CI|I²|τ²|GRADE|REML|SMD|Hedges|heterogeneity|confidence interval)\b")
    for page, claim in claims(monograph):
        if claim.edition != "professional" and page not in FROM_RECORDS:
            assert not jargon.search(claim.text), claim.text


def test_ids_are_unique_on_a_page_and_fit_an_address(monograph: Monograph) -> None:
    ids = Counter((page, part.id) for page, part in parts(monograph) if not isinstance(part, Prose))
    assert [where for where, number in ids.items() if number > 1] == []
    assert [i for _, i in ids if not re.fullmatch(r"[a-zA-Z0-9-]+", i)] == []


def test_each_edition_tells_every_use(monograph: Monograph) -> None:
    for use in monograph.uses:
        for edition in ("consumer", "professional"):
            shown = [claim for claim in use.claims() if claim.edition in {"both", edition}]
            assert len(shown) >= 5, use.slug
            assert use.rating.word in {span.text for c in use.verdict for span in c.spans}


def test_sections_stand_in_the_order_of_the_outline(monograph: Monograph) -> None:
    assert [section.slug for section in monograph.sections] == [
        "overview",
        "how-it-works",
        "uses",
        "side-effects",
        "precautions",
        "interactions",
        "dosing",
        "references",
        "conditions-of-use",
    ]
    assert all(section.passages for section in monograph.sections)


def section(monograph: Monograph, slug: str) -> Section:
    return next(section for section in monograph.sections if section.slug == slug)


def test_no_use_is_silent_and_none_is_left_out(monograph: Monograph, shipped: Base) -> None:
    assert [use.slug for use in monograph.uses] == [use.slug for use in shipped.config.uses]
    for use in monograph.uses:
        told = " ".join(claim.text for claim in use.claims())
        if not use.studies:
            assert "no study" in told
            assert "2026" in told
            assert any(span.grounds for claim in use.verdict for span in claim.spans)
    listed = " ".join(claim.text for claim in section(monograph, "uses").claims())
    assert all(use.name in listed for use in monograph.uses)


def test_nothing_not_shown_is_said_not_to_work(
    monograph: Monograph, assessment: Assessment
) -> None:
    failing = re.compile(r"does not (work|help)|makes? no difference|\bineffective\b|useless")
    for use in monograph.uses:
        if use.rating.word != assessment.policy.insufficient:
            continue
        for claim in (use.glance, *use.verdict, *use.sentences):
            ours = "".join(s.text for s in claim.spans if not s.grounds)
            told = ours.replace("which is not the same as knowing that it does not help", "")
            assert not failing.search(told), claim.text


def test_a_known_effect_is_claimed_only_where_the_policy_draws_a_conclusion(
    monograph: Monograph, assessment: Assessment
) -> None:
    unknown = assessment.policy.insufficient
    known = {
        question_ref(q.question)
        for rating in assessment.ratings.values()
        for q in rating.questions
        if q.word != unknown
    }
    for use in monograph.uses:
        for claim in use.sentences:
            if claim.edition == "consumer" and re.search(r"\b(may|probably) ", claim.text):
                refs = [g.ref for g in claim.grounds if g.kind == "question"]
                assert refs
                assert set(refs) <= known, claim.text


def test_references_are_linked_both_ways(monograph: Monograph, shipped: Base) -> None:
    assert {reference.record for reference in monograph.references} == set(shipped.records)
    cited: dict[tuple[str, str], set[str]] = {}
    for page, part in parts(monograph):
        name = "" if isinstance(part, Prose) else part.id
        cited.setdefault((page, name), set()).update(cited_in(part))
    for reference in monograph.references:
        assert reference.cited_by, reference.record
        for place in reference.cited_by:
            if place.part:
                assert reference.record in cited[place.page, place.part]
    told = {
        (r.record, place.page, place.part) for r in monograph.references for place in r.cited_by
    }
    for (page, name), records in cited.items():
        if page != "references":
            assert {(record, page, name) for record in records} <= told


def test_what_is_told_first_comes_from_randomised_studies_where_there_are_any(
    shipped: Base, assessment: Assessment
) -> None:
    chosen = 0
    for use in shipped.config.uses:
        rating = assessment.ratings[use.slug]
        for told in rating.most_told(use.critical):
            alike = [r for r in rating.questions if r.question.domain == told.question.domain]
            chances = {row.graded.body.randomised for row in alike}
            assert told.graded.body.randomised is (True in chances)
            chosen += len(chances) > 1
    assert chosen > 1, "no outcome has studies of both kinds"


def test_case_reports_are_counted_the_same_everywhere(monograph: Monograph) -> None:
    told = {claim.id: claim.text for _, claim in claims(monograph)}
    number = told["side-effects-serious-cases"].partition(" ")[0]
    assert told["safety-cases"].startswith(f"{number} published case reports and ")


def test_a_passage_of_one_edition_is_pointed_to_in_that_edition(monograph: Monograph) -> None:
    links = {link for row in backlinks(monograph).values() for link in row}
    (needles,) = [link for link in links if link.words.startswith("Table: Needle as reported")]
    assert needles.edition == "professional"
    assert needles.target.startswith("professional/dosing/")


def test_every_ground_points_to_something(monograph: Monograph, assessment: Assessment) -> None:
    base = assessment.base
    questions = {question_ref(q) for q in assessment.graded}
    known = {
        "study": {study.id for study in base.studies},
        "review": {review.id for review in base.reviews},
        "safety": {report.id for report in base.safety},
        "mechanism": {report.id for report in base.mechanisms},
        "question": questions,
        "use": {use.slug for use in base.config.uses},
    }
    for _, part in parts(monograph):
        for span in spans(part):
            for ground in span.grounds:
                if ground.kind in known:
                    assert ground.ref in known[ground.kind], ground


def spans(part: Claim | Prose | Table) -> Iterator[Span]:
    if isinstance(part, Claim):
        yield from part.spans
    elif isinstance(part, Table):
        yield from (span for row in part.rows for cell in row for span in cell.spans)


def test_tables_are_whole(monograph: Monograph) -> None:
    for _, part in parts(monograph):
        if isinstance(part, Table):
            assert part.rows
            assert part.caption
            assert {len(row) for row in part.rows} == {len(part.columns)}
            assert all(cell.spans and cell.spans[0].text for row in part.rows for cell in row)


def test_a_use_counts_its_studies_and_people_the_same_everywhere(monograph: Monograph) -> None:
    for use in monograph.uses:
        if not use.studies:
            continue
        told = " ".join(claim.text for claim in use.verdict)
        noun = "study" if use.rating.k == 1 else "studies"
        assert f"rests on {use.rating.k:,} {noun} with {use.rating.people:,} people" in told


def test_what_stands_behind_a_short_gloss_is_said_once(monograph: Monograph) -> None:
    for _, part in parts(monograph):
        for span in spans(part):
            assert span.gloss is None or span.gloss not in span.text, span
