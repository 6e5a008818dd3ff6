from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import likewise
from likewise.core.protocol import Model
from likewise.core.state import FORMAT, SEAL, from_bytes, load, save, to_bytes
from likewise.errors import ModelFileError, SourceError
from likewise.techniques.bootstrap import Bootstrap

MODEL = Bootstrap().fit(pa.table({"age": [31, 45, 52, 38], "sex": ["f", "m", "m", "f"]}), seed=3)
CONTENT = to_bytes(MODEL)


def members(content: bytes = CONTENT) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    """Write a bundle by hand, with a seal that holds."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        for name, body in parts.items():
            bundle.writestr(name, body)
        bundle.comment = b"0" * SEAL
    content = out.getvalue()[:-SEAL]
    return content + hashlib.sha256(content).hexdigest().encode()


def edited(**changes: Any) -> bytes:
    parts = members()
    document = {**json.loads(parts["model.json"]), **changes}
    return packed({**parts, "model.json": json.dumps({k: v for k, v in document.items() if v is not None}).encode()})


def refused(content: bytes, code: str) -> ModelFileError:
    with pytest.raises(ModelFileError) as caught:
        from_bytes(content, where="x.likewise")
    assert caught.value.code == code, caught.value
    assert caught.value.hint and caught.value.where == "x.likewise"
    return caught.value


def test_a_model_comes_back(tmp_path: Path) -> None:
    save(MODEL, tmp_path / "m.likewise")
    again = load(tmp_path / "m.likewise")
    assert again.schema == MODEL.schema and again.card == MODEL.card
    assert again.sample(9, seed=1) == MODEL.sample(9, seed=1)
    assert to_bytes(again) == CONTENT == (tmp_path / "m.likewise").read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["m.likewise"]
    assert isinstance(likewise.load(str(tmp_path / "m.likewise")), Model)


def test_the_bundle_is_a_zip_that_anyone_can_open() -> None:
    assert set(members()) == {"model.json", "card.json", "arrays.safetensors"}
    assert json.loads(members()["model.json"])["format"] == FORMAT
    assert from_bytes(packed(members())).sample(3, seed=2) == MODEL.sample(3, seed=2)


def test_every_byte_that_changed_is_noticed() -> None:
    for place in range(len(CONTENT)):
        changed = bytearray(CONTENT)
        changed[place] ^= 1 << place % 8
        with pytest.raises(ModelFileError) as caught:
            from_bytes(bytes(changed))
        assert caught.value.hint, place


@settings(max_examples=60)
@given(st.integers(0, len(CONTENT) - 1), st.binary(max_size=40))
def test_what_was_cut_or_added_to_is_noticed(place: int, more: bytes) -> None:
    for content in (CONTENT[:place], CONTENT[:place] + more, CONTENT[:place] + more + CONTENT[place:], more + CONTENT):
        if content != CONTENT:
            with pytest.raises(ModelFileError):
                from_bytes(content)


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused(content: bytes) -> None:
    for head in (b"", b"PK\x03\x04"):
        with pytest.raises(ModelFileError):
            from_bytes(head + content)


def test_foreign_files() -> None:
    refused(b"", "model.foreign")
    refused(b"age,sex\n3,f\n", "model.foreign")
    refused(packed({"other.txt": b"hello"}), "model.foreign")
    refused(CONTENT[:-10], "model.damaged")


def test_a_future_format_asks_for_an_upgrade() -> None:
    fault = refused(edited(format=FORMAT + 1, schema=None, technique=None), "model.future-format")
    assert "upgrade" in (fault.hint or "")


def test_a_technique_that_is_not_installed_is_named() -> None:
    assert "`quantum`" in refused(edited(technique="quantum"), "model.technique").what


@pytest.mark.parametrize(
    "changes",
    [{"format": None}, {"format": "one"}, {"technique": None}, {"schema": None}, {"schema": {"columns": 3}},
     {"learned": None}, {"learned": []}, {"learned": {"schema": 3}}, {"container": None}, {"technique": ["x"]}],
)  # fmt: skip
def test_a_bundle_made_by_hand_ends_in_one_clear_error(changes: dict[str, Any]) -> None:
    refused(edited(**changes), "model.invalid")


@pytest.mark.parametrize("name", ["card.json", "arrays.safetensors"])
def test_missing_and_unreadable_members(name: str) -> None:
    parts = members()
    refused(packed({k: v for k, v in parts.items() if k != name}), "model.invalid")
    refused(packed({**parts, name: b"not this"}), "model.invalid")


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "no.likewise", tmp_path):
        with pytest.raises(ModelFileError) as caught:
            load(path)
        assert caught.value.code == "model.unreadable" and caught.value.hint and str(path) in str(caught.value)


def test_a_place_that_cannot_be_written_is_refused_and_an_older_file_stays(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        save(MODEL, tmp_path / "no" / "m.likewise")
    assert caught.value.hint
    if os.geteuid() != 0:
        older = tmp_path / "kept.likewise"
        older.write_bytes(b"older")
        tmp_path.chmod(0o500)
        with pytest.raises(SourceError):
            save(MODEL, older)
        tmp_path.chmod(0o700)
        assert older.read_bytes() == b"older"
