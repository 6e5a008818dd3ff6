"""Hold the pictures of a VAE to their classes, to any shape, to the same bytes, and to a way to points and back."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import likewise
from likewise.errors import FitError, LikewiseError, SchemaError
from likewise.techniques.vae import VAE

torch = pytest.importorskip("torch")


def bars(n, shape=(12, 10, 1), seed=0):
    """Pictures of a bright bar on the left or on the right of a dark ground, as high as they like."""
    rng = np.random.default_rng(seed)
    sides = np.arange(n) % 2
    pictures = rng.integers(0, 30, (n, *shape), dtype=np.uint8)
    for picture, side in zip(pictures, sides, strict=True):
        low, high = rng.integers(0, shape[0] // 3), rng.integers(2 * shape[0] // 3, shape[0])
        half = shape[1] // 2
        picture[low:high, half * side + 1 : half * side + half - 1] = rng.integers(170, 250)
    return {"picture": pictures, "side": np.where(sides, "right", "left").tolist()}


def side_of(pictures):
    half = pictures.shape[2] // 2
    return np.where(pictures[:, :, :half].mean((1, 2, 3)) > pictures[:, :, half:].mean((1, 2, 3)), "left", "right")


LEVELS = np.array(["none", "some", "many", "most"])


def level(words):
    return np.array([LEVELS.tolist().index(word) for word in words])


@pytest.fixture(scope="module")
def model():
    return VAE(epochs=40).fit(bars(192))


def test_drawn_pictures_are_of_their_class(model):
    rows = model.sample(100)
    pictures = np.asarray(rows["picture"])
    assert pictures.shape == (100, 12, 10, 1) and pictures.dtype == np.uint8
    assert (side_of(pictures) == np.array(rows["side"])).mean() > 0.95
    assert pictures[:, 4:8].max(axis=(1, 2, 3)).mean() > 120 and np.median(pictures) < 60


def test_any_class_on_request_and_in_balance(model):
    rows = model.sample(40, given={"side": "right"})
    assert set(rows["side"]) == {"right"} and (side_of(np.asarray(rows["picture"])) == "right").mean() > 0.9
    assert list(model.sample(30, balance="side")["side"]).count("left") == 15


def test_no_two_pictures_are_alike_and_none_is_a_copy(model):
    drawn, real = np.asarray(model.sample(60)["picture"]), bars(192)["picture"]
    assert len(np.unique(drawn.reshape(60, -1), axis=0)) == 60
    assert not (drawn[:, None] == real[None]).all(axis=(2, 3, 4)).any()


def test_the_same_seed_gives_the_same_bytes_before_and_after_a_file(model, tmp_path):
    model.save(tmp_path / "model.lkw")
    again = likewise.load(tmp_path / "model.lkw")
    first, second, other = model.sample(70, seed=1), again.sample(70, seed=1), model.sample(70, seed=2)
    assert (np.asarray(first["picture"]) == np.asarray(second["picture"])).all()
    assert not (np.asarray(first["picture"]) == np.asarray(other["picture"])).all()


def test_fitting_twice_gives_the_same_model():
    table = bars(40)
    first, again = (np.asarray(VAE(epochs=2).fit(table, seed=3).sample(5)["picture"]) for _ in "ab")
    assert (first == again).all()


def test_pictures_come_back_from_their_points(model):
    table = bars(50, seed=9)
    points = model.encode(table)
    back = np.asarray(model.decode(points)["picture"]).astype(float)
    assert points.dtype == np.float32 and back.shape == table["picture"].shape
    assert (side_of(back) == np.array(table["side"])).mean() > 0.95
    apart = np.abs(back - table["picture"]).mean()
    assert apart < 0.6 * np.abs(np.roll(back, 2, axis=0) - table["picture"]).mean()
    assert (model.encode({name: cells[:7] for name, cells in table.items()}) == points[:7]).all()


def test_strange_pictures_are_told_from_usual_ones(model):
    usual = bars(50, seed=9)
    strange = {**usual, "picture": np.random.default_rng(0).integers(0, 256, usual["picture"].shape, dtype=np.uint8)}
    assert np.median(model.anomaly(strange)) > 2 * np.median(model.anomaly(usual))


@pytest.mark.parametrize("shape", [(8, 8, 1), (33, 47, 3), (5, 3, 4), (1, 1, 2), (28, 9, 3)])
def test_any_shape_is_learned_and_comes_back(shape):
    pictures = np.random.default_rng(0).integers(0, 256, (9, *shape), dtype=np.uint8)
    drawn = np.asarray(VAE(epochs=1).fit({"it": pictures}).sample(3)["it"])
    assert drawn.shape == (3, *shape)


@pytest.mark.parametrize("n", [2, 5])
def test_a_few_pictures_are_enough(n):
    table = bars(n)
    drawn = VAE(epochs=3).fit(table).sample(4)
    assert np.asarray(drawn["picture"]).shape == (4, 12, 10, 1)


def test_a_class_of_one_picture_can_be_drawn():
    table = bars(40)
    table["side"][0] = "alone"
    drawn = VAE(epochs=2).fit(table).sample(6, given={"side": "alone"})
    assert list(drawn["side"]) == ["alone"] * 6 and np.asarray(drawn["picture"]).shape == (6, 12, 10, 1)


def test_constant_pictures_stay_constant():
    drawn = np.asarray(VAE(epochs=60).fit({"it": np.full((64, 8, 8, 1), 200, np.uint8)}).sample(4)["it"])
    assert np.abs(drawn.astype(int) - 200).max() <= 12


def test_large_pictures_come_back_smaller_and_the_card_says_so():
    pictures = np.random.default_rng(0).integers(0, 256, (6, 80, 40, 1), dtype=np.uint8)
    fitted = VAE(epochs=1, size=20).fit({"it": pictures})
    assert np.asarray(fitted.sample(2)["it"]).shape == (2, 20, 10, 1)
    assert fitted.schema["it"].shape == (20, 10, 1) and any("20 x 10" in note for note in fitted.card.notes)


def test_rows_without_a_picture_are_learned_as_attributes_only():
    table = bars(20)
    table["picture"] = [None if i < 5 else picture for i, picture in enumerate(table["picture"])]
    fitted = VAE(epochs=1).fit(table)
    assert len(fitted.sample(8)["side"]) == 8
    assert np.isnan(fitted.encode(table)[:5]).all() and np.isfinite(fitted.encode(table)[5:]).all()


def test_several_attributes_steer_pictures():
    rng = np.random.default_rng(0)
    bright, kind = rng.integers(0, 4, 256), rng.integers(0, 2, 256)
    pictures = (30 + 60 * bright[:, None, None, None] + rng.normal(scale=4, size=(256, 8, 8, 1))).clip(0, 255)
    pictures[kind == 1, :4] = 0
    drawn = VAE(epochs=40).fit({"it": pictures.astype(np.uint8), "bright": LEVELS[bright], "kind": LEVELS[kind]})
    rows = drawn.sample(100)
    cells = np.asarray(rows["it"]).astype(float)
    assert np.corrcoef(cells[:, 5:].mean((1, 2, 3)), level(rows["bright"]))[0, 1] > 0.95
    dark = cells[:, :3].mean((1, 2, 3)) < 0.5 * cells[:, 5:].mean((1, 2, 3))
    assert (dark == (level(rows["kind"]) == 1)).mean() > 0.9


def test_classes_named_by_numbers_are_drawn_as_such_and_on_request():
    table = bars(96)
    table["side"] = [3 if side == "left" else 7 for side in table["side"]]
    drawn = VAE(epochs=40).fit(table)
    assert set(drawn.sample(60)["side"]) == {3, 7}
    rows = drawn.sample(20, given={"side": 7})
    assert set(rows["side"]) == {7} and (side_of(np.asarray(rows["picture"])) == "right").mean() > 0.8


def test_no_picture_at_all_is_said():
    with pytest.raises(LikewiseError) as caught:
        VAE(epochs=1).fit({"it": [np.zeros((0, 4, 1), np.uint8)] * 3})
    assert caught.value.hint


def test_a_picture_without_pixels_is_said():
    with pytest.raises(FitError, match="without pixels"):
        VAE(epochs=1).fit({"it": [np.zeros((0, 4, 1), np.uint8), np.zeros((4, 4, 1), np.uint8)]})


def test_pictures_of_other_channels_are_not_encoded(model):
    with pytest.raises(SchemaError, match="channels"):
        model.encode({"picture": np.zeros((2, 12, 10, 3), np.uint8), "side": ["left", "right"]})


def test_previews_of_a_run_show_pictures_as_they_come_back(tmp_path):
    data = bars(40)
    plain = VAE(epochs=10).fit(data, seed=0)
    kept = VAE(epochs=10, folder=str(tmp_path)).fit(data, seed=0)
    found = sorted((tmp_path / "learning-pictures").glob("preview-*.png"))
    assert found
    with Image.open(found[-1]) as picture:
        assert picture.size == (8 * 10, 4 * 12)
    assert (kept.sample(5)["picture"] == plain.sample(5)["picture"]).all()
