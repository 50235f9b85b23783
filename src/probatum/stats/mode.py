"""The certified global mode of a Gaussian likelihood in one variance component."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_FIRST_NODES = 129
_ROUNDS = 60
_NARROW = 1e-12


@dataclass(frozen=True, slots=True)
class Profile:
    """A likelihood of tau² alone: ``-½ [Σ log(d_j + t) + Σ z_j² / (e_j + t)]``.

    The restricted likelihood has ``d = e``, the eigenvalues of the sampling covariance on the
    residual space; the profile of the full likelihood has ``d`` the sampling variances.

    Attributes
    ----------
    spread : d, the variances of the log-determinant.
    scale : e, the variances of the quadratic form.
    square : z², the squared contrasts along the eigenvectors.
    """

    spread: Floats
    scale: Floats
    square: Floats

    def value(self, t: Floats) -> Floats:
        """Log-likelihood up to a constant, shape of t."""
        d, e = self.spread + t[:, None], self.scale + t[:, None]
        return np.asarray(-0.5 * (np.log(d).sum(1) + (self.square / e).sum(1)))

    def sums(self, t: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Four falling functions of t: both parts of l', and both parts of l''."""
        d, e = self.spread + t[:, None], self.scale + t[:, None]
        pull = 0.5 * (self.square / e**2).sum(1)
        drag = 0.5 * (1 / d).sum(1)
        return pull, drag, (self.square / e**3).sum(1), 0.5 * (1 / d**2).sum(1)

    def slope(self, t: float) -> float:
        """First derivative at one t."""
        pull, drag, _, _ = self.sums(np.array([t]))
        return float(pull[0] - drag[0])


def upper_bound(profile: Profile) -> float:
    """Return a t above which the likelihood only falls.

    ``Σ z²/(e+t)² ≤ S/(min e + t)²`` and ``Σ 1/(d+t) ≥ n/(max d + t)``, so the slope is negative
    once ``(t + min e)² > S/n (t + max d)``; the larger root of that quadratic is the bound.
    """
    mean = float(profile.square.sum()) / profile.spread.size
    low, high = float(profile.scale.min()), float(profile.spread.max())
    half = 0.5 * mean - low
    under = half**2 + mean * high - low**2
    return max(half + float(np.sqrt(max(under, 0.0))), 0.0)


@np.errstate(over="ignore")  # what overflows bounds nothing, or adds nothing as a divisor
def global_mode(profile: Profile) -> float:
    """Return the t ≥ 0 of the largest likelihood, with a certificate by bounds.

    The slope is a difference of two falling sums, so its values at the ends of a cell enclose it
    over the whole cell; likewise the curvature. A cell is dropped when the enclosure proves that
    it is monotone or that it cannot beat the best point found; a cell proved concave holds at
    most one mode, found by bisection; every other cell is halved. What is left in the end is
    narrower than rounding (relative 1e-12).
    """
    top = upper_bound(profile)
    if top <= 0:
        return 0.0
    floor = max(min(float(profile.scale.min()), top) * 1e-3, top * 1e-15)
    nodes = np.concatenate(([0.0], np.geomspace(floor, top * (1 + 1e-9), _FIRST_NODES)))
    left, right = nodes[:-1], nodes[1:]
    values = profile.value(nodes)
    best_t, best = float(nodes[values.argmax()]), float(values.max())
    for _ in range(_ROUNDS):
        left, right, concave = _open_cells(profile, left, right, best)
        for a, b in zip(left[concave], right[concave], strict=True):
            t = _root(profile, float(a), float(b))
            value = float(profile.value(np.array([t]))[0])
            if value > best:
                best_t, best = t, value
        left, right = left[~concave], right[~concave]
        if not left.size:
            break
        middle = 0.5 * (left + right)
        values = profile.value(middle)
        if values.max() > best:
            best_t, best = float(middle[values.argmax()]), float(values.max())
        left, right = np.concatenate((left, middle)), np.concatenate((middle, right))
    return best_t


def _open_cells(
    profile: Profile, left: Floats, right: Floats, best: float
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Keep the cells that may hold the global mode inside, and say which are concave."""
    pull_a, drag_a, _, lift_a = profile.sums(left)
    pull_b, drag_b, sink_b, _ = profile.sums(right)
    steepest, flattest = pull_a - drag_b, pull_b - drag_a
    width = right - left
    ceiling = np.minimum(
        profile.value(left) + width * np.maximum(steepest, 0),
        profile.value(right) - width * np.minimum(flattest, 0),
    )
    turning = (steepest >= 0) & (flattest <= 0)
    wide = width > _NARROW * right
    keep = turning & wide & (ceiling >= best)
    concave = lift_a - sink_b < 0
    inside = (pull_a - drag_a >= 0) & (pull_b - drag_b <= 0)
    keep &= ~concave | inside
    return left[keep], right[keep], concave[keep]


def _root(profile: Profile, low: float, high: float) -> float:
    """Bisect the falling slope of a concave cell."""
    for _ in range(80):
        middle = 0.5 * (low + high)
        if profile.slope(middle) > 0:
            low = middle
        else:
            high = middle
        if high - low <= _NARROW * high:
            break
    return 0.5 * (low + high)
