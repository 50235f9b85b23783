"""Cut a CSV file into chunks of whole records, and see whether its pools lie together."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import blake2b
from operator import ne
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from probatum.cli.pool.layout import Layout, UnusableFile

BOM = b"\xef\xbb\xbf"
CHUNK_BYTES = 1 << 20
RECORD_BYTES = 1 << 25
"""A record longer than this is taken for a quotation mark that is never closed."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole records, and the line on which the first of them begins."""

    data: bytes
    first_line: int

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each record that holds anything, with the line on which it begins.

        Raises
        ------
        UnusableFile
            If the bytes are not UTF-8, or no CSV.
        """
        text = decode(self.data, self.first_line)
        reader = csv.reader(io.StringIO(text, newline=""))
        line = begun = self.first_line
        try:
            for record in reader:
                begun = line
                if any(map(str.strip, record)):
                    yield line, record
                line = self.first_line + reader.line_num
            if self.data.count(b'"') % 2:
                _refuse_open(text, begun - self.first_line, begun)
        except csv.Error as error:
            raise UnusableFile(f"line {line}: {error}") from error


def _refuse_open(text: str, skip: int, line: int) -> None:
    """Raise `UnusableFile` if the last record, after some lines, ends inside quotation marks."""
    last = io.StringIO(text, newline="").readlines()[skip:]
    try:
        list(csv.reader(last, strict=True))
    except csv.Error as error:
        if "end of data" in str(error):
            raise UnusableFile(f"line {line}: a quotation mark is never closed") from error


class Sheet(NamedTuple):
    """Records by column.

    `misfits` tells the number of fields of the rows that had more or fewer than the header, and
    are cut or filled with empty ones here; `lost` the line and fields of those that are left out
    because they are too short to tell their pool.
    """

    lines: Sequence[int]
    columns: list[Sequence[str]]
    misfits: dict[int, int]
    lost: list[tuple[int, int]]


def read_sheet(chunk: Chunk, layout: Layout) -> Sheet:
    """Read the fields of a chunk.

    Without quotation marks and misfits, which is usual, the text is split at once.
    """
    width = layout.width
    if b'"' not in chunk.data:
        text = decode(chunk.data, chunk.first_line).replace("\r\n", "\n").removesuffix("\n")
        commas = {line.count(",") for line in text.split("\n")}
        blank = "," * (width - 1)
        if commas == {width - 1} and f"\n{blank}\n" not in f"\n{text}\n":
            fields = text.replace("\n", ",").split(",")
            every = range(chunk.first_line, chunk.first_line + len(fields) // width)
            return Sheet(every, [fields[at::width] for at in range(width)], {}, [])
    reach = max((at for _, at in layout.by), default=-1)
    lines: list[int] = []
    records: list[list[str]] = []
    misfits: dict[int, int] = {}
    lost: list[tuple[int, int]] = []
    for line, record in chunk.records():
        if len(record) <= reach:
            lost.append((int(record[0]) if layout.numbered else line, len(record)))
            continue
        if len(record) != width:
            misfits[len(records)] = len(record)
        lines.append(line)
        records.append((record + [""] * width)[:width])
    columns: list[Sequence[str]] = [*zip(*records, strict=True)] or [()] * width
    return Sheet(lines, columns, misfits, lost)


def find_runs(sheet: Sheet, layout: Layout) -> tuple[list[int], list[tuple[str, ...]]]:
    """Return the first row of each run of one pool, and its values of the splitting columns."""
    rows = len(sheet.lines)
    by = [sheet.columns[at] for _, at in layout.by]
    changes = np.zeros(rows, dtype=np.bool_)
    changes[:1] = True
    for column in by:
        changes[1:] |= np.fromiter(map(ne, column[1:], column), dtype=np.bool_, count=rows - 1)
    starts: list[int] = np.flatnonzero(changes).tolist()
    return starts, [tuple(column[start] for column in by) for start in starts]


def decode(data: bytes, first_line: int = 1) -> str:
    """Read UTF-8 that begins on a line, or refuse the file."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = first_line + data.count(b"\n", 0, error.start)
        raise UnusableFile(f"line {line}: the file is not UTF-8 ({error.reason})") from error


