"""Checks of the bibliography that every record shares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from probatum.evidence.config import BaseConfig
from probatum.evidence.flaw import Flaw, warning
from probatum.evidence.web import host_of, is_number
from probatum.review import Review
from probatum.study import Report, Study

DOI = re.compile(r"10\.\d{4,9}/\S+")
PMID = re.compile(r"[1-9]\d{0,7}")
PMCID = re.compile(r"PMC[1-9]\d{0,8}")
REGISTRATION = re.compile(
    r"NCT\d{8}|ISRCTN\d{8}|ACTRN\d{14}p?|CRD\d{8,}|ChiCTR[-A-Z]*\d{8,10}|DRKS\d{8}"
    r"|IRCT[A-Z]?\d{4,}N\d+|IRCT\d+|CTRI/\d{4}/\d{2,3}/\d{6}|KCT\d{7}|NTR\d{3,5}|NL-?O?M?\d{3,}[.\d]*"
    r"|UMIN\d{9}|JPRN-\S+|jRCT[a-z]?\d{9,10}|TCTR\d{11}|RBR-[0-9a-z]{5,8}|PACTR\d{15,16}|PER-\d{3}-\d{2}"
    r"|SLCTR/\d{4}/\d{3}|U1111-\d{4}-\d{4}|\d{4}-\d{6}-\d{2}(-\d{2})?|LBCTR\d{10}|ReBec \S+",
)
"""Numbers of the registries of the WHO network, PROSPERO, EudraCT and the universal number."""


def file_name(report: Report, config: BaseConfig) -> Iterator[Flaw]:
    """Check that the file is named by the record's id."""
    del config
    if report.file and PurePosixPath(report.file).stem != report.id:
        message = f"the file is named `{PurePosixPath(report.file).name}`, the record `{report.id}`"
        yield Flaw(("id",), message, f"name the file `{report.id}.toml`, or mend the id")


def identifiers(report: Report, config: BaseConfig) -> Iterator[Flaw]:
    """Check the form of DOI, PMID, PMCID and registrations."""
    del config
    forms = (
        ("doi", report.doi, DOI, "write it bare, such as `10.1234/abc`"),
        ("pmid", report.pmid, PMID, "write the digits only, such as `18551430`"),
        ("pmcid", report.pmcid, PMCID, "write it with its letters, such as `PMC123456`"),
    )
    for name, value, form, mend in forms:
        if value and not form.fullmatch(value):
            yield Flaw((name,), f"`{value}` has not the form of a {name.upper()}", mend)
    for index, number in enumerate(report.registrations):
        if not REGISTRATION.fullmatch(number):
            message = f"`{number}` has the form of no known registry"
            mend = "write the number as the registry does, such as `NCT01234567`"
            yield warning(("registrations", index), message, mend)


def addresses(report: Report, config: BaseConfig) -> Iterator[Flaw]:
    """Check that sources are web addresses, which pages may link."""
    del config
    for index, source in enumerate(report.sources):
        if not source.url:
            continue
        place, host = ("sources", index, "url"), host_of(source.url)
        if not host:
            message = f"`{source.url[:60]}` is no web address"
            yield warning(place, message, "begin it with https://")
        elif is_number(host):
            message = f"`{host}` is no name, and pages do not link it"
            yield warning(place, message, "give an address of the publisher, or of PubMed")


def year(report: Report, config: BaseConfig) -> Iterator[Flaw]:
    """Check that the year is not later than the state of the base."""
    latest = int(config.date[:4])
    if report.year and report.year > latest:
        message = f"{report.year} is later than the base, which is of {config.date}"
        yield warning(("year",), message, "mend the year, or the date in base.toml")


def retraction(report: Report, config: BaseConfig) -> Iterator[Flaw]:
    """Check that a retraction is shown by its notice, and is said in the status too."""
    del config
    if not isinstance(report, Study | Review):
        return
    noticed = any(notice.kind == "retraction" for notice in report.notices)
    if report.status == "retracted" and not noticed:
        mend = 'add `[[notices]]` with kind = "retraction" and the notice\'s DOI or address'
        yield warning(("status",), "retracted, and no notice says so", mend)
    if noticed and report.status != "retracted":
        mend = 'write status = "retracted", or mend the notice'
        what = type(report).__name__.lower()
        yield warning(("status",), f"a notice retracts the {what}, and the status does not", mend)
