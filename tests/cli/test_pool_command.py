"""``probatum pool``: formats, exit status, wrong rows, and files of every shape."""

from __future__ import annotations

import csv
import io
import json
import os
import threading
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probatum.cli import main
from probatum.cli.pool import chunks, command, stream
from probatum.cli.pool.chunks import Chunk, cut
from probatum.cli.pool.output import KEYS
from probatum.stats import effect, pool
from probatum.stats.estimators import Method
from probatum.stats.inference import Test as TestName
from probatum.stats.zero_cells import ZeroCells

ROWS = [
    ("x", 2, 20, 5, 21),
    ("x", 3, 30, 6, 31),
    ("x", 9, 40, 8, 41),
    ("y", 1, 10, 2, 10),
    ("y", 4, 12, 7, 11),
]


def write(path: Path, rows: list, header: str = "g,ai,n1i,ci,n2i") -> Path:
    lines = [header, *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["pool", *map(str, args)])


def objects(result: Result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def close(value: object) -> object:
    """Equal up to the rounding of sums, whose order depends on the pools beside."""
    if isinstance(value, tuple):
        value = list(value)
    return None if value is None else pytest.approx(value, rel=1e-9, abs=1e-12)


def expected(rows: list, group: str, **options: object) -> dict:
    ai, n1i, ci, n2i = zip(*(row[1:] for row in rows if row[0] == group), strict=True)
    effects = effect("RR", ai=ai, n1i=n1i, ci=ci, n2i=n2i)
    return pool(effects.yi, effects.vi, **options).one().to_dict()  # type: ignore[arg-type]


def test_json_is_the_pool_in_full_precision(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", ROWS)
    result = run(file, "--measure", "RR", "--by", "g", "--json")
    assert result.exit_code == 0
    found = objects(result)
    assert [pooled["g"] for pooled in found] == ["x", "y"]
    for pooled in found:
        assert list(pooled) == ["g", *KEYS]
        theirs = expected(ROWS, pooled["g"])
        for key in KEYS[:-2]:
            assert pooled[key] == close(theirs[key]), key
        assert pooled["converged"] is True
    assert found[1]["pi"] is None
    assert found[1]["notes"][-1] == "fewer than three studies: no prediction interval"


def test_options_reach_the_pool(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", ROWS)
    options = ("--method", "DL", "--test", "z", "--level", "0.9")
    (found,) = objects(run(file, "--measure", "RR", "--json", *options))
    everything = [("x", *row[1:]) for row in ROWS]
    theirs = expected(everything, "x", method="DL", test="z", level=0.9)
    assert (found["k"], found["df"]) == (5, None)
    assert found["ci"] == list(theirs["ci"])
    assert "g" not in found


def test_csv_says_the_same(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", ROWS)
    args = (file, "--measure", "RR", "--by", "g")
    rows = list(csv.DictReader(io.StringIO(run(*args, "--csv").stdout)))
    for row, pooled in zip(rows, objects(run(*args, "--json")), strict=True):
        assert float(row["estimate"]) == pooled["estimate"]
        assert float(row["ci_high"]) == pooled["ci"][1]
        assert row["pi_low"] == ("" if pooled["pi"] is None else repr(pooled["pi"][0]))
        assert row["converged"] == "true"
        assert row["notes"] == "; ".join(pooled["notes"])


def test_words_and_natural_scale(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", ROWS)
    args = (file, "--measure", "RR", "--by", "g")
    logs, ratios = objects(run(*args, "--json")), objects(run(*args, "--json", "--natural"))
    for log, ratio in zip(logs, ratios, strict=True):
        assert ratio["estimate"] == pytest.approx(np.exp(log["estimate"]), rel=1e-15)
        assert ratio["ci"] == pytest.approx(np.exp(log["ci"]), rel=1e-15)
        assert (ratio["se"], ratio["tau2"], ratio["p"]) == (log["se"], log["tau2"], log["p"])
    text = run(*args, "--natural").stdout
    assert text.startswith("g x\n3 studies, REML with Knapp-Hartung test: ")
    assert f"{ratios[0]['estimate']:.3g}" in text
    assert "Note: fewer than three studies" in text


def test_double_arcsine_turns_back_by_the_harmonic_mean(tmp_path: Path) -> None:
    rows = [("a", 3, 20), ("a", 9, 40)]
    file = write(tmp_path / "a.csv", rows, "g,xi,ni")
    args = (file, "--measure", "PFT", "--method", "EE", "--test", "z", "--json")
    (log,), (natural,) = objects(run(*args)), objects(run(*args, "--natural"))
    from probatum.stats import inverse_freeman_tukey  # noqa: PLC0415 - this test alone needs it

    back = inverse_freeman_tukey(log["estimate"], 2 / (1 / 20 + 1 / 40))
    assert natural["estimate"] == pytest.approx(float(back), rel=1e-14)
    assert natural["ci"][0] < natural["estimate"] < natural["ci"][1]


def test_numbers_beyond_reason_are_wrong(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [(0.1, 1e-200), (0.2, 1), (0.3, 1)], "yi,sei")
    result = run(file, "--json")
    assert result.exit_code == 1
    assert ":2: its effect or variance is beyond" in result.stderr


@pytest.mark.parametrize("second", ["vi", "sei"])
def test_effects_that_are_computed_already(tmp_path: Path, second: str) -> None:
    rows = [(0.1, 0.04), (0.3, 0.09), (0.2, 0.01)]
    shown = [(y, v if second == "vi" else v**0.5) for y, v in rows]
    file = write(tmp_path / "a.csv", shown, f"yi,{second}")
    (found,) = objects(run(file, "--json"))
    assert found["estimate"] == pytest.approx(pool(*zip(*rows, strict=True)).one().estimate)
    (natural,) = objects(run(file, "--json", "--natural", "--measure", "OR"))
    assert natural["estimate"] == pytest.approx(np.exp(found["estimate"]))


def test_means(tmp_path: Path) -> None:
    rows = [(5, 2, 20, 4, 3, 21), (6, 2, 10, 5.5, 3, 11)]
    file = write(tmp_path / "a.csv", rows, "m1i,sd1i,n1i,m2i,sd2i,n2i")
    (found,) = objects(run(file, "--measure", "SMD", "--json"))
    assert found["k"] == 2


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("x", 9, 5, 1, 10), "more events than people"),
        (("x", "foo", 5, 1, 10), "ai is not a finite number: foo"),
        (("x", "", 5, 1, 10), "ai is empty"),
        (("x", "nan", 5, 1, 10), "ai is not a finite number"),
        (("x", -1, 5, 1, 10), "negative"),
        (("x", 1, 5, 1), "4 fields where the header has 5"),
        (("x", 1, 5, 1, 10, 3), "6 fields where the header has 5"),
    ],
)
def test_a_wrong_row_costs_its_pool_only(tmp_path: Path, row: tuple, message: str) -> None:
    file = write(tmp_path / "a.csv", [*ROWS[:2], row, *ROWS[2:]])
    result = run(file, "--measure", "RR", "--by", "g", "--json")
    assert result.exit_code == 1
    assert f"{file}:4: " in result.stderr
    assert message in result.stderr
    assert [pooled["g"] for pooled in objects(result)] == ["y"]
    assert objects(result)[0]["estimate"] == expected(ROWS, "y")["estimate"]


def test_a_row_too_short_to_tell_its_pool_costs_none(tmp_path: Path) -> None:
    rows = [*ROWS[:2], ("1",), *ROWS[2:]]
    file = write(tmp_path / "a.csv", [(*row[1:], row[0]) for row in rows], "ai,n1i,ci,n2i,g")
    result = run(file, "--measure", "RR", "--by", "g", "--json")
    assert result.exit_code == 1
    assert ":4: 1 field where" in result.stderr
    assert [pooled["k"] for pooled in objects(result)] == [3, 2]


def test_tables_without_events_are_counted(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [*ROWS, ("y", 0, 9, 0, 8)])
    found = objects(run(file, "--measure", "RR", "--by", "g", "--json"))
    assert (
        "tables without an event, or with nothing else: 1 (zero cells: only0)"
        in found[1]["notes"][-1]
    )
    assert found[1]["k"] == 3
    left_out = objects(run(file, "--measure", "RR", "--by=g", "--json", "--zero-cells", "none"))
    assert left_out[1]["k"] == 2


@pytest.mark.parametrize(
    ("text", "args", "message"),
    [
        ("", (), "no header"),
        ("yi,vi\n", (), "no rows"),
        ("a,b\n1,2\n", (), "without --measure the columns must be yi vi; or yi sei"),
        ("ai,n1i,ci,n2i\n1,2,1,2\n", (), "say with --measure"),
        ("ai,n1i\n1,2\n", ("--measure", "RR"), "RR needs the columns ai bi ci di; or ai n1i"),
        ("yi,vi\n1,2\n", ("--by", "g"), "no column g"),
        ("yi,vi,yi\n1,2,3\n", (), "stands twice"),
        ("yi,vi\n1,2\n", ("--measure", "XX"), "no measure 'XX'"),
        ("yi,vi\n1,2\n", ("--measure", "PFT", "--natural"), "give xi and ni"),
        ("yi,vi\n1,\xff\n", (), "line 2: the file is not UTF-8"),
        ("\x00\x01\n\x00\n", (), r"there are '\x00\x01'"),
        ("yi;vi\n0.1;0.2\n", (), "there are yi;vi"),
    ],
)
def test_an_unusable_file(tmp_path: Path, text: str, args: tuple, message: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(text.encode("latin-1"))
    result = run(file, *args, "--json")
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_standard_input_and_pipes_are_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ROWS * 40
    path = write(tmp_path / "a.csv", rows)
    options = ("--measure", "RR", "--by", "g", "--json")
    whole = objects(run(path, *options))
    monkeypatch.setattr(stream, "SMALL_BYTES", 100)  # so that it is read twice
    args = ["pool", *options[:-2], "g", "-", "--json", "--jobs", "1"]
    piped = CliRunner().invoke(main, args, input=path.read_bytes())
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(path.read_bytes()))
    writer.start()
    named = run(pipe, *options, "--jobs", "1")
    writer.join()
    for result in (piped, named):
        assert result.exit_code == 0
        found = {one["g"]: one for one in objects(result)}
        assert {key: one["k"] for key, one in found.items()} == {"x": 120, "y": 80}
        for one in whole:
            assert found[one["g"]]["estimate"] == close(one["estimate"])


def test_standard_input_is_named_where_it_is_wrong() -> None:
    result = CliRunner().invoke(main, ["pool", "-"], input="yi,vi\n1,1\n2,0\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("-:3: vi: a variance must be above 0\n")
    assert CliRunner().invoke(main, ["pool", "-"], input="").exit_code == 2


def test_choices_are_read_in_any_case(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", ROWS)
    as_named = run(path, "--measure", "RR", "--method", "HSk", "--json")
    assert as_named.exit_code == 0
    assert run(path, "--measure", "rr", "--method", "hsk", "--json").stdout == as_named.stdout


def test_no_file() -> None:
    assert run("nowhere.csv").exit_code == 2
    assert run().exit_code == 2
    assert run(Path(__file__).parent).exit_code == 2


def test_the_choices_are_those_of_the_library() -> None:
    assert set(command.METHODS) == set(get_args(Method))
    assert set(command.TESTS) == set(get_args(TestName))
    assert set(command.ZERO_CELLS) == set(get_args(ZeroCells))


@pytest.mark.parametrize(
    "args", [("--by", "g", "h"), ("--by", "g", "--by", "h"), ("--by=g", "--by=h")]
)
def test_several_columns_split(tmp_path: Path, args: tuple) -> None:
    rows = [(*row[1:], row[0], at % 2) for at, row in enumerate(ROWS)]
    file = write(tmp_path / "a.csv", rows, "ai,n1i,ci,n2i,g,h")
    for where in ((file, *args, "--json"), ("--json", *args, file)):
        if "--by=g" in args or where[0] == file or len(args) == 3:
            found = objects(run("--measure", "RR", *where))
            assert [(p["g"], p["h"], p["k"]) for p in found] == [
                ("x", "0", 2),
                ("x", "1", 1),
                ("y", "1", 1),
                ("y", "0", 1),
            ]


def test_quotation_line_breaks_and_blank_lines(tmp_path: Path) -> None:
    lines = [
        "\ufeffg,yi,vi,note",
        '"a ""b"",\nc",0.1,0.04,"x\ny"',
        "",
        "%s,0.2,1,",
        "%s,foo,1,",
        "",
    ]
    file = tmp_path / "a.csv"
    file.write_text("\r\n".join(lines), encoding="utf-8", newline="")
    result = run(file, "--by", "g", "--json")
    assert f"{file}:7: yi is not a finite number: foo" in result.stderr
    (found,) = objects(result)
    assert found["g"] == 'a "b",\nc'


cells = st.text(st.sampled_from('ab,"\n é'), max_size=4)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(cells, cells), max_size=30),
    size=st.integers(1, 40),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_chunks_hold_every_record_and_line(rows: list, size: int, ending: str) -> None:
    stream_ = io.StringIO()
    csv.writer(stream_, lineterminator=ending).writerows(rows)
    data = stream_.getvalue().encode()
    pieces = list(cut(io.BytesIO(data), 1, size))
    assert b"".join(piece.data for piece in pieces) == data
    found = [record for piece in pieces for record in piece.records()]
    assert found == list(Chunk(data, 1).records())
    kept = [list(row) for row in rows if any(map(str.strip, row))]
    assert [record for _, record in found] == kept


def read(result: Result, form: str) -> dict[str, list[float]]:
    """Group and numbers of every pool."""
    if form == "json":
        names = ("k", "estimate", "se", "tau2", "i2", "q")
        return {pooled["g"]: [pooled[name] for name in names] for pooled in objects(result)}
    rows = csv.DictReader(io.StringIO(result.stdout))
    names = ("k", "estimate", "ci_low", "ci_high", "pi_low", "tau2")
    return {row["g"]: [float(row[name] or "nan") for name in names] for row in rows}


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_long_file_is_pooled_as_a_short_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, together: bool, jobs: int, form: str
) -> None:
    rng = np.random.default_rng(4)
    rows = [
        (f"pool {at}", rng.integers(0, 9), 20, rng.integers(0, 9), 21)
        for at in range(300)
        for _ in range(rng.integers(1, 7))
    ]
    rows[700 % len(rows)] = ("pool 150", "wrong", 20, 1, 21)
    if together:
        rows.sort(key=lambda row: int(row[0].split()[1]))
    else:
        rows = [rows[at] for at in rng.permutation(len(rows))]
    file = write(tmp_path / "a.csv", rows)
    args = (file, "--measure", "OR", "--by", "g", f"--{form}", "--jobs", jobs)
    short = run(*args)
    monkeypatch.setattr(stream, "SMALL_BYTES", 0)
    monkeypatch.setattr(stream, "PART_BYTES", 3000)
    monkeypatch.setattr(chunks, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(cut, "__defaults__", (1000,))
    long = run(*args)
    assert short.exit_code == long.exit_code == 1
    assert short.stderr == long.stderr
    ours, theirs = read(long, form), read(short, form)
    assert len(theirs) == 299
    assert ours.keys() == theirs.keys()
    assert list(ours) == list(theirs) or not together
    for group, numbers in theirs.items():
        assert ours[group] == pytest.approx(numbers, rel=1e-9, abs=1e-12, nan_ok=True)


def test_one_pool_over_many_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path / "a.csv", ROWS * 200)
    args = (file, "--measure", "RR", "--json", "--jobs", 1)
    short = run(*args)
    monkeypatch.setattr(stream, "SMALL_BYTES", 0)
    monkeypatch.setattr(cut, "__defaults__", (1000,))
    (whole,), (cut_up,) = objects(short), objects(run(*args))
    assert whole == cut_up
    assert whole["k"] == 1000


def test_a_quotation_mark_never_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path / "a.csv", [('"x', 1, 2, 1, 2), *ROWS * 200])
    monkeypatch.setattr(stream, "SMALL_BYTES", 0)
    monkeypatch.setattr(cut, "__defaults__", (1000,))
    monkeypatch.setattr(chunks, "RECORD_BYTES", 2000)
    result = run(file, "--measure", "RR", "--json", "--jobs", 1)
    assert result.exit_code == 2
    assert "never closed" in result.stderr


fields = st.one_of(
    st.sampled_from(["1", "0", "20", "-3", "1e308", "1e-308", "inf", "nan", "", " 7 ", '"5"', "x"]),
    st.text(max_size=5),
    st.floats().map(repr),
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    header=st.sampled_from(["g,yi,vi", "g,ai,n1i,ci,n2i", "m1i,sd1i,n1i,m2i,sd2i,n2i", "yi", '"']),
    rows=st.lists(st.lists(fields, max_size=7), max_size=8),
    measure=st.sampled_from([None, "RR", "OR", "RD", "MD", "SMD", "ROM", "PETO"]),
)
def test_no_file_makes_a_traceback(
    tmp_path: Path, header: str, rows: list[list[str]], measure: str | None
) -> None:
    file = tmp_path / "a.csv"
    lines = [header, *(",".join(row) for row in rows)]
    file.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    chosen = ("--measure", measure) if measure else ()
    result = run(file, *chosen, "--json", *(("--by", "g") if header.startswith("g,") else ()))
    assert result.exit_code in {0, 1, 2}
    assert result.exception is None or isinstance(result.exception, SystemExit)
    for pooled in objects(result):
        assert pooled["estimate"] is not None or pooled["notes"]


@pytest.mark.parametrize("by", [("--by", "g,h"), ("--by=g, h",), ("--by", "g", "g", "--by", "h")])
def test_columns_to_split_by_are_listed_in_any_way(tmp_path: Path, by: tuple[str, ...]) -> None:
    rows = [("a", "x", 0.1, 1), ("a", "y", 0.2, 1), ("a", "x", 0.3, 1)]
    found = objects(run(write(tmp_path / "a.csv", rows, "g,h,yi,vi"), *by, "--json"))
    assert [(pooled["g"], pooled["h"], pooled["k"]) for pooled in found] == [
        ("a", "x", 2),
        ("a", "y", 1),
    ]
    assert list(found[0]) == ["g", "h", *KEYS]


def test_a_column_may_hold_a_comma_in_its_name(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [("a", 0.1, 1)], '"g,h",yi,vi')
    assert objects(run(file, "--by", "g,h", "--json"))[0]["g,h"] == "a"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--by",), "needs a column"),
        (("--by", "--json"), "needs a column"),
        (("--by", "k", "--json"), "rename the column k"),
        (("--by", "ci_low", "--csv"), "rename the column ci_low"),
        (("--level", "nan"), "level must lie between 0 and 1"),
        (("--measure", "PR", "--zero-cells", "revman"), "needs two-by-two tables"),
    ],
)
def test_what_cannot_be_asked_of_a_file(tmp_path: Path, args: tuple, message: str) -> None:
    file = write(tmp_path / "a.csv", [("a", 1, 0.1, 1, 3, 20)], "k,ci_low,yi,vi,xi,ni")
    result = run(file, *args)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not result.exception or isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("yi,vi\n\n\n", "no rows"),
        ("yi,vi\n,\n", "no rows"),
        ("yi,vi\r1,1\r", "carriage returns"),
        ("yi;vi\n1;1\n", "separated by commas, not ';'"),
        ("yi\tvi\n1\t1\n", r"separated by commas, not '\t'"),
        ('yi,vi,g\n1,1,a\n1,1,"b\n2,1,c\n', "line 3: a quotation mark is never closed"),
    ],
)
def test_a_file_of_another_kind(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(text, newline="")
    result = run(file, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


@pytest.mark.parametrize("quoted", [False, True])
def test_empty_rows_are_no_rows(tmp_path: Path, *, quoted: bool) -> None:
    mark = '"' if quoted else ""
    text = f"\ufeff\n\ng,yi,vi\n\n{mark}a{mark},1,1\n,,\n   \na,2,x\nb,3,1\n,,\n"
    file = tmp_path / "a.csv"
    file.write_text(text, encoding="utf-8")
    result = run(file, "--by", "g", "--json")
    assert [pooled["g"] for pooled in objects(result)] == ["b"]
    assert result.exit_code == 1
    assert f"{file}:8: vi is not a finite number: x" in result.stderr
    assert "wrong rows: 1" in result.stderr


@pytest.mark.parametrize("mark", ["", '"', '""'])
def test_an_inch_mark_opens_nothing_in_a_long_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    rows = [(f"{i}{mark if i == 3 else ''}", i, 1) for i in range(900)]
    file = write(tmp_path / "a.csv", rows, "g,yi,vi")
    expected = run(file, "--by", "g", "--json").stdout
    monkeypatch.setattr(stream, "SMALL_BYTES", 0)
    monkeypatch.setattr(cut, "__defaults__", (1000,))
    monkeypatch.setattr(chunks, "RECORD_BYTES", 2000)
    assert run(file, "--by", "g", "--json", "--jobs", 1).stdout == expected
    assert expected.count("\n") == 900


def test_an_inch_mark_closes_itself(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [('1.5" needle', 1, 1), ("b", 2, 1)], "g,yi,vi")
    assert [pooled["g"] for pooled in objects(run(file, "--by", "g", "--json"))] == [
        '1.5" needle',
        "b",
    ]


def test_a_digit_separator_of_python_is_no_number(tmp_path: Path) -> None:
    result = run(write(tmp_path / "a.csv", [("1_0", 1), (2, 1)], "yi,vi"), "--json")
    assert result.exit_code == 1
    assert "yi is not a finite number: 1_0" in result.stderr


@pytest.mark.parametrize("form", ["--json", "--csv", None])
def test_a_ratio_too_large_to_write_is_noted(tmp_path: Path, form: str | None) -> None:
    file = write(tmp_path / "a.csv", [(1000, 1), (1001, 1), (1002, 1)], "yi,vi")
    result = run(file, "--measure", "RR", "--natural", *([form] if form else []))
    assert result.exit_code == 0
    assert "a ratio is too large to be written as a number" in result.stdout


def test_a_pool_without_a_study_says_why_in_words(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [(0, 10, 0, 10)], "ai,n1i,ci,n2i")
    text = run(file, "--measure", "RR", "--zero-cells", "none").stdout
    assert text.startswith("Nothing to pool.\nNote: no study with a finite effect")


def test_a_short_row_keeps_its_line_where_pools_are_scattered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(0.1, 1, "a"), (0.2, 1, "b"), (0.3, 1, "a"), ("0.4",), (0.5, 1, "b")]
    monkeypatch.setattr(stream, "SMALL_BYTES", 0)
    result = run(write(tmp_path / "a.csv", rows, "yi,vi,g"), "--by", "g", "--json", "--jobs", 1)
    assert ":5: 1 field where the header has 3" in result.stderr
    assert sorted((pooled["g"], pooled["k"]) for pooled in objects(result)) == [("a", 2), ("b", 2)]
