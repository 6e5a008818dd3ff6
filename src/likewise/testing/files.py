"""Promises about model files: what is saved comes back, the same for the same fit, on any machine."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow as pa

from likewise.core.draw import sample
from likewise.core.state import from_bytes, load, to_bytes
from likewise.testing.subject import Promise, Subject, expect, hinted, same

_DRAWN = """
import sys
from likewise.core.draw import BLOCK, block
from likewise.core.state import load
print(block(load(sys.argv[1]), 1, BLOCK + 37, None, 2).digest())
"""

_FITTED = """
import hashlib, json, sys
import pyarrow as pa
from likewise.core.registry import synthesizer
from likewise.core.state import to_bytes
table = pa.ipc.open_file(sys.argv[1]).read_all()
model = synthesizer(sys.argv[2], json.loads(sys.argv[3])).fit(table, seed=1)
print(hashlib.sha256(to_bytes(model)).hexdigest())
"""


def saved_models_come_back(subject: Subject) -> None:
    """A model that was saved and loaded draws the same rows, conditioned or not, and says the same of itself."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.likewise"
        subject.model.save(path)
        expect([p.name for p in Path(folder).iterdir()] == [path.name], "saving leaves other files behind")
        loaded = load(path)
    expect(type(loaded) is type(subject.model), f"a {type(loaded).__name__} came back")
    expect(loaded.schema == subject.model.schema, "the schema changed")
    expect(loaded.card == subject.model.card, "the card changed")
    expect(loaded.container == subject.model.container, "the container changed")
    same(subject.draw(64, seed=5), sample(loaded, 64, seed=5), "samples before and after saving")
    given = {"sex": "female", "age": (30, 60)}
    same(subject.draw(32, given=given), sample(loaded, 32, given=given), "conditioned samples before and after saving")


def equal_fits_are_equal_files(subject: Subject) -> None:
    """The same data, settings and seed give the same file to the byte, and so does saving what was loaded.

    Where noise is to differ, only the latter.
    """
    content = to_bytes(subject.model)
    equal = subject.is_private or to_bytes(subject.fit(subject.table)) == content
    expect(equal, "two equal fits were saved as different bytes")
    expect(to_bytes(from_bytes(content)) == content, "a loaded model was saved as different bytes")


def other_processes_draw_the_same(subject: Subject) -> None:
    """A block drawn by another process from the file is the block drawn here."""
    here = sample(subject.narrow_model, 65_536 + 37, seed=2).slice(65_536).digest()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.likewise"
        subject.narrow_model.save(path)
        expect(_elsewhere(_DRAWN, str(path)) == here, "another process drew other rows")


def other_processes_fit_the_same(subject: Subject) -> None:
    """A fit in another process, where sets and dicts are hashed otherwise, is the same file, unless noise differs."""
    if subject.is_private:
        return
    settings = json.dumps(subject.synthesizer.to_dict())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.arrow"
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, subject.table.schema) as writer:
            writer.write_table(subject.table)
        told = _elsewhere(_FITTED, str(path), subject.synthesizer.technique, settings)
    expect(told == hashlib.sha256(to_bytes(subject.model)).hexdigest(), "another process made another model file")


def _elsewhere(script: str, *arguments: str) -> str:
    told = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
    expect(told.returncode == 0, f"another process failed: {told.stderr.strip()[-400:]}")
    return told.stdout.strip()


def damaged_files_are_refused(subject: Subject) -> None:
    """A file that was cut short or changed is refused."""
    content = to_bytes(subject.narrow_model)
    hinted(lambda: from_bytes(content[: len(content) // 2]), "half a model file")
    changed = bytearray(content)
    changed[len(content) // 3] ^= 1
    hinted(lambda: from_bytes(bytes(changed)), "a model file with a changed bit")


PROMISES: tuple[Promise, ...] = (
    saved_models_come_back,
    equal_fits_are_equal_files,
    other_processes_draw_the_same,
    other_processes_fit_the_same,
    damaged_files_are_refused,
)
