"""Checking a pack again: every change is found, and what is no pack is told."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from likewise.core.protocol import Model
from likewise.errors import EvaluationError, SourceError
from likewise.recipes.evidence import check_evidence, evidence
from likewise.recipes.evidence.bundle import packed


def members(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def changed(pack: bytes, change: Callable[[dict[str, bytes]], Any]) -> bytes:
    """Return a pack with other members, its list of digests and its seal as they were."""
    out, files = io.BytesIO(), members(pack)
    change(files)
    with zipfile.ZipFile(out, "w") as bundle:
        for name, body in files.items():
            bundle.writestr(name, body)
        bundle.comment = zipfile.ZipFile(io.BytesIO(pack)).comment
    return out.getvalue()


def rewritten(pack: bytes, name: str, change: Callable[[Any], None]) -> bytes:
    """Return a pack with one document changed and every digest new, as a forger would write it."""
    files = members(pack)
    del files["manifest.json"]
    document = json.loads(files[name])
    change(document)
    return packed({**files, name: json.dumps(document).encode()})


def differing(pack: bytes) -> list[str]:
    return [check.what for check in check_evidence(pack).checks if check.outcome == "differs"]


@pytest.fixture
def pack(private: Model) -> bytes:
    return evidence(private)


def test_a_whole_pack_agrees(pack: bytes, private: Model, tmp_path: Path) -> None:
    private.save(tmp_path / "m.likewise")
    found = check_evidence(pack, model=tmp_path / "m.likewise")
    assert found.agrees and found.told() == "What was checked agrees with the pack. Not checked: the drawn rows."


def test_a_changed_an_added_and_a_removed_member_are_found(pack: bytes) -> None:
    assert differing(changed(pack, lambda files: files.update({"evidence.html": b"all is well"}))) == ["evidence.html"]
    assert differing(changed(pack, lambda files: files.update({"more.txt": b""}))) == ["more.txt"]
    assert differing(changed(pack, lambda files: files.pop("contract.yaml"))) == ["contract.yaml"]


def test_a_changed_list_of_digests_is_found(pack: bytes) -> None:
    def forge(files: dict[str, bytes]) -> None:
        files["manifest.json"] = files["manifest.json"].replace(b'"format": 1', b'"format": 2')

    assert differing(changed(pack, forge)) == ["the list of digests"]


def test_what_does_not_follow_is_found_though_all_digests_are_new(pack: bytes) -> None:
    assert differing(rewritten(pack, "card.json", lambda card: None)) == []
    told = rewritten(pack, "evidence.json", lambda told: told["argument"].update(epsilon=0.1))
    assert differing(told) == ["the guarantee"]
    card = rewritten(pack, "card.json", lambda card: card["privacy"].update(events=card["privacy"]["events"][:1]))
    assert differing(card) == ["the guarantee"]
    chain = rewritten(pack, "evidence.json", lambda told: told["chain"][0].update(digest="0" * 64))
    assert differing(chain) == ["the chain of digests"]


def test_other_files_are_found(pack: bytes, plain: Model, tmp_path: Path) -> None:
    plain.save(tmp_path / "m.likewise")
    (tmp_path / "s.csv").write_text("a\n1\n")
    found = check_evidence(pack, model=tmp_path / "m.likewise", output=tmp_path / "s.csv")
    assert [c.what for c in found.checks if c.outcome == "differs"] == ["the model file", "the drawn rows"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_byte_that_was_changed_is_found_or_harmless(pack: bytes, data: st.DataObject) -> None:
    content = bytearray(pack)
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    try:
        found = check_evidence(bytes(content))
    except EvaluationError as fault:
        assert fault.code == "evidence.invalid"
        return
    assert not found.agrees or members(pack) == members(bytes(content))  # a date or a mode of the zip itself


@pytest.mark.parametrize("content", [b"", b"PK", b"a,b\n1,2\n"])
def test_what_is_no_pack_is_told(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(EvaluationError) as fault:
        check_evidence(tmp_path / "x.zip")
    assert fault.value.code == "evidence.invalid" and fault.value.where == str(tmp_path / "x.zip")
    with pytest.raises(SourceError):
        check_evidence(tmp_path / "none.zip")


def test_a_model_file_is_no_pack(plain: Model, tmp_path: Path) -> None:
    plain.save(tmp_path / "m.likewise")
    with pytest.raises(EvaluationError):
        check_evidence(tmp_path / "m.likewise")
