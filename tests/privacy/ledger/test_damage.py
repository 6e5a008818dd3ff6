"""A ledger that was edited, cut, exchanged or half-written: found, or shown to be harmless."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likewise.errors import PrivacyError
from likewise.privacy.accountant import Event
from likewise.privacy.ledger import Ledger


def filled(folder: Path) -> Ledger:
    ledger = Ledger.open(folder / "ledger.jsonl", new=True, witness=folder / "state")
    ledger.set_budget("patients", 3.0, 1e-5)
    ledger.reserve(1.0, 1e-5, people="patients", what="fit").commit([Event.gaussian(10.0, "age")])
    ledger.reserve(0.5, 1e-5, people="patients/2025")
    return ledger


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger")
    filled(folder)
    return folder


def found(folder: Path, content: bytes) -> str:
    """Return the code of what is found when a ledger holds other bytes; nothing where it opens."""
    path = folder / "ledger.jsonl"
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        Ledger.open(path, witness=folder / "state")
    except PrivacyError as fault:
        assert fault.where is not None and fault.where.startswith(str(path)) and fault.hint
        return fault.code
    finally:
        path.write_bytes(before)
    return ""


DAMAGED = {"privacy.ledger-damaged", "privacy.ledger-rolled-back"}


@settings(max_examples=300)
@given(data=st.data())
def test_any_byte_that_was_changed_is_found(whole: Path, data: st.DataObject) -> None:
    content = bytearray((whole / "ledger.jsonl").read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    assert found(whole, bytes(content)) in DAMAGED


@settings(max_examples=100)
@given(data=st.data())
def test_any_line_that_was_removed_doubled_or_moved_is_found(whole: Path, data: st.DataObject) -> None:
    lines = (whole / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    order = data.draw(st.lists(st.integers(0, len(lines) - 1), max_size=len(lines) + 1))
    if order != list(range(len(lines))):
        assert found(whole, b"".join(lines[place] for place in order)) in DAMAGED


@settings(max_examples=100)
@given(data=st.data())
def test_any_end_that_was_cut_off_is_found(whole: Path, data: st.DataObject) -> None:
    content = (whole / "ledger.jsonl").read_bytes()
    assert found(whole, content[: data.draw(st.integers(0, len(content) - 2))]) == "privacy.ledger-rolled-back"
    assert found(whole, content[:-1]) == ""  # an entry is whole without its line feed


@settings(max_examples=50)
@given(data=st.data())
def test_bytes_put_between_are_found(whole: Path, data: st.DataObject) -> None:
    content = (whole / "ledger.jsonl").read_bytes()
    place, more = data.draw(st.integers(0, len(content) - 2)), data.draw(st.binary(min_size=1, max_size=5))
    changed = content[:place] + more + content[place:]
    assert changed == content or found(whole, changed) in DAMAGED


def test_the_line_is_named(whole: Path) -> None:
    path = whole / "ledger.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], lines[2].replace(b"1.0", b"0.1"), *lines[3:]]))
    with pytest.raises(PrivacyError) as fault:
        Ledger.open(path, witness=whole / "state")
    path.write_bytes(b"".join(lines))
    assert fault.value.where == f"{path}:3"


def test_a_line_that_was_written_anew_with_its_hash_is_found_by_the_next(whole: Path) -> None:
    from likewise.privacy.ledger.entry import Entry

    lines = (whole / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    entry = Entry.read(lines[1].rstrip())
    assert entry is not None
    forged = entry.model_copy(update={"epsilon": 30.0}).line()
    assert found(whole, b"".join([lines[0], forged, *lines[2:]])) == "privacy.ledger-damaged"


def test_an_older_copy_is_found_also_after_it_went_on(tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    older, state = ledger.path.read_bytes(), tmp_path / "state"
    ledger.reserve(0.1, 1e-6, people="patients")
    ledger.path.write_bytes(older)
    refusal(lambda: ledger.reserve(0.1, 1e-6, people="patients"))
    assert ledger.path.read_bytes() == older
    Ledger.open(ledger.path, witness=tmp_path / "elsewhere").reserve(0.1, 1e-6, people="patients", what="fork")
    refusal(lambda: Ledger.open(ledger.path, witness=state))


def test_a_ledger_that_is_gone_or_empty_is_found_and_a_new_one_not_begun(tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    ledger.path.unlink()
    refusal(lambda: Ledger.open(ledger.path, new=True, witness=tmp_path / "state"))
    assert ledger.path.read_bytes() == b""
    refusal(lambda: ledger.reserve(0.1, 1e-6, people="patients"))
    Ledger.open(tmp_path / "other.jsonl", new=True, witness=tmp_path / "state")


def test_another_ledger_in_the_place_of_one_is_found(tmp_path: Path) -> None:
    """It has a history of its own without a fault, and the people's releases are not in it."""
    ledger, state = filled(tmp_path), tmp_path / "state"
    for witness in (tmp_path / "elsewhere", state):
        new = Ledger.open(tmp_path / f"{witness.name}.jsonl", new=True, witness=witness)
        new.set_budget("patients", 3.0, 1e-5)
        shutil.copy(new.path, ledger.path)
        refusal(lambda: Ledger.open(ledger.path, witness=state))
        refusal(lambda: ledger.reserve(0.1, 1e-6, people="patients"))


def test_a_copy_that_lies_elsewhere_is_known_by_its_name(tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    shutil.copy(ledger.path, tmp_path / "copy.jsonl")
    Ledger.open(tmp_path / "copy.jsonl", witness=tmp_path / "state").reserve(0.1, 1e-6, people="patients")
    refusal(lambda: Ledger.open(ledger.path, witness=tmp_path / "state"))


def refusal(act: Callable[[], object]) -> None:
    with pytest.raises(PrivacyError) as fault:
        act()
    assert fault.value.code == "privacy.ledger-rolled-back" and "remove" in str(fault.value.hint)


@settings(max_examples=30)
@given(data=st.data())
def test_what_a_killed_process_left_does_not_count_and_goes(data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        ledger = filled(Path(name))
        before = ledger.path.read_bytes()
        ledger.reserve(0.1, 1e-6, people="patients")
        line = ledger.path.read_bytes()[len(before) :]
        seen = json.loads(before.splitlines()[-1])
        witness = next((Path(name) / "state").glob("*.json"))  # as it was: the killed process had not come to it
        witness.write_text(
            json.dumps({**json.loads(witness.read_text()), "number": seen["number"], "hash": seen["hash"]})
        )
        ledger.path.write_bytes(before + line[: data.draw(st.integers(0, len(line) - 2))])
        assert len(ledger.history()) == seen["number"]
        ledger.reserve(0.2, 1e-6, people="patients")
        assert ledger.history()[-1].epsilon == 0.2 and ledger.path.read_bytes().startswith(before)


def test_a_last_line_without_its_line_feed_is_kept_and_followed(tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    before = ledger.path.read_bytes()
    ledger.path.write_bytes(before[:-1])
    ledger.reserve(0.1, 1e-6, people="patients")
    assert ledger.path.read_bytes().startswith(before) and len(ledger.history()) == before.count(b"\n") + 1


def test_a_witness_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    next((tmp_path / "state").glob("*.json")).write_text("{")
    with pytest.raises(PrivacyError) as fault:
        ledger.history()
    assert fault.value.code == "privacy.ledger-witness"


def test_a_foreign_file_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(PrivacyError) as fault:
        Ledger.open(tmp_path / "x.csv", new=True, witness=tmp_path / "state")
    assert fault.value.code == "privacy.ledger-damaged" and (tmp_path / "x.csv").read_text() == "a,b\n1,2\n"
