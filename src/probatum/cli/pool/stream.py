"""Pool a file of any length: chunks on several cores, pools in the order of the file.

Where the rows of each pool lie together, each chunk is worked on by itself, and only its first and
last pool wait for their neighbours: memory holds a few chunks and the largest pool. Whether they
lie together is found in a first pass that keeps 8 bytes for each pool. Where they do not, the
records are first spilled to temporary files by pool, and pools come out file by file.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar

import click
import numpy as np

from probatum.cli.pool.chunks import Chunk, cut, read_header, run_hashes, spill
from probatum.cli.pool.layout import Layout, UnusableFile, read_layout
from probatum.cli.pool.output import Settings, pool_runs
from probatum.cli.pool.rows import Runs, Wrong, gather_runs, join_runs, read_runs

SMALL_BYTES = 2 << 20
"""A file up to this size is pooled at once, in this process."""
NO_ROWS = "the file has a header and no rows"
PART_BYTES = 2 << 20
MOST_PARTS = 512

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose header has been read."""

    path: Path
    layout: Layout
    offset: int
    first_line: int

    def chunks(self) -> Iterator[Chunk]:
        """Cut what follows the header."""
        with self.path.open("rb") as stream:
            stream.seek(self.offset)
            yield from cut(stream, self.first_line)

    @property
    def size(self) -> int:
        """Bytes after the header."""
        return self.path.stat().st_size - self.offset


class Output(NamedTuple):
    """Text of some pools, and the wrong records that were found on the way."""

    text: str
    wrong: list[Wrong]


class _Part(NamedTuple):
    """A chunk pooled but for its first and last pool, which may go on beyond it."""

    head: Runs | None
    text: str
    tail: Runs | None
    wrong: list[Wrong]


@contextmanager
def readable_twice(file: Path) -> Iterator[Path]:
    """Yield a file that can be read twice: ``-`` (standard input) and pipes are copied to disk."""
    if str(file) != "-" and not _is_pipe(file):
        yield file
        return
    with TemporaryDirectory(prefix="probatum-") as folder:
        copy = Path(folder, "input.csv")
        with click.open_file(str(file), "rb") as pipe, copy.open("wb") as target:
            shutil.copyfileobj(pipe, target)
        yield copy


def _is_pipe(file: Path) -> bool:
    try:
        mode = file.stat().st_mode
    except OSError:  # `open_source` will say why
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def open_source(path: Path, measure: str | None, by: Iterable[str]) -> Source:
    """Read the header of a file.

    Raises
    ------
    UnusableFile, UnknownName
        As `read_layout`; and if the file cannot be read, or holds nothing after the header.
    """
    try:
        with path.open("rb") as stream:
            header, first_line = read_header(stream)
            offset = stream.tell()
    except OSError as error:
        raise UnusableFile(error.strerror or "cannot be read") from error
    source = Source(path, read_layout(header, measure, tuple(by)), offset, first_line)
    if source.size <= 0:
        raise UnusableFile(NO_ROWS)
    return source


def pool_source(source: Source, settings: Settings, jobs: int | None = None) -> Iterator[Output]:
    """Yield the pools of a file, piece by piece, in the order of the file.

    Parameters
    ----------
    jobs : processes; by default one for each core this process may use.
    """
    if source.size <= SMALL_BYTES:
        with source.path.open("rb") as stream:
            stream.seek(source.offset)
            chunk = Chunk(stream.read(), source.first_line)
        yield _pool_whole(settings, chunk)
        return
    with _workers(jobs or _cores()) as executor:
        if _together(source, executor):
            yield from _stream(source, settings, executor)
        else:
            yield from _pool_spilled(source, settings, executor)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def _workers(jobs: int) -> ProcessPoolExecutor | nullcontext[None]:
    if jobs == 1:
        return nullcontext()
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))


def _in_order(
    executor: Executor | None, work: Callable[[Item], Answer], items: Iterable[Item]
) -> Iterator[Answer]:
    """Map over items on all workers, in order, with a few items under way at most."""
    if executor is None:
        yield from map(work, items)
        return
    pending: deque[Future[Answer]] = deque()
    try:
        for item in items:
            pending.append(executor.submit(work, item))
            if len(pending) > 2 * _cores():
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()


def _together(source: Source, executor: Executor | None) -> bool:
    """Tell whether each pool's rows lie together.

    Two pools of one hash would only send the file the longer way round.
    """
    if not source.layout.by:
        return True
    parts = _in_order(executor, partial(run_hashes, layout=source.layout), source.chunks())
    hashes = np.frombuffer(b"".join(parts), dtype=np.uint64)
    runs = hashes[np.r_[True, hashes[1:] != hashes[:-1]]] if hashes.size else hashes
    runs.sort()
    return not bool((runs[1:] == runs[:-1]).any())


def _stream(source: Source, settings: Settings, executor: Executor | None) -> Iterator[Output]:
    """Pool chunk after chunk, joining the pools that lie across a cut."""
    waiting: list[Runs] = []
    for part in _in_order(executor, partial(_pool_inside, settings), source.chunks()):
        text = ""
        if part.head is not None:
            if waiting and waiting[0].keys != part.head.keys:
                text += pool_runs(join_runs(waiting), settings)
                waiting = []
            waiting.append(part.head)
        if part.tail is not None:
            text += pool_runs(join_runs(waiting), settings) + part.text
            waiting = [part.tail]
        yield Output(text, part.wrong)
    if waiting:
        yield Output(pool_runs(join_runs(waiting), settings), [])


def _pool_inside(settings: Settings, chunk: Chunk) -> _Part:
    runs, wrong = read_runs(chunk, settings.layout, settings.zero_cells)
    last = len(runs) - 1
    if last < 0:
        return _Part(None, "", None, wrong)
    if last == 0:
        return _Part(runs, "", None, wrong)
    text = pool_runs(runs.take(1, last), settings)
    return _Part(runs.take(0, 1), text, runs.take(last, last + 1), wrong)


def _pool_whole(settings: Settings, chunk: Chunk) -> Output:
    """Pool a chunk that holds every row of its pools, in any order."""
    runs, wrong = read_runs(chunk, settings.layout, settings.zero_cells)
    if not len(runs) and not wrong:
        raise UnusableFile(NO_ROWS)
    return Output(pool_runs(gather_runs(runs), settings), wrong)


def _pool_spilled(
    source: Source, settings: Settings, executor: Executor | None
) -> Iterator[Output]:
    """Spill the records by pool, then pool each of the spilled files."""
    parts = min(MOST_PARTS, 1 + source.size // PART_BYTES)
    with TemporaryDirectory(prefix="probatum-") as folder:
        paths = list(spill(source.chunks(), source.layout, Path(folder), parts))
        yield from _in_order(executor, partial(_pool_part, settings), paths)


def _pool_part(settings: Settings, spilled: tuple[Path, Layout]) -> Output:
    path, layout = spilled
    return _pool_whole(replace(settings, layout=layout), Chunk(path.read_bytes(), 1))
