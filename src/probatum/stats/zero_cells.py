"""Zero cells in two-by-two tables: which tables get a correction, and how large.

Sources: Gart & Zweifel 1967 (½ in each cell); Sweeting, Sutton & Lambert 2004 (treatment-arm
correction: the reciprocal of the size of the other arm, scaled to sum to one).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from probatum.errors import InputError
from probatum.stats.arrays import BoolArray
from probatum.stats.inputs import Table

ZeroCells = Literal["only0", "all", "none", "treatment-arm", "revman"]


@dataclass(frozen=True, slots=True)
class Corrected:
    """Tables after the rule.

    Attributes
    ----------
    table : the cells.
    corrected : tables to which something was added.
    double_zero : tables with no event in either arm, or with nothing but events.
    """

    table: Table
    corrected: BoolArray
    double_zero: BoolArray


def correct_zero_cells(table: Table, rule: ZeroCells = "only0", add: float = 0.5) -> Corrected:
    """Apply a zero-cell rule to tables of any one shape.

    Parameters
    ----------
    rule : ``only0`` adds to the tables that hold a zero; ``all`` adds to every table;
        ``none`` adds nothing; ``treatment-arm`` adds to tables that hold a zero, in each arm
        in proportion to its own share of the people, ``2·add·n₁/(n₁+n₂)`` in the first;
        ``revman`` corrects the same tables as ``only0`` (`effect` says what differs).
    add : what each cell receives; with ``treatment-arm``, its mean over the two arms.

    Raises
    ------
    InputError : no such rule, or `add` is negative.
    """
    if rule not in get_args(ZeroCells):
        raise InputError(f"zero_cells must be one of {', '.join(get_args(ZeroCells))}, not {rule}")
    if not add >= 0:
        raise InputError("add must not be negative")
    ai, bi, ci, di = table
    has_zero = (ai == 0) | (bi == 0) | (ci == 0) | (di == 0)
    double_zero = ((ai == 0) & (ci == 0)) | ((bi == 0) & (di == 0))
    touched = {"all": np.ones_like(has_zero), "none": np.zeros_like(has_zero)}.get(rule, has_zero)
    first = second = np.where(touched, add, 0.0)
    if rule == "treatment-arm":
        n1, n2 = ai + bi, ci + di
        share = np.divide(n1, n1 + n2, out=np.full_like(n1, 0.5), where=n1 + n2 > 0)
        first, second = 2 * first * share, 2 * second * (1 - share)
    cells = Table(ai + first, bi + first, ci + second, di + second)
    return Corrected(cells, touched, double_zero)
