"""Where the shared data stand, and a loud skip where they do not."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def shared_file(name: str) -> Path:
    """Return a file of the shared data, or skip the test and say so."""
    path = Path(os.environ.get("PROBATUM_SHARED", ROOT.parent / "shared")) / name
    if not path.exists():
        message = f"SKIPPED FOR WANT OF DATA: {name} is not beside the project"
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(message, stacklevel=2)
        pytest.skip(message)
    return path
