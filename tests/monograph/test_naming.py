"""How records are called."""

from __future__ import annotations

import pytest

from probatum.evidence.base import Base
from probatum.monograph.model import Monograph
from probatum.monograph.naming import LONGEST_TITLE, family_of, name_records, namer, short_name
from probatum.study import Report, Source


def make(ident: str, authors: tuple[str, ...] = (), **fields: object) -> Report:
    known = {"id": ident, "title": "On baths", "year": 1900, "sources": (Source(kind="citation"),)}
    return Report.model_validate({**known, "authors": authors, **fields})


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (make("smith1900", ("Smith J",)), "Smith 1900"),
        (
            make("smith1900b", ("Smith J", "de la Cruz-Sánchez B")),
            "Smith & de la Cruz-Sánchez 1900b",
        ),
        (make("smith1900", ("Smith J", "Doe A", "Roe B")), "Smith et al. 1900"),
        (make("who1900", ("World Health Organization",)), "World Health Organization 1900"),
        (make("smith", ("Smith J",), year=None), "Smith, year unknown"),
        (make("baths1900"), "“On baths” 1900"),
        (make("baths", year=None), "“On baths”"),
        (make("baths1900", title="(a trial of baths)"), "[a trial of baths] 1900"),
        (make("baths1900", title='On "warm" baths.'), "“On 'warm' baths” 1900"),
        (
            make("baths1900", title="On the bathing of people with a long history of lameness"),
            "“On the bathing of people with a…” 1900",
        ),
    ],
)
def test_a_record_is_called_by_its_authors_or_title(record: Report, name: str) -> None:
    assert short_name(record) == name


def test_family_names_keep_their_particles() -> None:
    assert family_of("van den Berg JW") == "van den Berg"


def test_ids_in_a_sentence_give_way_to_names() -> None:
    records = {row.id: row for row in (make("a1900", ("Smith J",)), make("a1900-b"))}
    told = name_records("Without a1900 and a1900-b, x2000 changes.", namer(records))
    assert told == "Without Smith 1900 and “On baths” 1900, x2000 changes."


def test_no_record_is_called_by_its_id(shipped: Base) -> None:
    for record in shipped.records.values():
        name = short_name(record)
        assert record.id not in name
        assert len(name) <= LONGEST_TITLE + 60


def test_no_sentence_or_cell_shows_a_working_id(monograph: Monograph, shipped: Base) -> None:
    ids = {name for name in shipped.records if any(letter.isdigit() for letter in name)}
    claims = [claim.text for use in monograph.uses for claim in use.claims()]
    claims += [claim.text for section in monograph.sections for claim in section.claims()]
    claims += [reason for use in monograph.uses for _, reason in use.others]
    tables = [part for section in monograph.sections for p in section.passages for part in p.parts]
    tables += [table for use in monograph.uses for table in use.tables]
    cells = (cell for table in tables for row in getattr(table, "rows", ()) for cell in row)
    claims += ["".join(span.text for span in cell.spans) for cell in cells]
    shown = {word.strip(".,;:()“”") for text in claims for word in text.split()}
    assert sorted(shown & ids) == []
