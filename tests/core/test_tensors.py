"""Columns of arrays: what they are taken for, how they travel, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import likewise
from likewise.core.draw import block_rows
from likewise.core.public import public_schema
from likewise.core.schema import Column, Kind, Schema
from likewise.core.table import Table, concat
from likewise.core.tensors import from_tensor, shapes_of, to_tensor
from likewise.errors import LikewiseError, SchemaError

RNG = np.random.default_rng(0)
PICTURES = RNG.integers(0, 255, (12, 6, 5, 3), dtype=np.uint8)
SERIES = RNG.normal(size=(12, 7, 2))
SETTINGS: dict[str, Any] = {"bootstrap": {}, "noise": {"steps": ["mirror"]}}
CLIPS: list[npt.NDArray[Any] | None] = [RNG.normal(size=(k % 4 + 2, 3)) for k in range(12)]
DATA: dict[str, Any] = {
    "photo": PICTURES, "grey": PICTURES[..., 0], "track": SERIES, "flat": SERIES[..., 0], "clip": [*CLIPS[:11], None],
    "kind": list("abc") * 4,
}  # fmt: skip


def schema_of(name: str, kind: Kind, **more: Any) -> Schema:
    return Schema(columns=(Column(name=name, kind=kind, **more),))


def test_arrays_are_taken_for_what_they_are() -> None:
    table = Table.from_any(DATA)
    found = {c.name: (c.kind, c.shape, c.nullable) for c in table.schema.columns}
    assert found["photo"] == ("image", (6, 5, 3), False)
    assert found["grey"] == ("image", (6, 5, 1), False)
    assert found["track"] == ("series", (7, 2), False)
    assert found["flat"] == ("series", (7, 1), False)
    assert found["clip"] == ("series", (None, 3), True)
    assert table.schema["photo"].reason == "pictures of 6 x 5 x 3 (height x width x channels)"
    assert table.schema["grey"].reason == "pictures of 6 x 5 (height x width)"
    assert "6 x 5 x 3" in table._repr_html_()


def test_what_comes_in_goes_out() -> None:
    made = Table.from_any(DATA).to_native()
    for name in ("photo", "grey", "track", "flat"):
        assert made[name].dtype == DATA[name].dtype and np.array_equal(made[name], DATA[name])
    assert made["clip"][11] is None and all(np.array_equal(a, b) for a, b in zip(made["clip"][:11], CLIPS[:11]))


def test_arrays_are_views_that_nobody_can_write_to() -> None:
    table = Table.from_any({"photo": PICTURES})
    pictures = table.tensor("photo")
    assert isinstance(pictures, np.ndarray) and np.shares_memory(pictures, PICTURES)
    with pytest.raises(ValueError, match="read-only"):
        pictures[0] = 0
    with pytest.raises(SchemaError, match="holds no arrays"):
        Table.from_any(DATA).tensor("kind")


@given(st.lists(st.integers(0, 11), max_size=20), st.integers(0, 12))
def test_rows_are_taken_cut_and_joined(rows: list[int], cut: int) -> None:
    table = Table.from_any(DATA)
    taken = table.take(np.array(rows, dtype=np.int64))
    photos, clips = taken.tensor("photo"), taken.tensor("clip")
    assert np.array_equal(photos, PICTURES[np.array(rows, dtype=np.int64)])
    assert all((a is None) == (r == 11) for a, r in zip(clips, rows, strict=True))
    parts = [table.slice(0, cut), table.slice(cut)]
    assert concat(parts).digest() == table.digest() == table.take(np.arange(12)).digest()
    assert concat(parts) == table


def test_a_digest_sees_every_value_and_every_shape() -> None:
    other = PICTURES.copy()
    other[3, 2, 1, 0] ^= 1
    base = Table.from_any({"x": PICTURES}).digest()
    assert base != Table.from_any({"x": other}).digest()
    one = Table.from_any({"x": [np.zeros((2, 3)), np.zeros((3, 2))]})
    assert one.digest() != Table.from_any({"x": [np.zeros((3, 2)), np.zeros((2, 3))]}).digest()


def test_a_series_with_gaps_equals_itself() -> None:
    gaps = SERIES.copy()
    gaps[0, 0, 0] = np.nan
    gaps[1, 1, 1] = np.inf
    table = Table.from_any({"x": gaps})
    assert table == Table.from_any({"x": gaps}) and np.isnan(table.tensor("x")[1][1, 1])
    assert table != Table.from_any({"x": SERIES})


def test_frames_carry_arrays() -> None:
    table = Table.from_any(DATA)
    frame = table.to_pandas()
    again = Table.from_any(frame)
    assert {c.name: (c.kind, c.shape) for c in again.schema.columns} == {
        c.name: (c.kind, c.shape) for c in table.schema.columns
    }
    assert isinstance(again.to_native(), pd.DataFrame) and np.array_equal(again.to_native()["photo"][3], PICTURES[3])
    wide = table.to_polars()
    assert wide["photo"].dtype == pl.Array(pl.UInt8, (6, 5, 3))
    assert Table.from_any(wide).digest() == table.digest()
    noisy = likewise.fit(
        wide, technique="noise", steps=[{"mirror": {"across": 1, "columns": ["photo", "grey"]}}]
    ).perturb(wide)
    assert np.array_equal(noisy["photo"].to_numpy(), PICTURES[:, :, ::-1]) and noisy.schema == wide.schema
    noisy = likewise.fit(frame, technique="noise", steps=["jitter"]).perturb(frame.set_index(np.arange(12) * 3))
    assert noisy.index[1] == 3 and noisy["clip"][33] is None and noisy["track"][0].shape == (7, 2)
    assert Table.from_any(table.to_arrow()).digest() == table.digest()
    assert Table.from_arrow(table.written()).schema.columns == table.schema.columns


def test_sounds_say_so_and_keep_their_rate() -> None:
    whole = (RNG.normal(size=(4, 50)) * 9000).astype(np.int16)
    table = Table.from_any({"s": whole}, schema_of("s", "audio", rate=8000))
    assert table.schema["s"].shape == (50, 1) and np.abs(table.tensor("s")).max() <= 1
    written = table.to_arrow()
    again = Table.from_arrow(written)
    assert again.schema["s"].kind == "audio" and again.schema["s"].rate == 8000
    assert np.array_equal(table.to_native()["s"], whole)


def test_lists_and_texts_become_arrays_where_a_schema_says_so() -> None:
    wanted = schema_of("x", "series")
    for cells in ([[1, 2.5], [3]], ["[1, 2.5]", "[3]"], [[[1], [None]], [[2]]]):
        table = Table.from_any({"x": cells}, wanted)
        assert table.schema["x"].shape == (None, 1)
        assert table.to_native()["x"] == cells or cells[0] in ("[1, 2.5]", [[1], [None]])
    assert Table.from_any({"x": [[1, 2], [3, 4]]}).schema["x"].kind == "json"


def test_next_month_may_have_other_shapes() -> None:
    schema = Table.from_any({"x": PICTURES}).schema
    table = Table.from_any({"x": PICTURES[:, :4]}, schema)
    assert table.schema["x"].shape == (None, 5, 3) and isinstance(table.tensor("x"), list)


def test_empty_and_missing_columns() -> None:
    none = Table.from_any({"x": PICTURES[:0]})
    assert none.schema["x"].kind == "image" and none.tensor("x").shape == (0, 6, 5, 3)  # type: ignore[union-attr]
    gone = Table.from_any({"x": [None, None]}, schema_of("x", "image"))
    assert gone.tensor("x") == gone.to_native()["x"] == [None, None]
    assert gone.missing("x").all() and len(gone.digest()) == 64
    fixed = Table.from_any({"x": [None, None]}, schema_of("x", "image", shape=(2, 2, 1)))
    assert fixed.schema["x"].shape == (2, 2, 1) and fixed.column("x").type == pa.fixed_shape_tensor(
        pa.uint8(), [2, 2, 1]
    )
    assert fixed.missing("x").all()
    hollow = Table.from_any({"x": [np.zeros((0, 2)), np.zeros((0, 2))]})
    assert [c.shape for c in hollow.tensor("x") if c is not None] == [(0, 2), (0, 2)]


def test_schemas_of_arrays_are_documents() -> None:
    table = Table.from_any(DATA)
    assert Schema.from_yaml(table.schema.to_yaml()) == table.schema
    assert public_schema(table)["photo"].shape == (6, 5, 3)
    assert likewise.infer_constraints(DATA) is not None


@pytest.mark.parametrize(
    ("cells", "wanted", "code"),
    [
        (RNG.normal(size=(3, 4, 5, 2)), None, "schema.not-a-tensor"),
        (np.zeros((3, 4, 5), dtype=complex), None, "schema.not-a-tensor"),
        ([np.zeros((2, 2)), np.zeros(3)], None, "schema.not-a-tensor"),
        ([np.array(["a"]), np.array(["b"])], None, "schema.not-a-tensor"),
        (np.full((3, 4, 4), 300), "image", "schema.not-image"),
        (np.full((3, 4, 4), 0.5), "image", "schema.not-image"),
        (np.zeros((3, 4, 4, 4, 2), dtype=np.uint8), "image", "schema.not-image"),
        (np.full((3, 9), np.nan), "audio", "schema.not-audio"),
        ([[1, "a"], [2]], "series", "schema.not-series"),
        (["[1, 2", "x"], "series", "schema.not-series"),
        ([1, 2, 3], "series", "schema.not-series"),
        ([np.zeros(3), "x"], None, "schema.not-a-tensor"),
        (np.zeros((3, 4)), "text", "schema.not-text"),
        (np.zeros((3, 4)), "category", "schema.not-category"),
        ([{"a": 1}], "series", "schema.not-series"),
    ],
)
def test_what_is_no_array_of_its_kind_is_refused(cells: Any, wanted: Kind | None, code: str) -> None:
    with pytest.raises(LikewiseError) as fault:
        Table.from_any({"x": cells}, None if wanted is None else schema_of("x", wanted))
    assert fault.value.code == code and fault.value.hint


def test_a_technique_says_what_it_cannot_learn() -> None:
    with pytest.raises(SchemaError) as fault:
        likewise.fit(DATA, technique="autoregressive")
    assert fault.value.code == "schema.unlearnable" and fault.value.where == "photo"
    assert "'bootstrap'" in str(fault.value.hint) and "role: ignore" in str(fault.value.hint)
    table = Table.from_any(DATA)
    for name in ("photo", "grey", "track", "flat", "clip"):
        table = table.with_schema(table.schema.replace(name, role="ignore"))
    assert list(likewise.fit(table).sample(3)) == ["kind"]


def test_whole_rows_are_drawn_saved_and_drawn_again(tmp_path: Path) -> None:
    model = likewise.fit(DATA, technique="bootstrap")
    model.save(tmp_path / "m.likewise")
    one, other = model.sample(30, seed=3), likewise.load(tmp_path / "m.likewise").sample(30, seed=3)
    assert np.array_equal(one["photo"], other["photo"])
    rows = {p.tobytes(): k for p, k in zip(PICTURES, DATA["kind"], strict=True)}
    assert all(rows[p.tobytes()] == k for p, k in zip(one["photo"], one["kind"], strict=True))


def test_large_cells_are_drawn_in_small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    big = schema_of("x", "image", shape=(512, 512, 3))
    assert block_rows(big) == 64 and block_rows(schema_of("x", "image", shape=(28, 28, 1))) == 65_536
    monkeypatch.setattr("likewise.core.draw.BLOCK_BYTES", 90 * 128)
    for technique in ("bootstrap", "noise"):
        model = likewise.fit({"x": PICTURES, "n": list("abcdefghijkl")}, technique=technique, **SETTINGS[technique])
        blocks = list(model.stream(300, seed=1))
        assert [b.rows for b in blocks] == [128, 128, 44]
        assert np.array_equal(from_tensor(concat(blocks).column("x")), model.sample(300, seed=1)["x"])
    # Noise uses each row once before it uses one twice, over the ends of blocks too.
    assert {model.sample(300, seed=1)["n"].count(name) for name in "abcdefghijkl"} == {25}


def test_a_fit_that_would_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("likewise.core.machine.available_memory", lambda: 3000)
    assert likewise.fit({"x": PICTURES[:10, :2]}, technique="bootstrap").sample(1)["x"].shape == (1, 2, 5, 3)
    with pytest.raises(LikewiseError) as fault:
        likewise.fit({"x": PICTURES}, technique="bootstrap")
    assert fault.value.code == "fit.memory"


def test_shapes_of_parts() -> None:
    array = to_tensor([np.zeros((k + 1, 2)) for k in range(5)])
    assert shapes_of(array[2:4]).tolist() == [[3, 2], [4, 2]]
    with pytest.raises(ValueError, match="neither type nor axes"):
        to_tensor([None])


def test_few_media_are_named_as_too_few_to_judge() -> None:
    report = likewise.evaluate({**DATA, "n": list(range(12))}, {**DATA, "n": list(range(12))}, brief=True)
    assert any(n.startswith("Fewer than 50 cells of `photo`") for n in report.notes)
    with pytest.raises(LikewiseError) as fault:
        likewise.fit({**DATA, "n": list(range(12))}, goal="share")
    assert fault.value.code == "settings.goal" and fault.value.where == "photo"
    alone = likewise.evaluate({"photo": PICTURES}, {"photo": PICTURES})
    assert alone.title.endswith("pictures only") and "too little" in alone.headline
    words = {"photo": list("ab") * 6, "n": list(range(12))}
    for real, made in ((words, {**words, "photo": PICTURES}), ({**words, "photo": PICTURES}, words)):
        notes = likewise.evaluate(real, made, brief=True).notes
        assert any(n.startswith("Not judged") and "`photo`" in n for n in notes)


# -- as people bring them -------------------------------------------------------------------------------------------
def test_arrays_of_other_libraries_are_taken_as_what_they_are() -> None:
    torch = pytest.importorskip("torch")
    image = pytest.importorskip("PIL.Image")
    pixels = np.arange(60, dtype=np.uint8).reshape(3, 4, 5)
    for photos in (torch.from_numpy(pixels), list(torch.from_numpy(pixels)), [image.fromarray(p) for p in pixels],
                   pd.Series([image.fromarray(p) for p in pixels])):  # fmt: skip
        table = Table.from_any({"photo": photos, "label": torch.tensor([0, 1, 1])})
        assert np.array_equal(table.tensor("photo")[..., 0], pixels) and table.schema["photo"].kind == "image"
        assert table.schema["label"].levels == ("0", "1")
    with pytest.raises(SchemaError) as fault:
        Table.from_any({"photo": torch.zeros(2, 3, 4, requires_grad=True)})
    assert fault.value.code == "schema.not-a-tensor" and fault.value.where == "photo" and "cpu" in str(fault.value.hint)


@pytest.mark.parametrize("scaled", [np.zeros((4, 5, 6)), np.zeros((4, 5, 6), dtype=np.int64)])
def test_pictures_of_other_numbers_are_not_learned_as_series(scaled: npt.NDArray[Any]) -> None:
    with pytest.raises(SchemaError) as fault:
        Table.from_any({"Image": scaled})
    assert fault.value.code == "schema.not-a-tensor" and "uint8" in str(fault.value.hint)
    assert Table.from_any({"walk": scaled}).schema["walk"].kind == "series"
    told = Schema(columns=(Column(name="Image", kind="series"),))
    assert Table.from_any({"Image": scaled}, told).schema["Image"].kind == "series"


def test_whole_numbers_called_labels_name_classes_beside_pictures() -> None:
    photos = np.zeros((40, 3, 3), dtype=np.uint8)
    table = Table.from_any({"photo": photos, "Label": np.arange(40) % 12, "age": np.arange(40) % 12})
    assert table.schema["Label"].levels == tuple(map(str, range(12))) and table.schema["age"].kind == "integer"
    assert Table.from_any({"label": np.arange(40) % 12}).schema["label"].kind == "integer"
    assert Table.from_any({"photo": photos, "label": np.arange(40)}).schema["label"].kind != "category"
    model = likewise.fit({"photo": photos, "label": np.arange(40) % 4}, technique="bootstrap")
    drawn = model.sample(8, balance="label")["label"]
    assert sorted(drawn) == [0, 0, 1, 1, 2, 2, 3, 3]
