"""The rules of grading on arrays: numbers in, levels out, thousands of bodies at a time.

Written once and used twice: for the one body that a page shows, and for every specification
of the multiverse. Benefit is positive; a threshold of 0 means "against no difference". Each
function broadcasts its arguments; levels are integers, 0 for no concern.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.certainty.policy import CertaintyPolicy
from probatum.vocabulary import CERTAINTY_LEVELS, CertaintyLevel, Side

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HIGH: Final = 3
"""Index of high certainty; very low is 0."""
LEVEL_INDEX: Final[dict[CertaintyLevel, int]] = {
    level: HIGH - i for i, level in enumerate(CERTAINTY_LEVELS)
}
SIDES: Final[tuple[Side, ...]] = ("harm", "none", "benefit", "unclear")
"""Side by code + 1: harm -1, none 0, benefit 1, unclear 2."""
UNCLEAR: Final = 2
VERY: Final = 2
"""A very wide interval, as `count_wide` counts it."""
Z_OIS: Final = 2.8015852
"""1.96 for two-sided 5% plus 0.8416 for 80% power."""


def _levels(*reasons: Bools) -> Ints:
    """Count the reasons that hold."""
    return np.asarray(np.sum(np.broadcast_arrays(*reasons), axis=0, dtype=np.int64))


def level_of(index: int) -> CertaintyLevel:
    """Return the certainty of an index, 0 to 3."""
    return CERTAINTY_LEVELS[HIGH - index]


def find_region(estimate: ArrayLike, threshold: ArrayLike) -> Ints:
    """Where an estimate lies: 1 important benefit, -1 important harm, 0 between."""
    y, t = np.asarray(estimate, float), np.asarray(threshold, float)
    return np.where((y >= t) & (y > 0), 1, np.where((y <= -t) & (y < 0), -1, 0))


def find_side(estimate: ArrayLike, low: ArrayLike, high: ArrayLike, threshold: ArrayLike) -> Ints:
    """Side on which an interval comes down, as a code (see ``SIDES``).

    Benefit: the interval excludes no difference and the estimate reaches the threshold; harm
    mirrors it. None: the whole interval is smaller than the threshold either way, so that no
    important difference remains possible. Anything else is unclear.
    """
    lo, hi, t = (np.asarray(x, float) for x in (low, high, threshold))
    region = find_region(estimate, t)
    benefit = (region == 1) & (lo > 0)
    harm = (region == -1) & (hi < 0)
    none = (lo > -t) & (hi < t)
    return np.select([benefit, harm, none], [1, -1, 0], UNCLEAR)


def count_crossings(
    estimate: ArrayLike, low: ArrayLike, high: ArrayLike, threshold: ArrayLike
) -> Ints:
    """Levels for an interval that crosses thresholds (GRADE guidance 34, Zeng 2022).

    Target "important": one level for crossing the threshold, two for crossing no difference as
    well, three for reaching important harm too. Target "little or none": one level a threshold
    crossed, three where both limits lie beyond twice the threshold. Against no difference: one
    level for including it, two where the interval reaches as far beyond it as the estimate.
    """
    y, lo, hi, t = (np.asarray(x, float) for x in (estimate, low, high, threshold))
    near = np.where(y < 0, -hi, lo)
    far = np.where(y < 0, -lo, hi)
    size = np.abs(y)
    important = np.where(near < t, 1, 0) + (near < 0) + (near < -t)
    null = np.where(near <= 0, 1, 0) + (-near >= size)
    little = np.where(far > t, 1, 0) + (near < -t) + ((far > 2 * t) & (near < -2 * t))
    levels = np.select([t == 0, size >= t], [np.where(near <= 0, null, 0), important], little)
    return np.where(np.isfinite(lo) & np.isfinite(hi), levels, HIGH).astype(np.int64)


def count_information(
    fraction: ArrayLike,
    policy: CertaintyPolicy,
    *,
    little: ArrayLike = False,
    wide: ArrayLike = 0,
) -> Ints:
    """Levels for too little information, from its share of the optimal information size.

    The size guards against large effects of small studies (GRADE guidance 34); for an effect
    that is ``little`` the interval speaks for itself, and only far too few people lower. A ratio
    whose interval is ``wide`` (see `count_wide`) holds too little information however many events
    there are, and one that is very wide loses a level more.
    """
    f, w = np.asarray(fraction, float), np.asarray(wide, dtype=np.int64)
    short = (f < 1) | (w >= 1)
    return _levels(short & ~np.asarray(little, bool), f < policy.far_below_ois, w >= VERY)


def count_wide(low: ArrayLike, high: ArrayLike, ratio: ArrayLike, policy: CertaintyPolicy) -> Ints:
    """How far apart the limits of a ratio lie, on the log scale: 1 wide, 2 very wide.

    A wide interval asks for more information (GRADE guidance 34); very wide is twice as far.
    """
    width = np.asarray(high, float) - np.asarray(low, float)
    is_ratio = np.asarray(ratio, bool)
    limits = (policy.wide_ratio, policy.very_wide_ratio)
    return _levels(*(is_ratio & (width > np.log(limit)) for limit in limits))


def information_size(difference: ArrayLike, policy: CertaintyPolicy) -> Floats:
    """People needed to find a standardised difference, never below the rule of thumb.

    ``4 (z_0.975 + z_0.80)² / d²`` in two equal groups: 785 at d = 0.2 before rounding up each
    group (GRADE guidelines 6, Guyatt 2011).
    """
    d = np.asarray(difference, float)
    with np.errstate(divide="ignore"):
        asked = 2 * np.ceil(2 * (Z_OIS / d) ** 2)
    return np.maximum(np.where(d > 0, asked, 0), policy.ois_people)


def weigh_outside(
    studies: Floats, weights: Floats, estimate: ArrayLike, threshold: ArrayLike
) -> tuple[Floats, Floats]:
    """Share of information on the other side of the threshold, and on the other side of 0.

    ``studies`` and ``weights`` have shape (..., k) and weights sum to 1 (0 pads). For an
    estimate below the threshold, "other side" is beyond it, and the second share is the smaller
    of those beyond it either way.
    """
    y = np.asarray(estimate, float)[..., None]
    t = np.asarray(threshold, float)[..., None]
    region = find_region(y, t)
    facing = np.where(region == 0, studies, studies * region)
    above = np.sum(weights * (facing >= t), axis=-1)
    below = np.sum(weights * (facing <= -t), axis=-1)
    short = np.sum(weights * (facing < t), axis=-1)
    against = np.sum(weights * (facing < 0), axis=-1)
    trivial = region[..., 0] == 0
    return (
        np.where(trivial, above + below, short),
        np.where(trivial, np.minimum(above, below), against),
    )


def reaches_beyond(
    estimate: ArrayLike,
    ci: tuple[ArrayLike, ArrayLike],
    pi: tuple[ArrayLike, ArrayLike],
    threshold: ArrayLike,
) -> Bools:
    """Whether the prediction interval crosses a threshold that the confidence interval does not.

    What both cross is imprecision already; it is not counted twice.
    """
    y, t = np.asarray(estimate, float), np.asarray(threshold, float)
    (lo, hi), (plo, phi) = ([np.asarray(x, float) for x in pair] for pair in (ci, pi))
    region = find_region(y, t)
    near, pnear = np.where(region < 0, -hi, lo), np.where(region < 0, -phi, plo)
    important = ((pnear < t) & (near >= t)) | ((pnear < 0) & (near >= 0))
    little = ((phi > t) & (hi <= t)) | ((plo < -t) & (lo >= -t))
    return np.where(region == 0, little, important).astype(np.bool_)


def count_inconsistency(
    i2: ArrayLike,
    outside: ArrayLike,
    opposite: ArrayLike,
    *,
    apart: ArrayLike,
    beyond: ArrayLike,
    policy: CertaintyPolicy,
    explained: ArrayLike = False,
) -> Ints:
    """Levels for inconsistency (GRADE guidance 36, Guyatt 2023).

    I² alone lowers nothing: large differences among effects on one side of the threshold do not
    matter. One level where I² is substantial and the studies disagree on the target: enough
    information lies on its other side, the prediction interval reaches beyond it, or intervals
    of single studies do not overlap. Two where I² is considerable, intervals do not overlap and
    enough information points the opposite way. One level less where a feature of the studies has
    ``explained`` the disagreement.
    """
    i2, outside, opposite = (np.asarray(x, float) for x in (i2, outside, opposite))
    apart, beyond = np.asarray(apart, bool), np.asarray(beyond, bool)
    disagree = (outside >= policy.far_share) | beyond | (apart & (outside > 0))
    one = (i2 >= policy.i2_substantial) & disagree
    two = (i2 >= policy.i2_considerable) & apart & (opposite >= policy.far_share)
    return np.maximum(_levels(one, one & two) - np.asarray(explained, dtype=np.int64), 0)


def count_bias(
    high: ArrayLike, several: ArrayLike, concerns: ArrayLike, policy: CertaintyPolicy
) -> Ints:
    """Levels for risk of bias from shares of information (GRADE guidelines 4, Guyatt 2011).

    ``high``, ``several`` and ``concerns`` are the shares from studies at high risk, at high risk
    in two domains or more, and at some concerns.
    """
    high, several, concerns = (np.asarray(x, float) for x in (high, several, concerns))
    one = (high >= policy.bias_share) | (high + concerns > policy.bias_very_share)
    return _levels(one, several >= policy.bias_very_share)


def count_upgrade(
    start: ArrayLike,
    lost: ArrayLike,
    near: ArrayLike,
    large: ArrayLike,
    *,
    assessed: ArrayLike,
    policy: CertaintyPolicy,
) -> Ints:
    """Level given back to a body that started low (GRADE guidelines 9, Guyatt 2011).

    Only non-randomised bodies that lost nothing to bias, inconsistency and imprecision, whose
    risk of bias is assessed, and whose interval lies wholly beyond a large effect. ``near`` is
    the limit nearest to no difference, positive.
    """
    firm = (np.asarray(lost) == 0) & (np.asarray(assessed, float) >= policy.assessed_share)
    beyond = np.asarray(near, float) >= np.asarray(large, float)
    return np.where((np.asarray(start) < HIGH) & firm & beyond, 1, 0)


def settle(start: ArrayLike, levels: ArrayLike, cap: ArrayLike) -> Ints:
    """Certainty as an index from 0 (very low) to 3 (high)."""
    return np.asarray(np.clip(np.minimum(np.asarray(start) - np.asarray(levels), cap), 0, HIGH))


def count_design(unrandomised: ArrayLike) -> tuple[Ints, Ints]:
    """Start (as an index) and levels from the share of information not from randomised studies.

    Where non-randomised studies hold less than half, the body starts high and loses a level;
    from half on it starts low, as a body of such studies does (GRADE guidelines 3).
    """
    share = np.asarray(unrandomised, float)
    return np.where(share < 0.5, HIGH, 1), np.where((share > 0) & (share < 0.5), 1, 0)
