"""What is kept between builds is what would be computed, and nothing else is believed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from humming import write_base

from probatum.evidence.base import Base, read
from probatum.monograph.compose import compose
from probatum.rating.assess import assess
from probatum.site import stages
from probatum.site.output import Output
from probatum.site.stages import (
    Staged,
    assess_in_stages,
    decode,
    encode,
    keys_of,
    place_of,
    read_kept,
)


def base_of(tmp_path: Path) -> Base:
    base = read(write_base(tmp_path / "base")).base
    assert base is not None
    return base


@pytest.fixture
def staged(tmp_path: Path) -> Staged:
    return assess_in_stages(base_of(tmp_path), Output(tmp_path / "site", {}))


def test_stages_give_what_assess_gives(staged: Staged) -> None:
    whole = assess(staged.assessment.base)
    assert staged.assessment.ratings == whole.ratings
    assert staged.assessment.graded == whole.graded
    assert compose(staged.assessment) == compose(whole)
    assert staged.assessment.multiverses.keys() == whole.multiverses.keys()
    for use, one in whole.multiverses.items():
        other = staged.assessment.multiverses[use]
        assert other.specifications == one.specifications
        for name in ("words", "estimate", "low", "high"):
            np.testing.assert_array_equal(getattr(other, name), getattr(one, name))
    for use, outlook in whole.outlooks.items():
        assert [g.domains for g in staged.grids[use]] == [g.domains for g in outlook.grids.values()]


def test_what_was_kept_is_used_and_the_same(
    staged: Staged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = Output(tmp_path / "site", {})
    for asset in staged.kept:
        output.write(asset.path, "", asset.data)
    output.finish()
    monkeypatch.setattr(stages, "explore", None)  # calling them again would fail
    monkeypatch.setattr(stages, "look_ahead", None)
    again = assess_in_stages(staged.assessment.base, output)
    assert again.kept == staged.kept
    assert again.assessment.ratings == staged.assessment.ratings


def told(staged: Staged) -> dict[str, Any]:
    kept = next(asset for asset in staged.kept if "knee-pain" in asset.path)
    found = json.loads(kept.data)
    assert isinstance(found, dict)
    return found


def test_encoding_keeps_every_number(staged: Staged) -> None:
    back = decode("knee-pain", told(staged))
    one = staged.assessment.multiverses["knee-pain"]
    assert back.multiverse is not None
    assert back.multiverse.specifications == one.specifications
    np.testing.assert_array_equal(back.multiverse.estimate, one.estimate)
    assert back.flips == staged.assessment.ratings["knee-pain"].would_change
    assert encode(told(staged)["key"], back) == next(
        asset.data for asset in staged.kept if "knee-pain" in asset.path
    )


@pytest.mark.parametrize(
    "spoilt",
    [
        b"",
        b"null",
        b"{}",
        b'{"key": "k", "multiverse": {}}',
        b'{"key": "k", "multiverse": {"options": [], "specifications": [[9]], "words": []}}',
        b'{"key": "another", "multiverse": null}',
        b"\xff\xfe",
    ],
)
def test_a_spoilt_file_is_not_believed(tmp_path: Path, spoilt: bytes) -> None:
    output = Output(tmp_path, {})
    output.write(place_of("knee-pain"), "", spoilt)
    output.finish()
    assert read_kept(output, "knee-pain", "k") is None


def test_parts_that_do_not_fit_together_are_refused(staged: Staged) -> None:
    short = told(staged)
    short["multiverse"]["words"].pop()
    with pytest.raises(ValueError, match="length"):
        decode("knee-pain", short)
    narrow = told(staged)
    narrow["grids"][0]["sizes"].pop()
    with pytest.raises(ValueError, match="shape"):
        decode("knee-pain", narrow)


def test_the_key_changes_with_records_of_the_use_alone(tmp_path: Path) -> None:
    base = base_of(tmp_path)
    use, other = (use.slug for use in base.config.uses)
    before = keys_of(base)
    after = keys_of(replace(base, digests={**base.digests, "studies/hum2012.toml": "changed"}))
    assert after[use] != before[use]
    assert after[other] == before[other]


def test_the_key_changes_with_records_of_the_same_people_elsewhere(tmp_path: Path) -> None:
    base = base_of(tmp_path)
    use, other = (use.slug for use in base.config.uses)
    elsewhere = next(s for s in base.studies if s.id == "hum2012")
    twin = elsewhere.model_copy(
        update={"id": "twin2012", "conditions": (other,), "same_people": ("hum2012",)}
    )
    alone = replace(base, studies=(*base.studies, twin.model_copy(update={"same_people": ()})))
    shared = replace(base, studies=(*base.studies, twin))
    assert keys_of(alone)[use] == keys_of(base)[use]
    assert keys_of(shared)[use] != keys_of(base)[use]
