"""The references as files for other programs."""

from __future__ import annotations

from probatum.evidence.base import Base
from probatum.export.citations import to_bibtex, to_csl_json, to_ris
from probatum.site.asset import Asset

FORMATS = (
    ("references.bib", to_bibtex),
    ("references.ris", to_ris),
    ("references.json", to_csl_json),
)


def export_files(base: Base) -> tuple[Asset, ...]:
    """Return every record as BibTeX, RIS and CSL-JSON."""
    records = [base.records[ident] for ident in sorted(base.records)]
    return tuple(Asset(f"references/{name}", write(records).encode()) for name, write in FORMATS)
