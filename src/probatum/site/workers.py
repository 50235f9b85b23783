"""One seam for work in parallel: here, in processes of this machine, or on a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from typing import Literal, TypeVar

from probatum.errors import MissingExtra

A = TypeVar("A")
B = TypeVar("B")
Executor = Literal["auto", "serial", "processes", "dask"]
WORTH_IT = 1_500
"""Fewer items than this are done sooner here than processes would have started."""
CHUNK = 50


def spread(
    function: Callable[[A], B], items: Sequence[A], executor: Executor = "auto"
) -> Iterator[B]:
    """Yield the function of each item in order; the same whatever the executor.

    Function and items must be picklable unless the work stays in this process.
    """
    if executor == "auto":
        many = len(items) >= WORTH_IT and (os.cpu_count() or 1) > 1
        executor = "processes" if many else "serial"
    if executor == "serial":
        yield from map(function, items)
        return
    chunks = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
    run = spread_processes if executor == "processes" else spread_dask
    for done in run(partial(apply, function), chunks):
        yield from done


def apply(function: Callable[[A], B], items: Sequence[A]) -> list[B]:
    """Return the function of each item of a chunk."""
    return [function(item) for item in items]


def spread_processes(
    function: Callable[[Sequence[A]], list[B]], chunks: Sequence[Sequence[A]]
) -> Iterator[list[B]]:
    """Yield the function of each chunk, computed by processes of this machine."""
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  # most builds need none
    from multiprocessing import get_context  # noqa: PLC0415  # most builds need none

    # Forking a process that has threads can hang, so each worker starts afresh.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from pool.map(function, chunks)


def spread_dask(
    function: Callable[[Sequence[A]], list[B]], chunks: Sequence[Sequence[A]]
) -> Iterator[list[B]]:
    """Yield the function of each chunk, computed by a Dask cluster.

    That is the cluster of the present client, else the one that Dask's own settings name
    (``DASK_SCHEDULER_ADDRESS``), else one that is started on this machine for as long as it takes.
    """
    try:
        distributed = import_module("dask.distributed")
    except ImportError as error:
        raise MissingExtra("Dask is not installed: pip install 'probatum[dask]'") from error
    with ExitStack() as open_until_done:
        try:
            client = distributed.get_client()
        except ValueError:  # nobody is connected
            client = open_until_done.enter_context(distributed.Client(dashboard_address=None))
        shared = client.scatter(function, broadcast=True, hash=False)
        futures = [client.submit(call, shared, chunk, pure=False) for chunk in chunks]
        for future in futures:
            yield future.result()


def call(function: Callable[[Sequence[A]], list[B]], chunk: Sequence[A]) -> list[B]:
    """Return the function of a chunk; as a task of its own, it names a function sent before."""
    return function(chunk)
