"""Put the shipped evidence bases into built wheels, but not into editable installs."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShipBases(BuildHookInterface):  # type: ignore[type-arg]  # hatchling leaves it untyped
    """Ship ``bases/`` inside the package; an editable install reads it from the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the folder to a standard build; a copy in an editable one would go stale."""
        if version == "standard":
            build_data["force_include"]["bases"] = "probatum/bases"
