"""The shipped monograph, composed once, and small bases of a therapy that does not exist."""

from __future__ import annotations

import pytest

from probatum.evidence.base import Base, read, shipped_base
from probatum.monograph.compose import compose
from probatum.monograph.model import Monograph
from probatum.rating.assess import Assessment, assess


@pytest.fixture(scope="session")
def shipped() -> Base:
    base = read(shipped_base()).base
    assert base is not None
    return base


@pytest.fixture(scope="session")
def assessment(shipped: Base) -> Assessment:
    return assess(shipped)


@pytest.fixture(scope="session")
def monograph(assessment: Assessment) -> Monograph:
    return compose(assessment)
