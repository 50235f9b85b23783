"""Likelihood of the log odds ratio of one table, given all its margins or its events.

Both are exponential families in θ: ``ℓ(θ) = log p(a | θ)`` is concave, its slope is ``a − E[X]``
and its curvature ``−Var[X]``. Values for many tables at many θ at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln

from probatum.stats.arrays import FloatArray
from probatum.stats.inputs import Table


class Likelihoods(NamedTuple):
    """``ℓ``, ``ℓ'`` and ``−ℓ''`` of every table (rows) at every θ (columns)."""

    value: FloatArray
    slope: FloatArray
    information: FloatArray


class Family(Protocol):
    """Distribution of the first arm's events in each table."""

    def at(self, theta: FloatArray) -> Likelihoods:
        """Evaluate at θ of shape (tables, points)."""

    def slope_limits(self) -> tuple[FloatArray, FloatArray]:
        """Return the lowest and highest slope each table can have, shape (tables,)."""


@dataclass(frozen=True, slots=True)
class Hypergeometric:
    """Events of the first arm given both margins: Fisher's noncentral hypergeometric.

    Attributes
    ----------
    lowest, highest : fewest and most possible events less the observed, shape (tables,).
    bands : tables whose supports are of similar size, worked on together.
    """

    lowest: FloatArray
    highest: FloatArray
    bands: tuple[_Band, ...]

    @classmethod
    def of(cls, table: Table) -> Hypergeometric:
        """Lay out the support of each table."""
        ai, bi, ci, di = table
        lowest, highest = -np.minimum(ai, di), np.minimum(bi, ci)
        octave = np.ceil(np.log2(highest - lowest + 1))
        rows = [np.flatnonzero(octave == size) for size in np.unique(octave)]
        bands = tuple(
            _Band.of(row, Table(ai[row], bi[row], ci[row], di[row]), lowest[row], highest[row])
            for row in rows
        )
        return cls(lowest, highest, bands)

    def at(self, theta: FloatArray) -> Likelihoods:
        """Evaluate by summing over the support."""
        value, slope, information = np.empty((3, *theta.shape))
        for band in self.bands:
            found = band.at(theta[band.rows])
            value[band.rows], slope[band.rows], information[band.rows] = found
        return Likelihoods(value, slope, information)

    def slope_limits(self) -> tuple[FloatArray, FloatArray]:
        """Return the observed events less the most and less the fewest possible."""
        return -self.highest, -self.lowest


@dataclass(frozen=True, slots=True)
class _Band:
    """Some tables, by support.

    Attributes
    ----------
    rows : which tables.
    excess : possible events less the observed, shape (tables, support), padded by 0.
    weight : log of C(n₁, x)·C(n₂, m − x) over that of the observed x; −∞ where padded.
    """

    rows: NDArray[np.intp]
    excess: FloatArray
    weight: FloatArray

    @classmethod
    def of(
        cls, rows: NDArray[np.intp], table: Table, lowest: FloatArray, highest: FloatArray
    ) -> _Band:
        possible = lowest[:, None] + np.arange(int((highest - lowest).max()) + 1)
        inside = possible <= highest[:, None]
        excess = np.where(inside, possible, 0.0)
        weight = np.zeros_like(excess)
        for cell, sign in zip(table, (1, -1, -1, 1), strict=True):
            weight -= gammaln(cell[:, None] + sign * excess + 1) - gammaln(cell + 1)[:, None]
        return cls(rows, excess, np.where(inside, weight, -np.inf))

    def at(self, theta: FloatArray) -> Likelihoods:
        """Sum over the support with the largest term scaled to 1."""
        x = self.excess
        terms = self.weight[:, None, :] + theta[:, :, None] * x[:, None, :]
        top = terms.max(axis=-1)
        terms -= top[..., None]
        np.exp(terms, out=terms)
        sums = terms @ np.stack([np.ones_like(x), x, x**2], axis=-1)
        total, mean = sums[..., 0], sums[..., 1] / sums[..., 0]
        variance = np.maximum(sums[..., 2] / total - mean**2, 0.0)
        return Likelihoods(-top - np.log(total), -mean, variance)


@dataclass(frozen=True, slots=True)
class Binomial:
    """Events of the first arm given all events, where they are rare in both arms.

    Then X ~ Binomial(m, expit(θ + log(n₁/n₂))) (Stijnen, Hamza & Özdemir 2010).
    """

    ai: FloatArray
    events: FloatArray
    offset: FloatArray

    @classmethod
    def of(cls, table: Table) -> Binomial:
        """Read events and the log ratio of arm sizes."""
        ai, bi, ci, di = table
        return cls(ai, ai + ci, np.log((ai + bi) / (ci + di)))

    def at(self, theta: FloatArray) -> Likelihoods:
        """Evaluate in closed form."""
        a, m = self.ai[:, None], self.events[:, None]
        logit = theta + self.offset[:, None]
        p = expit(logit)
        ways = gammaln(m + 1) - gammaln(a + 1) - gammaln(m - a + 1)
        value = ways - a * np.logaddexp(0, -logit) - (m - a) * np.logaddexp(0, logit)
        return Likelihoods(value, a - m * p, m * p * (1 - p))

    def slope_limits(self) -> tuple[FloatArray, FloatArray]:
        """Return the observed events less all and less none."""
        return self.ai - self.events, self.ai


def fisher_p(table: Table) -> FloatArray:
    """Two-sided p of Fisher's exact test (1935): all tables no likelier than the observed.

    Ties are told within a relative 1e-7, as is usual. One p for each table, shape (k,).
    """
    found = np.empty(table.ai.shape)
    for band in Hypergeometric.of(table).bands:
        chance = np.exp(band.weight - band.weight.max(axis=1, keepdims=True))
        as_rare = band.weight <= 1e-7
        found[band.rows] = (chance * as_rare).sum(axis=1) / chance.sum(axis=1)
    return np.minimum(found, 1.0)
