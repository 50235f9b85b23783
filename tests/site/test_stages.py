"""What is kept between builds is what would be computed, and nothing else is believed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from humming import write_base

from probatum.evidence.base import Base, read
from probatum.rating.assess import Assessment, assess
from probatum.site import stages
from probatum.site.output import Output
from probatum.site.stages import decode, encode, key_of, place_of, read_kept, with_stability


def base_of(tmp_path: Path) -> Base:
    base = read(write_base(tmp_path / "base")).base
    assert base is not None
    return base


@pytest.fixture
def plain(tmp_path: Path) -> Assessment:
    return assess(base_of(tmp_path), stability=False)


def write(kept: tuple[stages.Asset, ...], output: Output) -> None:
    for asset in kept:
        output.write(asset.path, "", asset.data)


def test_the_stage_gives_what_assess_gives(plain: Assessment, tmp_path: Path) -> None:
    staged, _ = with_stability(plain, Output(tmp_path / "site", {}))
    whole = assess(plain.base)
    assert {u: r.stability for u, r in staged.ratings.items()} == {
        u: r.stability for u, r in whole.ratings.items()
    }
    assert staged.multiverses.keys() == whole.multiverses.keys()
    for use, one in whole.multiverses.items():
        other = staged.multiverses[use]
        assert other.specifications == one.specifications
        for name in ("words", "estimate", "low", "high"):
            np.testing.assert_array_equal(getattr(other, name), getattr(one, name))


def test_what_was_kept_is_used_and_the_same(
    plain: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = Output(tmp_path / "site", {})
    first, kept = with_stability(plain, output)
    write(kept, output)
    monkeypatch.setattr(stages, "explore", None)  # calling it again would fail
    second, again = with_stability(plain, output)
    assert again == kept
    assert second.ratings == first.ratings


def test_encoding_keeps_every_number(plain: Assessment, tmp_path: Path) -> None:
    staged, _ = with_stability(plain, Output(tmp_path / "site", {}))
    one = staged.multiverses["knee-pain"]
    told = json.loads(encode("key", one))
    back = decode("knee-pain", told["multiverse"])
    assert back is not None
    assert back.specifications == one.specifications
    np.testing.assert_array_equal(back.estimate, one.estimate)
    assert encode("key", back) == encode("key", one)
    assert decode("x", json.loads(encode("key", None))["multiverse"]) is None


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
    assert read_kept(output, "knee-pain", "k") is None


def test_columns_of_different_length_are_refused(plain: Assessment, tmp_path: Path) -> None:
    staged, _ = with_stability(plain, Output(tmp_path / "site", {}))
    told = json.loads(encode("k", staged.multiverses["knee-pain"]))["multiverse"]
    told["words"].pop()
    with pytest.raises(ValueError, match="length"):
        decode("knee-pain", told)


def test_the_key_changes_with_records_of_the_use_alone(plain: Assessment) -> None:
    base = plain.base
    use, other = base.config.uses
    keys = key_of(use, plain), key_of(other, plain)
    base.digests["studies/hum2012.toml"] = "changed"  # type: ignore[index]  # a test may
    assert key_of(use, plain) != keys[0]
    assert key_of(other, plain) == keys[1]