def read_header(stream: BinaryIO) -> tuple[list[str], int]:
    """Read the first record that is not blank; return its fields and the line after it."""
    data = b""
    while line := stream.readline(RECORD_BYTES):
        data += line
        blank = not data.removeprefix(BOM).strip()
        if len(data) > RECORD_BYTES or (data.count(b'"') % 2 == 0 and not blank):
            break
    if b"\r" in data.replace(b"\r\n", b"\n") and b'"' not in data:
        raise UnusableFile("its lines end in carriage returns alone: save it with line feeds")
    records = csv.reader(io.StringIO(decode(data.removeprefix(BOM)), newline=""))
    header = next(filter(any, records), [])
    if not any(header):
        raise UnusableFile("the file has no header")
    return header, 1 + data.count(b"\n")


def cut(stream: BinaryIO, first_line: int, size: int = CHUNK_BYTES) -> Iterator[Chunk]:
    """Yield the rest of the file as chunks of about `size` bytes.

    A line break ends a record where an even number of quotation marks stands before it.
    """
    rest = b""
    while block := stream.read(size):
        data = rest + block
        end = _end_of_records(data)
        if not end and len(data) > RECORD_BYTES:
            end = _end_by_parsing(data)
        if not end and len(data) > RECORD_BYTES:
            raise UnusableFile(f"line {first_line}: a quotation mark is never closed")
        if end:
            yield Chunk(data[:end], first_line)
            first_line += data.count(b"\n", 0, end)
        rest = data[end:]
    if rest:
        yield Chunk(rest, first_line)


def _end_of_records(data: bytes) -> int:
    """Return the position after the last line break outside quotation marks, or 0."""
    end = data.rfind(b"\n") + 1
    quotes = data.count(b'"', 0, end)
    while quotes % 2 and end:
        before = data.rfind(b"\n", 0, end - 1) + 1
        quotes -= data.count(b'"', before, end)
        end = before
    return end


def _end_by_parsing(data: bytes) -> int:
    """Return the position after the last record that is surely whole, or 0.

    Slower than counting, but not misled by a quotation mark inside a field, such as an inch.
    """
    lines = data[: data.rfind(b"\n") + 1].splitlines(keepends=True)
    reader = csv.reader(line.decode("utf-8", "replace") for line in lines)
    whole = done = 0
    try:
        for _ in reader:
            whole, done = done, reader.line_num
    except csv.Error:  # a field without an end
        whole = done
    return sum(map(len, lines[:whole]))


def run_hashes(chunk: Chunk, layout: Layout) -> bytes:
    """Return a hash of 8 bytes for each run of records of one pool."""
    _, keys = find_runs(read_sheet(chunk, layout), layout)
    return b"".join(_hash(key) for key in keys)


def _hash(key: Iterable[str]) -> bytes:
    return blake2b("\x1f".join(key).encode(), digest_size=8).digest()


def spill(
    chunks: Iterator[Chunk], layout: Layout, folder: Path, parts: int
) -> Iterator[tuple[Path, Layout]]:
    """Write the records to `parts` files, every pool whole in one, and yield those that hold any.

    Each record is written after the number of its line; the layout that goes with a file says so.
    """
    at = [position for _, position in layout.by]
    paths = [folder / f"{part}.csv" for part in range(parts)]
    with ExitStack() as stack:
        streams = [
            stack.enter_context(path.open("w", encoding="utf-8", newline="")) for path in paths
        ]
        writers = [csv.writer(stream) for stream in streams]
        for chunk in chunks:
            for line, record in chunk.records():
                part = int.from_bytes(_hash(record[i] for i in at if i < len(record))) % parts
                writers[part].writerow([line, *record])
    yield from ((path, layout.shifted()) for path in paths if path.stat().st_size)
