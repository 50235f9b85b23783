"""Each check finds what it is for, and says nothing where nothing is wrong."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from samples import base_toml, config, problem, problems

from probatum.errors import Problem
from probatum.evidence.base import check
from probatum.evidence.checks import check_record
from probatum.evidence.config import BaseConfig, Use
from probatum.evidence.reader import decode, parse
from probatum.study import Study

Exchange = tuple[str, str]
ARMS = 'arm = "real", n = 40, mean = 3.1, sd = 1.9, kind = "final"'
SHAM = 'arm = "sham", n = 40, mean = 4.4, sd = 2.1, kind = "final"'
GIVEN = "estimate = -1.3, ci = [-2.4, -0.2]"
CI = "estimate = -4.2, ci = [-9.1, 0.7]"


@pytest.mark.parametrize("kind", ["study", "review", "safety", "mechanism"])
def test_the_examples_are_sound(kind: str) -> None:
    assert problems(kind) == ()


# Errors: the record is of no use as it stands.
ERRORS: dict[str, tuple[list[Exchange], str, str]] = {
    "file-name": ([('id = "roe2024"', 'id = "doe2024"')], "id", "the file is named"),
    "doi": ([("year = 2024", 'year = 2024\ndoi = "https://doi.org/10.1/x"')], "doi", "form of a"),
    "pmid": ([("year = 2024", 'year = 2024\npmid = "PMID 12"')], "pmid", "form of a PMID"),
    "pmcid": ([("year = 2024", 'year = 2024\npmcid = "1234"')], "pmcid", "form of a PMCID"),
    "use": ([('["back-pain"]', '["bak-pain"]')], "conditions[0]", "no use of this base"),
    "kind": ([('kind = "sham"', 'kind = "shame"')], "arms[1].kind", "no kind of arm"),
    "technique": (
        [('kind = "sham"', 'kind = "sham"\ntechnique = "deep"')],
        "arms[1].technique",
        "no technique of this base",
    ),
    "domain": (
        [('domain = "pain-intensity"', 'domain = "pain"')],
        "outcomes[0].domain",
        "no outcome domain",
    ),
    "compare": (
        [('compare = ["real", "sham"]', 'compare = ["real", "placebo"]')],
        "outcomes[0].compare[1]",
        "`placebo` is no arm of this study",
    ),
    "result-arm": ([('arm = "real"', 'arm = "rael"')], "outcomes[0].arms[0].arm", "is no arm"),
    "harm-arm": ([('arm = "real"\nevents', 'arm = "all"\nevents')], "adverse_events[0].arm", "no"),
    "shared-arm": (
        [('country = "Norway"', 'country = "Norway"\nshared = ["all"]')],
        "shared[0]",
        "`all` is no arm",
    ),
    "same-arms": (
        [('compare = ["real", "sham"]', 'compare = ["real", "real"]')],
        "outcomes[0].compare",
        "compared with itself",
    ),
    "arm-ids": ([('id = "sham"', 'id = "real"'), ('["real", "sham"]', '["real", "real"]')],
        "arms[1].id", "2 arms are called `real`"),
    "arm-twice": ([('arm = "sham", n', 'arm = "real", n')], "outcomes[0].arms", "has 2 results"),
    "tiny": ([("sd = 1.9", "sd = 1e-170")], "outcomes[0].arms[0].sd", "`1e-170` is out"),
    "huge": ([("mean = 3.1", "mean = 1e300")], "outcomes[0].arms[0].mean", "`1e+300` is out"),
    "scale": ([("scale = [0, 10]", "scale = [10, 0]")], "outcomes[0].scale", "cannot run from 10"),
    "mean": ([("mean = 3.1", "mean = 31")], "outcomes[0].arms[0].mean", "a final of 31"),
    "change": (
        [(ARMS, ARMS.replace("final", "change").replace("3.1", "-13"))],
        "outcomes[0].arms[0].mean",
        "a change of -13 cannot be on a scale of 0 to 10",
    ),
    "sd": ([("sd = 1.9", "sd = 7.1")], "outcomes[0].arms[0].sd", "an SD of 7.1 is impossible"),
    "range": (
        [("mean = 3.1, sd = 1.9", "median = 3.1, range = [3.3, 9.0]")],
        "outcomes[0].arms[0].range",
        "3.3 to 9 does not hold 3.1",
    ),
    "truth": ([("serious = false", "serious = 'no'")], "adverse_events[0].serious", "`no` does"),
    "arm-interval": (
        [("sd = 1.9", "ci = [3.3, 4.0]")],
        "outcomes[0].arms[0].ci",
        "3.3 to 4 does not hold 3.1",
    ),
    "interval": (
        [(CI, "estimate = 4.2, ci = [-9.1, 0.7]")],
        "outcomes[1].difference.ci",
        "does not contain the estimate 4.2",
    ),
    "interval-order": (
        [(CI, "estimate = -4.2, ci = [0.7, -9.1]")],
        "outcomes[1].difference.ci",
        "runs downwards",
    ),
    "ratio": (
        [('"MD", ' + CI, '"RR", estimate = -0.2, ci = [-0.5, 0.1]')],
        "outcomes[1].difference.estimate",
        "a RR and its limits are above zero",
    ),
    "events": (
        [(ARMS, 'arm = "real", n = 40, events = 41')],
        "outcomes[0].arms[0].events",
        "41 people with the event of 40",
    ),
}  # fmt: skip

# Warnings: a question that only the paper answers.
WARNINGS: dict[str, tuple[list[Exchange], str, str]] = {
    "year": ([("year = 2024", "year = 2027")], "year", "later than the base"),
    "registration": (
        [('["NCT00000000"]', '["NCT123"]')],
        "registrations[0]",
        "the form of no known registry",
    ),
    "address": ([('url = "https://', 'url = "javascript://')], "sources[0].url", "no web address"),
    "host": (
        [('url = "https://', 'url = "http://192.0.2.7:8081/')],
        "sources[0].url",
        "`192.0.2.7` is no name",
    ),
    "retracted": ([('"published"', '"retracted"')], "status", "retracted, and no notice"),
    "notice": (
        [("[[sources]]", '[[notices]]\nkind = "retraction"\nid = "10.1234/x"\n\n[[sources]]')],
        "status",
        "a notice retracts the study",
    ),
    "analysed": ([("n_analysed = 80", "n_analysed = 90")], "n_analysed", "90 people analysed"),
    "sum": ([("n_randomised = 84", "n_randomised = 94")], "n_randomised", "the arms hold 84"),
    "arm-n": ([("n = 40, mean = 3.1", "n = 43, mean = 3.1")], "outcomes[0].arms[0].n", "43 anal"),
    "clusters": (
        [('"parallel"', '"cluster"'), (CI, CI + ", allows_for_clusters = true")],
        "outcomes[0]",
        "count by direction only",
    ),
    "design-effect": (
        [("n_analysed = 80", "n_analysed = 80\ndesign_effect = 1.4")],
        "design_effect",
        "this trial is parallel",
    ),
    "harms": ([("events = 5", "events = 50")], "adverse_events[0].events", "50 events among 42"),
    "better": (
        [('better = "lower"', 'better = "higher"'), ("favours-first", "favours-second")],
        "outcomes[0].better",
        "`lower` on this scale in base.toml",
    ),
    "range": ([("scale = [0, 10]", "scale = [0, 6]")], "outcomes[0].scale", "0 to 6, though Pain"),
    "sd-like-se": (
        [("sd = 1.9", "sd = 0.3"), ("sd = 2.1", "sd = 0.9"), ("p = 0.005", "p = 0.0000001")],
        "outcomes[0].arms[0].sd",
        "looks like an SE",
    ),
    "se-like-sd": ([("sd = 1.9", "se = 1.9")], "outcomes[0].arms[0].se", "it looks like an SD"),
    "sd-is-ci-se": (
        [("sd = 1.9", "sd = 0.7, ci = [1.7, 4.5]"), ("p = 0.005", "p = 0.0001")],
        "outcomes[0].arms[0].sd",
        "is the SE that the interval of the mean implies",
    ),
    "sds-differ": (
        [("sd = 1.9", "sd = 0.55"), ("sd = 2.1", "sd = 2.3")],
        "outcomes[0].arms",
        "SDs of 0.55 and 2.3 differ 4.2-fold",
    ),
    "sd-against-p": (
        [("sd = 1.9", "sd = 0.6"), ("sd = 2.1", "sd = 0.6"), ("p = 0.005", "p = 0.04")],
        "outcomes[0].arms",
        "SDs look like SEs",
    ),
    "sd-against-interval": (
        [
            ("sd = 1.9", "sd = 0.6"),
            ("sd = 2.1", "sd = 0.6"),
            ("p = 0.005\n", ""),
            (
                'direction = "favours-first"',
                f'difference = {{ measure = "MD", {GIVEN} }}\ndirection = "favours-first"',
            ),
        ],
        "outcomes[0].arms",
        "the published interval one of 0.56: SDs look like SEs",
    ),
    "quartiles": (
        [("mean = 3.1, sd = 1.9", "median = 3.1, iqr = [2.0, 14.0]")],
        "outcomes[0].arms[0].iqr",
        "a final of 14 cannot be on a scale of 0 to 10",
    ),
    "difference": (
        [(CI, "estimate = -142, ci = [-150, -134]")],
        "outcomes[1].difference.estimate",
        "a difference of -142 cannot be on a scale of 0 to 100",
    ),
    "risk-difference": (
        [('"MD", ' + CI, '"RD", estimate = -4.2, ci = [-9.1, 0.7]')],
        "outcomes[1].difference.estimate",
        "a risk difference lies between -1 and 1",
    ),
    "off-centre": (
        [(CI, "estimate = -4.2, ci = [-6.1, 0.7]")],
        "outcomes[1].difference.ci",
        "-4.2 is not in the middle of -6.1 to 0.7, -2.7",
    ),
    "ratio-off-centre": (
        [('"MD", ' + CI, '"RR", estimate = 1.05, ci = [0.50, 1.2]'), ("scale = [0, 100]\n", "")],
        "outcomes[1].difference.ci",
        "1.05 is not in the middle of 0.5 to 1.2, 0.775",
    ),
    "p-against-interval": (
        [(CI, CI + ", p = 0.01")],
        "outcomes[1].difference.p",
        "p = 0.01 though the interval -9.1 to 0.7 includes 0",
    ),
    "p-far-from-interval": (
        [(CI, "estimate = -4.2, ci = [-5.2, -3.2], p = 0.02"), ('"no-diff', '"favours-first" #')],
        "outcomes[1].difference.p",
        "the interval implies z = 8.2, p = 0.02 implies 2.3",
    ),
    "ratio-p-far-from-interval": (
        [
            ('"MD", ' + CI, '"RR", estimate = 0.5, ci = [0.25, 1.0], p = 0.000001'),
            ("scale = [0, 100]\n", ""),
        ],
        "outcomes[1].difference.p",
        "the interval implies z = 2.0, p = 1e-06 implies 4.9",
    ),
    "bound-against-interval": (
        [(CI, "estimate = -4.2, ci = [-7.7, -0.7], p = '>0.05'")],
        "outcomes[1].difference.p",
        "p = >0.05 though the interval -7.7 to -0.7 excludes 0",
    ),
    "outcome-p": (
        [('direction = "no-difference"', 'direction = "favours-first"\np = 0.01')],
        "outcomes[1].p",
        "p = 0.01 though the interval",
    ),
    "no-difference": (
        [(CI, "estimate = -4.2, ci = [-7.7, -0.7]")],
        "outcomes[1].direction",
        "`no-difference`, though -7.7 to -0.7 excludes 0",
    ),
    "direction-p": (
        [("p = 0.005", "p = 0.31")],
        "outcomes[0].direction",
        "`favours-first`, though p = 0.31",
    ),
    "no-difference-p": (
        [("favours-first", "no-difference")],
        "outcomes[0].direction",
        "`no-difference`, though p = 0.005",
    ),
    "direction-figures": (
        [("favours-first", "favours-second")],
        "outcomes[0].direction",
        "the figures are better for the other arm",
    ),
    "change-figures": (
        [
            (ARMS, ARMS.replace("final", "change").replace("3.1", "2.9")),
            (SHAM, SHAM.replace("final", "change").replace("4.4", "1.6")),
        ],
        "outcomes[0].direction",
        "the figures are better for the other arm",
    ),
    "mean-off-the-declared-scale": (
        [("scale = [0, 10]\n", ""), ("mean = 3.1", "mean = 31"), ("mean = 4.4", "mean = 44")],
        "outcomes[0].measure",
        "31 is not on Pain rated from 0 to 10, 0 to 10",
    ),
    "sign": (
        [("first-minus-second", "benefit-positive"), ("no-difference", "favours-first")],
        "outcomes[1].direction",
        "the figures are better for the other arm",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name: str) -> None:
    exchanges, field, message = ERRORS[name]
    found = by_field(problems("study", *exchanges), field)
    assert found.severity == "error"
    assert message in found.message
    assert found.mend
    assert found.line > 0


@pytest.mark.parametrize("name", WARNINGS)
def test_warnings(name: str) -> None:
    exchanges, field, message = WARNINGS[name]
    found = problems("study", *exchanges)
    assert {p.severity for p in found} == {"warning"}, "\n".join(map(str, found))
    assert message in by_field(found, field).message


def by_field(found: Iterable[Problem], field: str) -> Problem:
    """Return the first problem of that field, or show what else was found."""
    listed = list(found)
    assert field in {p.field for p in listed}, "\n".join(map(str, listed)) or "nothing was found"
    return next(p for p in listed if p.field == field)


SOUND: dict[str, list[Exchange]] = {
    "a scale in percent": [
        ("scale = [0, 10]", "scale = [0, 100]"),
        ("mean = 3.1, sd = 1.9", "mean = 31, sd = 19"),
        ("mean = 4.4, sd = 2.1", "mean = 44, sd = 21"),
    ],
    "crossover": [
        ("parallel", "crossover"),
        ("n_randomised = 84\nn_analysed = 80", "n_randomised = 42"),
    ],
    "a range told by its unit": [
        ("scale = [0, 10]\n", 'unit = "mm"\n'),
        ("mean = 3.1, sd = 1.9", "mean = 31, sd = 19"),
        ("mean = 4.4, sd = 2.1", "mean = 44, sd = 21"),
    ],
    "p that stands for anything smaller": [
        (CI, "estimate = -4.2, ci = [-5.2, -3.2], p = 0.001"),
        ('"no-diff', '"favours-first" #'),
    ],
    "p by t with few people": [
        (CI, "estimate = -4.2, ci = [-7.0, -1.4], p = 0.009"),
        ('"no-diff', '"favours-first" #'),
    ],
    "a cluster trial with its design effect": [
        ('"parallel"', '"cluster"'),
        ("n_analysed = 80", "n_analysed = 80\ndesign_effect = 1.4"),
    ],
    "rounded interval": [(CI, "estimate = -4, ci = [-9, 0]")],
    "slightly off centre, as t and bootstrap are": [(CI, "estimate = -4.2, ci = [-9.2, 0.4]")],
    "touching interval": [(CI, "estimate = -4.5, ci = [-9.0, 0.0], p = 0.05")],
    "ratio centred on the log scale": [
        ('"MD", ' + CI, '"RR", estimate = 0.77, ci = [0.50, 1.2]'),
    ],
    "change below a scale that begins at 0": [
        (ARMS, ARMS.replace("final", "change").replace("3.1", "-2.9")),
        (SHAM, SHAM.replace("final", "change").replace("4.4", "-1.6")),
    ],
    "p that is of something else": [("p = 0.005", 'p = 0.31\np_note = "of the interaction"')],
    "registered": [("NCT00000000", "ACTRN12618000123246")],
    "doi with odd letters": [("year = 2024", 'year = 2024\ndoi = "10.1016/S0304-3959(01)00349-9"')],
    "retracted with its notice": [
        ('"published"', '"retracted"'),
        ("[[sources]]", '[[notices]]\nkind = "retraction"\nid = "10.1234/x"\n\n[[sources]]'),
    ],
    "an SD on a scale of small scores": [
        ("scale = [0, 10]", "scale = [0, 4]"),
        ("mean = 3.1, sd = 1.9", "mean = 1.1, sd = 0.5"),
        ("mean = 4.4, sd = 2.1", "mean = 1.5, sd = 0.6"),
        ('measure = "VAS"', 'measure = "a score"'),
    ],
}


@pytest.mark.parametrize("name", SOUND)
def test_no_false_alarm(name: str) -> None:
    assert problems("study", *SOUND[name]) == ()


@pytest.mark.parametrize(
    ("kind", "exchange", "field", "severity", "message"),
    [
        ("review", ("ci = [-1.5, -0.3]", "ci = [-0.3, -1.5]"), "pooled[0].ci", "error", "runs"),
        ("review", ("ci = [-1.5, -0.3]", "ci = [-1.5, -1.3]"), "pooled[0].ci", "error", "contain"),
        ("review", ('"published"', '"retracted"'), "status", "warning", "no notice says so"),
        ("review", ("k = 4", "p = 0.4\nk = 4"), "pooled[0].p", "warning", "excludes 0"),
        (
            "review",
            ('domain = "pain-intensity"', 'domain = "pain"'),
            "pooled[0].domain",
            "error",
            "no outcome domain",
        ),
        ("review", ('["back-pain"]', '["neck-pain"]'), "conditions[0]", "error", "no use"),
        ("safety", ("events = 31", "events = 7630"), "events[0].events", "warning", "7630 events"),
        (
            "safety",
            ("events = 31", "events = 31\npercent = 4.1"),
            "events[0].percent",
            "warning",
            "31 of 7629 is 0.406%, not 4.1%",
        ),
        ("safety", ("events = 31", "events = 31\nci = [2, 1]"), "events[0].ci", "error", "runs"),
        ("safety", ('"any"', '"all"'), "technique", "error", "no technique"),
        ("mechanism", ('"spinal-gate"', '"spine"'), "group", "error", "no hypothesis"),
    ],
)
def test_other_records(
    kind: str, exchange: Exchange, field: str, severity: str, message: str
) -> None:
    found = problem(kind, exchange)
    assert (found.field, found.severity) == (field, severity)
    assert message in found.message


def test_a_registered_study_has_no_results() -> None:
    found = problems("study", ('"published"', '"registered"'))
    assert [p.field for p in found] == ["outcomes[0].direction", "outcomes[1].direction"]


def test_checks_do_not_depend_on_the_words_of_one_therapy() -> None:
    words = config().model_copy(
        update={"uses": (Use(slug="knees", name="Knees", phrase="knees", critical=("pain",)),)}
    )
    text = decode("studies/roe2024.toml", b"")
    record = parse(decode("x", base_toml().encode()), BaseConfig).record
    assert record is not None
    assert check(text, Study, words).record is None
    study = Study.model_validate(
        {
            "id": "a2020",
            "title": "t",
            "status": "published",
            "design": "parallel",
            "conditions": ["knees"],
            "sources": [{"kind": "abstract"}],
        }
    )
    assert check_record(study, words) == []


def test_a_faulty_value_is_not_a_missing_one_too() -> None:
    found = problem("study", ('["back-pain"]', '["Back Pain"]'))
    assert found.field == "conditions[0]"
