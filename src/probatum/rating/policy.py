"""Rating policies: plain text files beside this module, read into frozen records.

A new scale is a new file in ``policies/``; no other module names one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from probatum.certainty.policy import CertaintyPolicy
from probatum.errors import Problem, UnknownName
from probatum.evidence.base import CONFIG_FILE, Base
from probatum.evidence.flaw import Flaw
from probatum.evidence.mending import did_you_mean
from probatum.evidence.reader import read_text
from probatum.study import Record, Text
from probatum.vocabulary import CertaintyLevel, Side, TimeBand

ClaimSide = Literal["benefit", "none", "harm"]
ClaimLevel = Literal["high", "moderate", "low"]
LEVELS: tuple[ClaimLevel, ...] = ("low", "moderate", "high")
"""Certainties that can carry a claim, by index less one."""

SAFETY = "safety"
"""The policy of safety words stands beside the rating scales and is read by its own module."""


class Volume(Record):
    """Randomised studies, and people in them, that a claim asks for."""

    studies: Annotated[int, Field(ge=0)]
    people: Annotated[int, Field(ge=0)]


class Policy(Record):
    """A rating scale with the rules that lead to its words."""

    name: Text
    version: Text
    title: Text
    summary: Text
    words: tuple[Text, ...]
    insufficient: Text
    bands: tuple[TimeBand, ...]
    unclear: Literal["lowers", "decides", "ignored"]
    claims: dict[ClaimSide, dict[ClaimLevel, Text]]
    volume: dict[ClaimLevel, Volume]
    certainty: CertaintyPolicy

    def word(self, side: Side, level: CertaintyLevel | None) -> str:
        """Return the word for a side and a certainty."""
        if side == "unclear" or level is None or level == "very low":
            return self.insufficient
        return self.claims[side][level]


_ADAPTER = TypeAdapter(Policy)


@cache
def policy_names() -> tuple[str, ...]:
    """Return the names of the policies that come with probatum, sorted."""
    folder = files("probatum.rating") / "policies"
    names = {p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml")}
    return tuple(sorted(names - {SAFETY}))


@cache
def load_policy(name: str) -> Policy:
    """Read a policy by name.

    Raises
    ------
    UnknownName
        Where no such policy comes with probatum.
    """
    if name not in policy_names():
        raise UnknownName(f"no policy is called {name!r}; known: {', '.join(policy_names())}")
    return parse_policy(policy_text(name))


def check_policy(base: Base) -> tuple[Problem, ...]:
    """Return an error where a base names a policy that does not come with probatum."""
    if base.config.policy in policy_names():
        return ()
    message = f"no policy is called `{base.config.policy}`"
    flaw = Flaw(("policy",), message, did_you_mean(base.config.policy, policy_names()))
    return read_text(base.root, CONFIG_FILE).problems([flaw])


def policy_text(name: str) -> str:
    """Return a policy's file as it stands."""
    return (files("probatum.rating") / "policies" / f"{name}.toml").read_text(encoding="utf-8")


def parse_policy(text: str) -> Policy:
    """Read a policy from TOML; pydantic's ValidationError says what is wrong with it."""
    return _ADAPTER.validate_python(_tidy(tomllib.loads(text)))


def _tidy(raw: Mapping[str, object]) -> dict[str, object]:
    summary = str(raw.get("summary", "")).strip().replace("\n", " ")
    return {**raw, "summary": summary}
