"""The references as files for other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from probatum.evidence.base import Base
from probatum.export.citations import to_bibtex, to_csl_json, to_ris
from probatum.site.page import digest_of
from probatum.study import Report

FORMATS = (
    ("references.bib", to_bibtex),
    ("references.ris", to_ris),
    ("references.json", to_csl_json),
)


@dataclass(frozen=True, slots=True)
class ExportFile:
    """Every record in one format, written when it is needed."""

    path: str
    records: tuple[Report, ...]
    write: Callable[[Iterable[Report]], str]
    inputs: str

    @property
    def data(self) -> bytes:
        """The file's bytes."""
        return self.write(self.records).encode()

    def digest(self, shell_digest: str) -> str:
        """Return what changes whenever the bytes would."""
        return digest_of(shell_digest, self.path, self.inputs)


def export_files(base: Base) -> tuple[ExportFile, ...]:
    """Return every record as BibTeX, RIS and CSL-JSON."""
    records = tuple(base.records[ident] for ident in sorted(base.records))
    inputs = digest_of([bibliography(record) for record in records])
    return tuple(
        ExportFile(f"references/{name}", records, write, inputs) for name, write in FORMATS
    )


def bibliography(record: Report) -> tuple[object, ...]:
    """Return the part of a record that every kind has, which is all that the formats tell."""
    return tuple(getattr(record, name) for name in Report.model_fields)
