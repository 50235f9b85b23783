"""The choices an analyst makes before pooling, checked once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from probatum.errors import InputError, UnknownName
from probatum.stats.estimators import Method
from probatum.stats.inference import Prediction, Test
from probatum.stats.tau2_interval import Interval


@dataclass(frozen=True, slots=True)
class Choices:
    """How to pool; the names are explained at `pool`.

    Raises
    ------
    UnknownName : a choice that does not exist; the message lists those that do.
    InputError : a level that is not between 0 and 1.
    """

    method: Method = "REML"
    test: Test = "knha"
    level: float = 0.95
    prediction: Prediction = "auto"
    interval: Interval = "Q-profile"

    def __post_init__(self) -> None:
        kinds = {"method": Method, "test": Test, "prediction": Prediction, "interval": Interval}
        for name, kind in kinds.items():
            value, known = getattr(self, name), get_args(kind)
            if value not in known:
                raise UnknownName(f"no {name} is named {value!r}; choose from {', '.join(known)}")
        if not 0 < self.level < 1:
            raise InputError(f"level must lie between 0 and 1, not {self.level}")

    @property
    def equal_effects(self) -> bool:
        """Whether tau² is taken as 0."""
        return self.method in {"EE", "FE"}
