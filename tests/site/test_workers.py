"""The seam for work in parallel: the same results in the same order, whoever does the work."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from humming import build_at, built, hashes, write_base

from probatum.errors import MissingExtra
from probatum.site.workers import CHUNK, spread

needs_dask = pytest.mark.skipif(
    find_spec("distributed") is None, reason="Dask is not installed: pip install 'probatum[dask]'"
)


def double(value: int) -> int:
    return 2 * value


@pytest.fixture
def cluster() -> Iterator[None]:
    from distributed import Client  # noqa: PLC0415  # an extra that may be absent

    with Client(n_workers=2, threads_per_worker=1, dashboard_address=None):
        yield


@pytest.mark.parametrize("count", [0, 1, CHUNK, 2 * CHUNK + 1])
@pytest.mark.parametrize("executor", ["auto", "serial", "processes"])
def test_work_is_spread_in_order(executor: str, count: int) -> None:
    items = list(range(count))
    assert list(spread(double, items, executor)) == [2 * i for i in items]  # type: ignore[arg-type]  # a literal by construction


@needs_dask
@pytest.mark.filterwarnings("default")  # Dask's own warnings are not ours
def test_dask_spreads_work_in_order_and_builds_the_same_bytes(
    tmp_path: Path, cluster: None
) -> None:
    del cluster
    items = list(range(2 * CHUNK + 1))
    assert list(spread(double, items, "dask")) == [2 * i for i in items]
    build_at(write_base(tmp_path / "base"), tmp_path / "site", executor="dask")
    assert hashes(tmp_path / "site") == hashes(built())


@needs_dask
@pytest.mark.filterwarnings("default")  # Dask's own warnings are not ours
def test_where_nobody_is_connected_a_cluster_is_started() -> None:
    assert list(spread(double, [1, 2, 3], "dask")) == [2, 4, 6]


def test_without_dask_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    with pytest.raises(MissingExtra, match=r"probatum\[dask\]"):
        list(spread(double, [1], "dask"))
