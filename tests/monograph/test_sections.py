"""Sections on a therapy that does not exist: nothing of the shipped one shows through."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from spa import make_base, make_config, make_study

import probatum.monograph
from probatum.evidence.base import Base
from probatum.evidence.config import Hypothesis, Technique
from probatum.mechanism import MechanismReport
from probatum.monograph.compose import compose
from probatum.monograph.dosing import Given, dosing, spread, substance_of
from probatum.monograph.interactions import interactions
from probatum.monograph.mechanisms import how_it_works
from probatum.monograph.model import Claim, Monograph, Prose, Section, Table
from probatum.monograph.people import concern_of
from probatum.monograph.precautions import precautions
from probatum.monograph.rates import Rate, headings, survey_rates
from probatum.monograph.references import format_reference
from probatum.monograph.sentence import record_ground
from probatum.monograph.side_effects import side_effects
from probatum.rating.assess import assess
from probatum.rating.policy import policy_names
from probatum.safety import SafetyReport
from probatum.study import Arm, Study

SOURCE = ({"kind": "citation"},)


def make_report(name: str, kind: str, **fields: object) -> SafetyReport:
    known = {"id": name, "title": name, "sources": SOURCE, "kind": kind, "technique": "hot"}
    return SafetyReport.model_validate({**known, **fields})


def make_spa(**fields: object) -> Base:
    config = make_config().model_copy(
        update={
            "techniques": (
                Technique(slug="hot", label="hot baths"),
                Technique(slug="sauna", label="sauna", therapy=False),
            ),
            "hypotheses": (Hypothesis(slug="warmth", name="Warmth loosens muscle"),),
        }
    )
    return replace(make_base(), config=config, **fields)  # type: ignore[arg-type]


def texts(section: Section) -> list[str]:
    parts = (part for passage in section.passages for part in passage.parts)
    return [part.text for part in parts if isinstance(part, Claim)]


def rows(section: Section, name: str) -> list[str]:
    tables = (p for passage in section.passages for p in passage.parts if isinstance(p, Table))
    table = next(table for table in tables if table.id == name)
    return [" | ".join("".join(s.text for s in cell.spans) for cell in row) for row in table.rows]


@pytest.fixture(scope="module")
def spa() -> Monograph:
    return compose(assess(make_spa()))


def test_the_engine_knows_of_no_therapy() -> None:
    folder = Path(probatum.monograph.__file__).parent
    for path in folder.glob("*.py"):
        text = path.read_text(encoding="utf-8").lower()
        # `needle` is a field of every record, whatever the therapy
        assert not re.search(r"trigger point|needl(ing|ed)|acupunct|myofasc", text), path.name


def test_a_nearly_empty_base_has_every_section_and_use(spa: Monograph) -> None:
    assert len(spa.sections) == 9
    assert [use.slug for use in spa.uses] == ["lameness", "gout"]
    gout = spa.uses[1]
    assert gout.glance.text == "Not known: no study found that answers this."
    told = [claim.text for claim in gout.verdict]
    assert told == [
        "There is insufficient evidence on bathing for gout.",
        (
            "This means that we do not know whether it helps, "
            "which is not the same as knowing that it does not help."
        ),
        "Up to January 2020 we found no study that answers this.",
        "We searched the library of the spa.",
    ]
    assert "trigger" not in repr(spa)


@pytest.mark.parametrize(
    ("direction", "people", "meaning"),
    [
        ("favours-second", 100, "it may make things worse"),
        ("no-difference", 300, "it may make little or no difference"),
    ],
)
def test_what_ineffective_means_depends_on_what_was_found(
    direction: str, people: int, meaning: str
) -> None:
    one = make_study()
    told = one.outcomes[0].model_copy(update={"direction": direction})
    studies = tuple(
        one.model_copy(update={"id": f"smith190{i}", "n_randomised": people, "outcomes": (told,)})
        for i in range(2)
    )
    lame = compose(assess(replace(make_base(), studies=studies))).uses[0]
    assert lame.rating.word == "possibly ineffective"
    assert f"This means that {meaning}, but more research could well change this." in [
        claim.text for claim in lame.verdict
    ]


def test_rates_come_from_reports_that_counted_forward_alone() -> None:
    counted = make_report(
        "survey2000",
        "prospective-survey",
        events=(
            {"event": "any mild adverse event", "events": 1463, "treatments": 7629},
            {"event": "scald", "severity": "significant", "events": 0, "treatments": 7629},
            {"event": "faint", "percent": 7.55, "treatments": 7629},
            {"event": "chill", "per_10000": 12.5, "treatments": 8000},
            {"event": "wrinkles", "percent": 50},
        ),
    )
    recalled = make_report(
        "recall2000", "retrospective-survey", events=({"event": "x", "events": 3, "people": 9},)
    )
    base = make_spa(safety=(counted, recalled))
    rates = {rate.event: rate for rate in survey_rates(base)}
    assert set(rates) == {"any mild adverse event", "scald", "faint", "chill"}
    assert (rates["chill"].events, rates["chill"].derived) == (10, True)
    assert (rates["faint"].events, rates["faint"].derived) == (576, True)
    low, high = rates["any mild adverse event"].ci
    assert (round(low, 4), round(high, 4)) == (0.1831, 0.2008)  # Wilson by hand
    told = texts(side_effects(base))
    assert "Any mild adverse event: about 19 in 100 treatments (1 report)." in told
    assert (
        "Scald: none in 7,629 treatments; the true rate could still be as high as 4 in 10,000 "
        "treatments."
    ) in told
    assert rows(side_effects(base), "side-effects-hot")[-1] == (
        "Scald | 0% | 0 of 7,629 treatments | up to 0.039% | “survey2000”"
    )


def test_what_several_reports_never_saw_is_said_once_with_the_bound_of_the_largest() -> None:
    reports = tuple(
        make_report(
            f"survey{treatments}",
            "prospective-survey",
            events=({"event": "scald", "events": 0, "treatments": treatments},),
        )
        for treatments in (300, 3000)
    )
    told = texts(side_effects(make_spa(safety=reports)))
    (never,) = (text for text in told if "none in" in text)
    assert never == (
        "Scald: none in 2 reports of 300 to 3,000 treatments; the true rate could still be as "
        "high as 1 in 1,000 treatments."
    )


def test_silence_on_pregnancy_is_said_where_no_record_speaks() -> None:
    told = texts(precautions(make_spa()))
    assert any("Not enough is known about bathing in pregnancy" in text for text in told)


def test_a_report_that_counts_in_pregnancy_is_named() -> None:
    survey = make_report(
        "survey2001",
        "prospective-survey",
        title="Baths in pregnancy",
        events=({"event": "scald", "events": 1, "treatments": 50},),
    )
    told = texts(precautions(make_spa(safety=(survey,))))
    assert "1 prospective report of bathing speaks of pregnancy." in told


def test_harm_counted_among_people_is_not_denied() -> None:
    event = {"event": "burn", "severity": "serious", "events": 0, "people": 800}
    told = texts(precautions(make_spa(safety=(make_report("a1", "trial", events=(event,)),))))
    nobody = "No prospective report in our records counts treatments and serious harm of hot baths."
    assert nobody in told


def test_few_events_get_the_exact_interval() -> None:
    report = make_report("a1", "trial")
    rate = Rate("scald", "hot", None, 1, 70, "people", record_ground(report))
    # Clopper & Pearson: 1 − 0.975^(1/70) and the 97.5% quantile of beta(2, 69)
    assert rate.ci == pytest.approx((1 - 0.975 ** (1 / 70), 0.0770), abs=1e-4)


def test_a_neighbour_is_shown_apart_and_not_counted() -> None:
    neighbour = make_report(
        "steam1999",
        "prospective-survey",
        technique="sauna",
        events=({"event": "burn", "severity": "serious", "events": 1, "treatments": 99},),
    )
    base = make_spa(safety=(neighbour,))
    told = texts(side_effects(base))
    assert told[0] == (
        "On the safety of spa therapy there is insufficient evidence; "
        "the reasons stand under precautions and warnings."
    )
    assert told[1] == (
        "No report in our records counts side effects over a known number of treatments."
    )
    assert (
        "1 report on sauna is shown for comparison; it is not counted as harms of spa therapy."
        in told
    )
    assert any("insufficient evidence" in text for text in texts(precautions(base)))


def test_cases_are_counted_by_their_shortest_name_and_never_as_rates() -> None:
    cases = tuple(
        make_report(f"case{n}", "case-report", region="foot",
                    events=({"event": event, "severity": "serious", "events": 1},))
        for n, event in enumerate(("Scald", "bilateral scald", "Cushing syndrome"))
    )  # fmt: skip
    base = make_spa(safety=cases)
    told = texts(side_effects(base))
    assert (
        "3 published case reports describe serious harm; they show what can happen, not how often."
    ) in told
    assert "Scald: 2 reports." in told
    region = texts(precautions(base))
    assert "3 case reports tell of serious harm here: Scald; Cushing syndrome." in region
    assert headings(["a b", "b", "B"]) == {"a b": "b", "b": "b", "B": "b"}


def test_precautions_go_to_the_people_whom_they_concern() -> None:
    assert concern_of("pregnancy") == "Pregnancy and breast-feeding"
    assert concern_of("Unknown clotting state") == "Bleeding and blood-thinning medicines"
    assert concern_of("training") is None
    report = make_report(
        "guide2001",
        "guideline",
        precautions=(
            {"topic": "pregnancy", "statement": "Keep the water cool."},
            {"topic": "training", "statement": "Learn to swim"},
        ),
    )
    section = precautions(make_spa(safety=(report,)))
    headed = {passage.heading: passage for passage in section.passages}
    assert headed["Pregnancy and breast-feeding"].edition == "both"
    parts = headed["Pregnancy and breast-feeding"].parts
    assert [part.text for part in parts if isinstance(part, Claim)] == [
        (
            "Not enough is known about bathing in pregnancy or while breast-feeding "
            "to call it safe then."
        ),
        "No prospective report in our records counts harm of bathing at such a time.",
        "Pregnancy (guideline): Keep the water cool.",
    ]
    assert headed["For practitioners"].edition == "professional"
    assert "Training (guideline): Learn to swim." in texts(section)


def test_interactions_stand_under_the_shortest_agent_the_gravest_first() -> None:
    def met(agent: str, other: str, severity: str) -> dict[str, str]:
        return {
            "agent": agent, "with": other, "effect": "chills", "severity": severity,
            "level_of_evidence": "label", "statement": "Mind it.",
        }  # fmt: skip

    report = make_report(
        "label-salt",
        "label",
        interactions=(
            met("salt", "water", "minor"),
            met("salt (coarse)", "ice", "serious"),
            met("soap", "none named", "serious"),
        ),
    )
    section = interactions(make_spa(safety=(report,)))
    assert [passage.heading for passage in section.passages] == ["", "Salt", "Soap"]
    assert rows(section, "interactions-1-table") == [
        "Salt (coarse) | Ice | Chills | Serious | Label | Mind it.",
        "Salt | Water | Chills | Minor | Label | Mind it.",
    ]
    assert "Salt (coarse) with ice: chills (serious; label)." in texts(section)
    assert "3 interactions are recorded, of which 2 are serious by the source's own grade." in (
        texts(section)
    )


def test_hypotheses_are_weighed_by_what_was_found() -> None:
    def found(name: str, kind: str, supports: str) -> MechanismReport:
        return MechanismReport.model_validate(
            {
                "id": name, "title": name, "sources": SOURCE, "hypothesis": "h", "group": "warmth",
                "kind": kind, "finding": "It was warm", "supports": supports,
            }
        )  # fmt: skip

    mixed = (found("a1", "human", "supports"), found("b1", "animal", "contradicts"))
    told = texts(how_it_works(make_spa(mechanisms=mixed)))
    assert "Of 2 reports on this idea, 1 supports it and 1 contradicts it." in told
    assert "Of these, 1 studied people and 1 studied animals." in told
    animals = (found("b1", "animal", "supports"), found("b2", "animal", "supports"))
    told = texts(how_it_works(make_spa(mechanisms=animals)))
    assert "All 2 reports on this idea support it." in told
    assert "All studied animals, so none tested it in people." in told
    assert "No report in our records tests this idea." in texts(how_it_works(make_spa()))


def test_dosing_is_a_distribution_and_says_who_reports_it() -> None:
    study = make_study()
    arms = tuple(
        Arm(id=f"bath{n}", label="bath", kind="bath", sessions=sessions, agent="salt 2% (sea)")
        for n, sessions in enumerate((1.0, 2.0, 4.0, 12.0, None))
    )
    given = [Given(study, arm) for arm in arms]
    row = spread(given, lambda arm: arm.sessions)
    assert row is not None
    assert (row.middle, row.quartiles, row.of, len(row.values)) == (3.0, (1.75, 6.0), 5, 4)
    assert spread(given, lambda arm: arm.minutes) is None
    assert substance_of("salt 2% (sea)") == "salt"
    base = make_spa(studies=(study.model_copy(update={"arms": (*arms, study.arms[1])}),))
    section = dosing(base)
    assert "This is what studies gave; it is not advice on how much to have or to give." in (
        texts(section)
    )
    assert rows(section, "dosing-uses") == [
        "Lameness | 5 | 3 (1.8 to 6; 1 to 12; 4 groups) | Not reported | Not reported"
    ]
    assert any("4 of 5 treatment groups report it" in text for text in texts(section))
    assert rows(section, "dosing-uses-ways") == ["Lameness | a bath (5) | salt (5)"]
    muscle = arms[0].model_copy(update={"muscles": ("calf",), "agent": None})
    base = make_spa(studies=(study.model_copy(update={"arms": (muscle, study.arms[1])}),))
    assert rows(dosing(base), "dosing-uses-ways") == ["Lameness | a bath (1) | calf (1)"]


def test_a_reference_holds_what_is_known_and_no_more() -> None:
    report = make_report(
        "smith1900",
        "label",
        title="Baths?",
        authors=("Smith A", "Jones B"),
        year=1900,
        journal="J Spa",
        volume="1",
        pages="2-3",
        doi="10.1/x",
    )
    text = "".join(span.text for span in format_reference(report))
    assert text == "Smith A, Jones B. Baths? J Spa. 1900;1:2-3. doi:10.1/x."
    bare = make_report("x1", "label", title="Baths.")
    assert "".join(span.text for span in format_reference(bare)) == "Baths."


@pytest.mark.parametrize("policy", policy_names())
def test_any_policy_makes_a_monograph(policy: str) -> None:
    assessment = assess(make_spa(), policy, stability=False)
    monograph = compose(assessment)
    assert [use.rating.word for use in monograph.uses] == [assessment.policy.insufficient] * 2
    told = " ".join(claim.text for use in monograph.uses for claim in use.verdict)
    assert told.count("we do not know whether it helps") == 2


def test_a_retracted_study_is_named_and_counts_nowhere() -> None:
    notice = {"kind": "retraction", "id": "10.1/notice"}
    study = Study.model_validate({**make_study().model_dump(), "notices": (notice,)})
    monograph = compose(assess(make_spa(studies=(study,)), stability=False))
    lameness = monograph.uses[0]
    told = [claim.text for claim in lameness.sentences]
    assert "1 study was retracted and counts in no result here." in told
    assert lameness.studies == ()
    assert [name for name, _ in lameness.others] == [study.id]


def placed(monograph: Monograph) -> set[str]:
    return {
        part.file
        for section in monograph.sections
        for passage in section.passages
        for part in passage.parts
        if isinstance(part, Prose)
    }


def test_a_written_text_stands_in_its_section_and_cites() -> None:
    report = make_report("survey2000", "guideline")
    written = {"definition": "Baths are warm [@survey2000].", "conditions-of-use": "Mind the step."}
    base = make_spa(safety=(report,), texts=written)
    monograph = compose(assess(base, stability=False))
    assert placed(monograph) == {"text/definition.md", "text/conditions-of-use.md"}
    cited = {place.page for row in monograph.references if row.record == "survey2000"
             for place in row.cited_by}  # fmt: skip
    assert "overview" in cited


def test_no_shipped_text_is_left_out(monograph: Monograph, shipped: Base) -> None:
    assert placed(monograph) == {f"text/{name}.md" for name in shipped.texts}
