"""Synthesis by direction of effect, where effects themselves cannot be pooled.

Source: Cochrane Handbook 12.2.1.3 and McKenzie & Brennan 2019: vote counting counts the direction
of each study's effect, never its significance, and leaves out studies without a direction.
"""

from __future__ import annotations

from dataclasses import dataclass

from scipy.special import bdtr

from probatum.errors import InputError
from probatum.stats.arrays import floats
from probatum.stats.proportion import wilson
from probatum.stats.report import Report, p_value, percent


def require_count(name: str, count: int) -> None:
    """Raise `InputError` unless an argument is a whole number of studies."""
    (value,) = floats(**{name: count})
    if value.ndim or not value >= 0 or not float(value).is_integer():
        raise InputError(f"{name} must be a count, not {count}")


def sign_test(positive: int, negative: int) -> float:
    """Two-sided p of the exact sign test: twice the smaller binomial tail at ½, at most 1.

    Studies without a direction belong to neither count. Without any study p is 1
    (Cochrane Handbook 12.2.1.3).

    Raises
    ------
    InputError : a count is negative or no whole number.

    >>> sign_test(9, 1)
    0.021484375
    """
    for name, count in (("positive", positive), ("negative", negative)):
        require_count(name, count)
    total = positive + negative
    if total == 0:
        return 1.0
    return min(1.0, 2 * float(bdtr(int(min(positive, negative)), int(total), 0.5)))


@dataclass(frozen=True, slots=True)
class Votes(Report):
    """A vote count by direction of effect.

    Attributes
    ----------
    positive, negative, neither : studies in favour, against, and without a direction.
    share : positive over those with a direction; NaN where there is none.
    ci : Wilson limits of `share` at `level`; 0 and 1 where there is none.
    p : exact two-sided sign test.
    """

    positive: int
    negative: int
    neither: int
    share: float
    ci: tuple[float, float]
    p: float
    level: float

    @property
    def k(self) -> int:
        """Studies with a direction."""
        return self.positive + self.negative

    def summary(self) -> str:
        """Say the count in words."""
        aside = f", {self.neither} without a direction" if self.neither else ""
        if not self.k:
            return f"No study has a direction{aside}."
        low, high = self.ci
        return (
            f"{self.positive} of {self.k} studies in favour ({self.share:.0%}, "
            f"{percent(self.level)} CI {low:.0%} to {high:.0%}; "
            f"sign test {p_value(self.p)}){aside}."
        )


def count_votes(positive: int, negative: int, neither: int = 0, level: float = 0.95) -> Votes:
    """Count the votes of studies by the direction of their effect (Cochrane Handbook 12.2.1.3).

    Parameters
    ----------
    positive, negative : studies whose effect lies on either side, whatever their p.
    neither : studies without a direction; told, and in no share.
    level : coverage of Wilson's interval of the share.

    Raises
    ------
    InputError : a count is negative or no whole number, or `level` is not between 0 and 1.

    >>> count_votes(9, 1).summary()
    '9 of 10 studies in favour (90%, 95% CI 60% to 98%; sign test p = 0.021).'
    """
    p = sign_test(positive, negative)
    require_count("neither", neither)
    total = positive + negative
    if total == 0:
        return Votes(positive, negative, neither, float("nan"), (0.0, 1.0), p, level)
    low, high = wilson(positive, total, level)
    ci = (float(low), float(high))
    return Votes(positive, negative, neither, positive / total, ci, p, level)
