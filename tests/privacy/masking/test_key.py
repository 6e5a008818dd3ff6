from __future__ import annotations

import stat
from pathlib import Path

import pyarrow as pa
import pytest

from likewise.errors import SettingsError, SourceError
from likewise.privacy.masking.key import Key


def test_a_key_file_is_for_its_owner_alone_and_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "mask.key"
    key = Key.new()
    key.write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and Key.read(path) == key
    with pytest.raises(SourceError):
        Key.new().write(path)


@pytest.mark.parametrize("content", [b"", b"zz" * 32, b"00" * 31, b"\xff" * 64])
def test_what_is_no_key_is_refused_without_being_shown(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mask.key"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"masking\.key") as fault:
        Key.read(path)
    assert content.decode("latin-1") not in str(fault.value) or not content


def test_a_key_is_not_shown() -> None:
    assert "0" not in repr(Key(bytes(32)))


def test_numbers_are_those_of_the_values() -> None:
    key = Key(bytes(32))
    found = key.numbers(pa.array(["a", "b", "a", None]), "record")
    assert found[0] == found[2] != found[1] and (found >= 0).all()
    assert (key.numbers(pa.array(["a"]), "other") != found[:1]).all()
