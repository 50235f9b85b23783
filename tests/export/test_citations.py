"""What leaves for reference managers comes back as it was, whatever the records hold."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from probatum.export.citations import (
    escape_bibtex,
    name_of,
    one_line,
    page_range,
    seen,
    to_bibtex,
    to_csl_json,
    to_ris,
)
from probatum.study import Report, Source

SOURCE = (Source(kind="citation"),)
HOSTILE = r'A {50%} "cut" & \emph{costs}: $5_000 #1 ~^' + "\r\nER  - \nTY  - JOUR"
UNESCAPED = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\$": "$",
    r"\&": "&",
    r"\#": "#",
    r"\_": "_",
    r"\%": "%",
}

texts = st.text(min_size=1).filter(lambda text: one_line(text) != "")
reports = st.builds(
    Report,
    id=st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True),
    title=texts,
    authors=st.lists(texts, max_size=4).map(tuple),
    year=st.none() | st.integers(1900, 2100),
    journal=st.none() | texts,
    volume=st.none() | texts,
    pages=st.none() | texts,
    doi=st.none() | texts,
    sources=st.just(SOURCE),
)


def make(**fields: object) -> Report:
    known = {"id": "simons1994", "title": "On points", "sources": SOURCE}
    return Report.model_validate({**known, **fields})


def unescape(text: str) -> str:
    pattern = "|".join(re.escape(key) for key in sorted(UNESCAPED, key=len, reverse=True))
    return re.sub(pattern, lambda found: UNESCAPED[found[0]], text)


def parse_bibtex(text: str) -> list[tuple[str, str, dict[str, str]]]:
    """Read entries by counting braces alone, as BibTeX does."""
    entries = []
    position = 0
    while (at := text.find("@", position)) >= 0:
        depth, end = 0, at
        while True:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
            if text[end - 1] == "}" and depth == 0:
                break
        kind, body = text[at + 1 : end - 1].split("{", 1)
        key, rest = body.split(",", 1)
        entries.append((kind, key, parse_fields(rest)))
        position = end
    return entries


def parse_fields(text: str) -> dict[str, str]:
    fields = {}
    position = 0
    while (found := re.compile(r"\s*(\w+) = \{").match(text, position)) is not None:
        depth, end = 1, found.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        fields[found[1]] = text[found.end() : end - 1]
        position = end + 1
    return fields


def parse_ris(text: str) -> list[list[tuple[str, str]]]:
    assert text == "" or text.endswith("ER  - \r\n")
    references: list[list[tuple[str, str]]] = [[]]
    for line in text.split("\r\n")[:-1]:
        found = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line)
        assert found, repr(line)
        if found[1] == "ER":
            references.append([])
        else:
            references[-1].append((found[1], found[2]))
    return references[:-1]


def test_a_full_record_in_each_format() -> None:
    record = make(
        authors=("Hong CZ", "World Health Organization"),
        year=1994,
        journal="Am J Phys Med Rehabil",
        volume="73",
        pages="256-263",
        doi="10.1097/00002060-199407000-00006",
        pmid="8043247",
    )
    assert parse_bibtex(to_bibtex([record])) == [
        (
            "article",
            "simons1994",
            {
                "author": "Hong, CZ and {World Health Organization}",
                "title": "{On points}",
                "journal": "Am J Phys Med Rehabil",
                "year": "1994",
                "volume": "73",
                "pages": "256--263",
                "doi": "10.1097/00002060-199407000-00006",
                "pmid": "8043247",
            },
        )
    ]
    assert parse_ris(to_ris([record])) == [
        [
            ("TY", "JOUR"),
            ("ID", "simons1994"),
            ("AU", "Hong, CZ"),
            ("AU", "World Health Organization"),
            ("TI", "On points"),
            ("JO", "Am J Phys Med Rehabil"),
            ("PY", "1994"),
            ("VL", "73"),
            ("SP", "256"),
            ("EP", "263"),
            ("DO", "10.1097/00002060-199407000-00006"),
            ("AN", "8043247"),
        ]
    ]
    (item,) = json.loads(to_csl_json([record]))
    assert item["author"] == [
        {"family": "Hong", "given": "CZ"},
        {"literal": "World Health Organization"},
    ]
    assert item["issued"] == {"date-parts": [[1994]]}
    assert item["page"] == "256-263"


def test_nothing_is_made_up_for_a_bare_record() -> None:
    bare = make()
    assert parse_bibtex(to_bibtex([bare])) == [("misc", "simons1994", {"title": "{On points}"})]
    assert parse_ris(to_ris([bare])) == [[("TY", "GEN"), ("ID", "simons1994"), ("TI", "On points")]]
    assert json.loads(to_csl_json([bare])) == [
        {"id": "simons1994", "type": "document", "title": "On points"}
    ]


def test_a_hostile_title_opens_no_second_reference() -> None:
    record = make(title=HOSTILE)
    ((_, _, fields),) = parse_bibtex(to_bibtex([record]))
    assert unescape(fields["title"][1:-1]) == one_line(HOSTILE)
    (lines,) = parse_ris(to_ris([record]))
    assert dict(lines)["TI"] == one_line(HOSTILE)
    assert json.loads(to_csl_json([record]))[0]["title"] == HOSTILE


@given(st.lists(reports, max_size=3))
def test_every_format_reads_back(records: list[Report]) -> None:
    entries = parse_bibtex(to_bibtex(records))
    assert [key for _, key, _ in entries] == [record.id for record in records]
    references = parse_ris(to_ris(records))
    items = json.loads(to_csl_json(records))
    assert len(references) == len(items) == len(records)
    for record, (_, _, fields), lines, item in zip(
        records, entries, references, items, strict=True
    ):
        assert unescape(fields["title"][1:-1]) == one_line(record.title)
        assert dict(lines)["TI"] == one_line(record.title)
        assert item["title"] == seen(record.title)
        assert sum(tag == "AU" for tag, _ in lines) == len(record.authors)


def test_no_export_carries_characters_that_reorder_or_hide() -> None:
    unseen = "\u202e\u2066\u200f\u200b\ufeff"
    record = make(title=f"On{unseen} points", journal=f"J{unseen}", authors=(f"Hong{unseen} CZ",))
    for text in (to_bibtex([record]), to_ris([record]), to_csl_json([record])):
        assert not set(text) & set(unseen)
        assert "On points" in text


@given(st.text())
def test_escaped_text_keeps_its_braces_balanced(text: str) -> None:
    escaped = escape_bibtex(text)
    depth = 0
    for letter in escaped:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        assert depth >= 0
    assert depth == 0
    assert unescape(escaped) == one_line(text)


def test_names_and_pages() -> None:
    assert (name_of("de la Cruz-Sánchez B").family, name_of("Å B-C").given) == (
        "de la Cruz-Sánchez",
        "B-C",
    )
    assert name_of("The trial group").given == ""
    assert page_range("S12–S19") == ("S12", "S19")
    assert page_range("e102255") == ("e102255", None)
