"""How a command that makes many values at once deals with memory."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected(*, ending: bool = False) -> Iterator[None]:
    """Leave the search for unreachable cycles out for a while.

    A build makes a large web of frozen values, nearly all of which live to its end, and the
    collector would walk through them over and over: a tenth of the time of a rebuild. Where the
    process is ``ending``, they are left to the system without a last walk.
    """
    active = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if ending:
            gc.freeze()
        if active:
            gc.enable()
