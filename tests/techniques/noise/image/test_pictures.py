"""Laws of operations on pictures, and of what is drawn on them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import likewise
from likewise.core.schema import Column, Schema
from likewise.core.table import Table
from likewise.errors import FitError, LikewiseError
from likewise.techniques.noise import Noise
from likewise.techniques.noise import cells as cells_module
from likewise.techniques.noise.image import PICTURES

RNG = np.random.default_rng(0)
SMOOTH = np.linspace(40, 200, 20)[None, :, None, None] + np.linspace(0, 40, 24)[None, None, :, None]
PHOTOS = (SMOOTH + RNG.integers(0, 12, (10, 20, 24, 3))).astype(np.uint8)
STEPS = [step.op for step in PICTURES if step.op not in ("pictures", "mixup", "cutmix")]


def changed(step: Any, photos: Any = PHOTOS, seed: int = 1) -> Any:
    data = {"photo": photos, "label": [str(i % 3) for i in range(len(photos))]}
    made = Noise(steps=[step]).fit(data).perturb(data, seed=seed)
    assert made["label"] == data["label"]
    return made["photo"]


@pytest.mark.parametrize("op", STEPS)
@pytest.mark.parametrize("channels", [1, 2, 4])
def test_type_and_shape_are_kept_and_something_happens(op: str, channels: int) -> None:
    photos = np.concatenate([PHOTOS, PHOTOS[..., :1]], axis=3)[..., :channels]
    made = changed(op, photos)
    assert made.dtype == np.uint8 and made.shape == photos.shape and not np.array_equal(made, photos)
    opaque = channels in (2, 4) and op not in ("crop", "mirror", "affine", "perspective")
    assert not opaque or np.array_equal(made[..., -1], photos[..., -1])
    assert np.array_equal(made, changed(op, photos)) and not np.array_equal(made, changed(op, photos, seed=2))


@pytest.mark.parametrize("op", STEPS)
def test_pictures_are_the_same_however_they_are_cut_to_batches(op: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Noise(steps=[op]).fit({"photo": PHOTOS})
    whole = model.perturb({"photo": PHOTOS})["photo"]
    assert np.array_equal(model.perturb({"photo": PHOTOS[:4]})["photo"], whole[:4])  # whatever follows
    monkeypatch.setattr(cells_module, "AT_ONCE", 3 * PHOTOS[0].size)
    assert np.array_equal(model.perturb({"photo": PHOTOS})["photo"], whole)


@pytest.mark.parametrize("op", STEPS)
def test_pictures_of_several_sizes_and_missing_ones(op: str) -> None:
    photos: list[Any] = [PHOTOS[0], None, PHOTOS[1, :9], PHOTOS[2, :1, :1], PHOTOS[3]]
    made = changed(op, photos)
    assert [None if p is None else p.shape for p in made] == [None if p is None else p.shape for p in photos]


@pytest.mark.parametrize("op", STEPS)
def test_a_share_of_the_pictures(op: str) -> None:
    made = changed({op: {"share": 0.4}}, np.tile(PHOTOS[:1], (200, 1, 1, 1)))
    same = sum(np.array_equal(p, PHOTOS[0]) for p in made)
    assert 80 < same < 190


def test_each_picture_has_noise_of_its_own() -> None:
    made = changed("affine", np.tile(PHOTOS[:1], (5, 1, 1, 1)))
    assert len({p.tobytes() for p in made}) == 5


def test_noise_is_as_strong_as_it_says() -> None:
    grey = np.full((40, 30, 30, 1), 128, dtype=np.uint8)
    for step, wanted in (
        ({"gaussian_noise": {"sd": 0.1}}, 25.5), ({"speckle": {"sd": 0.1}}, 12.8),
        ({"shot_noise": {"photons": 100}}, np.sqrt(128 / 255 * 100) * 2.55),
    ):  # fmt: skip
        made = changed(step, grey).astype(float)
        assert abs(made.std() / wanted - 1) < 0.03 and abs(made.mean() - 128) < 0.5
    dots = changed({"salt_and_pepper": {"amount": 0.2, "salt": 0.25}}, grey)
    assert abs((dots == 255).mean() - 0.05) < 0.01 and abs((dots == 0).mean() - 0.15) < 0.01


def test_colour_changes_what_it_says() -> None:
    still = {"brightness": 1, "contrast": 1, "saturation": 1, "hue": 0}
    assert np.abs(changed({"colour": still}).astype(int) - PHOTOS).max() <= 1
    grey = changed({"colour": {**still, "grey": 1}})
    assert np.ptp(grey.astype(int), axis=3).max() <= 1
    darker = changed({"colour": {**still, "brightness": 0.5}})
    assert abs(darker.mean() / PHOTOS.mean() - 0.5) < 0.01
    flat = changed({"colour": {**still, "contrast": 0}})
    assert flat.reshape(10, -1).std(axis=1).max() < 1
    bent = changed({"colour": {**still, "gamma": 2}})
    assert np.abs(bent.astype(float) - 255 * (PHOTOS / 255.0) ** 2).max() < 1.5
    red = np.zeros((1, 4, 4, 3), dtype=np.uint8)
    red[..., 0] = 120
    turned = changed({"colour": {**still, "hue": 120}}, red)[0, 0, 0]
    assert turned.argmax() != 0


def test_holes_are_where_cutout_says() -> None:
    made = changed({"cutout": {"holes": 1, "size": 0.5, "fill": 7}})
    holes = (made == 7).all(axis=3).reshape(10, -1).sum(axis=1)
    assert holes.max() == 120 and holes.min() >= 30


def test_what_comes_in_from_outside() -> None:
    for step in (
        {"affine": {"scale": 0.5, "shift": 0, "fill": 201}},
        {"perspective": {"distortion": 0.8, "fill": 201}},
    ):
        made = changed(step, np.zeros((3, 20, 24, 3), dtype=np.uint8))
        assert {*np.unique(made)} >= {0, 201} and (made[:, 0, 0] == 201).any()


def test_a_mirror_image_may_come_in_from_outside() -> None:
    picture = np.repeat(np.arange(0, 240, 10, dtype=np.uint8)[None, None, :, None], 3, axis=0).repeat(20, axis=1)
    moved = {"degrees": 0, "scale": 1, "shift": 0.25, "fill": "mirror"}
    made = changed({"affine": moved}, picture)[0, :, :, 0].astype(int)
    wanted = np.concatenate([picture[0, 0, 5::-1, 0], picture[0, 0, :18, 0]]).astype(int)
    assert np.abs(made - wanted).max() <= 1
    turned = changed({"affine": {"degrees": 45, "fill": "mirror"}}, np.full((2, 20, 24, 3), 90, np.uint8))
    assert (turned == 90).all() and (changed({"perspective": {"fill": "mirror"}}, turned) == 90).all()


def test_a_crop_to_a_size_changes_the_schema() -> None:
    model = Noise(steps=[{"crop": {"size": [8, 10]}}, "gaussian_noise"]).fit({"photo": PHOTOS})
    assert model.schema["photo"].shape == (8, 10, 3)
    assert (
        model.sample(25)["photo"].shape == (25, 8, 10, 3) == (25, *model.perturb({"photo": PHOTOS})["photo"].shape[1:])
    )
    ragged = [PHOTOS[0], PHOTOS[1, :9]]
    cropped = Noise(steps=[{"crop": {"size": [8, 10]}}]).fit({"p": ragged}).perturb({"p": ragged})["p"]
    assert cropped.shape == (2, 8, 10, 3)


# -- what is drawn --------------------------------------------------------------------------------------------------
BOXES = [np.array([[2.0, 3, 8, 9], [20, 15, 24, 20]]), np.empty((0, 4))] * 5
NAMES = [["car", "tree"], []] * 5
POINTS = [np.array([[2.0, 3], [12, 10]])] * 10
MASKS = np.zeros((10, 20, 24), dtype=np.uint8)
MASKS[::2, 3:9, 2:8], MASKS[::2, 15:20, 20:24] = 5, 9
SCENE = {"photo": PHOTOS, "mask": MASKS, "boxes": BOXES, "names": NAMES, "points": POINTS}


def moved(steps: Sequence[Any], data: Any = SCENE, **more: Any) -> Any:
    pictures = {"image": "photo", "masks": ["mask"], "boxes": "boxes", "labels": ["names"], "points": ["points"]}
    return Noise(steps=[{"pictures": {**pictures, "steps": steps, **more}}]).fit(data).perturb(data, seed=4)


def test_flipped_twice_is_as_it_was_and_boxes_too() -> None:
    once, twice = moved([{"mirror": {"across": 1}}]), moved([{"mirror": {"across": 1}}] * 2)
    assert np.array_equal(once["photo"], PHOTOS[:, :, ::-1]) and np.array_equal(once["mask"], MASKS[:, :, ::-1])
    assert once["boxes"][0].tolist() == [[16, 3, 22, 9], [0, 15, 4, 20]] and once["points"][0].tolist() == [
        [22, 3],
        [12, 10],
    ]
    for name in ("photo", "mask", "boxes", "points"):
        assert all(np.array_equal(a, b) for a, b in zip(twice[name], SCENE[name], strict=True))
    assert once["names"] == NAMES


TURN = {"affine": {"degrees": [-60, 60], "shear": [-20, 20], "scale": [0.6, 1.3]}}


@pytest.mark.parametrize("step", [TURN, "perspective", "crop"])
def test_boxes_hold_the_pixels_of_their_mask(step: Any) -> None:
    made = moved([step], visible=0)
    for row in range(0, 10, 2):
        for name, box in zip(made["names"][row], made["boxes"][row], strict=True):
            lit = np.argwhere(made["mask"][row] == (5 if name == "car" else 9))
            if len(lit):
                assert lit[:, 1].min() >= box[0] - 1 and lit[:, 1].max() + 1 <= box[2] + 1
                assert lit[:, 0].min() >= box[1] - 1 and lit[:, 0].max() + 1 <= box[3] + 1
        dropped = {"car", "tree"} - {*made["names"][row]}
        assert not any((made["mask"][row] == (5 if name == "car" else 9)).sum() > 4 for name in dropped)


def test_boxes_that_leave_are_cut_and_dropped_with_their_labels() -> None:
    shift = [{"affine": {"degrees": 0, "scale": 1, "shift": [0.5, 0.5]}}]  # 12 to the right, 10 down
    for visible, left in ((0.25, [["car"], []]), (0.7, [["car"], []])):
        made = moved(shift, visible=visible)
        assert made["names"][:2] == left
        assert made["boxes"][0].tolist() == [[14, 13, 20, 19]] and made["points"][0].tolist() == [[14, 13], [24, 20]]
    far = [{"affine": {"degrees": 0, "scale": 1, "shift": [0.75, 0.75]}}]  # 18 right, 15 down: 4 x 2 of the car is left
    assert moved(far, visible=0.2)["names"][0] == ["car"] and moved(far, visible=0.25)["names"][0] == []
    assert moved(far, visible=0.25)["boxes"][0].shape == (0, 4)


def test_boxes_as_json_and_labels_as_numbers() -> None:
    data = {**SCENE, "boxes": [json.dumps(b.tolist()) for b in BOXES], "names": [np.arange(len(b)) for b in BOXES]}
    made = moved([{"mirror": {"across": 1}}], data)
    assert json.loads(made["boxes"][0]) == [[16, 3, 22, 9], [0, 15, 4, 20]]
    lists = {**SCENE, "boxes": [b.tolist() for b in BOXES], "points": [p.tolist() for p in POINTS]}
    assert moved([{"mirror": {"across": 1}}], lists)["boxes"][0] == [[16, 3, 22, 9], [0, 15, 4, 20]]


def test_colour_leaves_masks_and_boxes_alone_and_nothing_comes_in_but_void() -> None:
    made = moved(["colour", "cutout", "fog", "blur"])
    assert np.array_equal(made["mask"], MASKS) and made["names"] == NAMES
    turned = moved([{"affine": {"degrees": 45}}], void=99)
    assert {*np.unique(turned["mask"]).tolist()} == {0, 5, 9, 99}


def test_a_share_of_scenes_is_moved_as_a_whole() -> None:
    made = moved([{"mirror": {"across": 1}}], share=0.5)
    flips = [np.array_equal(p, q[:, ::-1]) for p, q in zip(made["photo"], PHOTOS, strict=True)]
    assert 0 < sum(flips) < 10
    assert flips == [np.array_equal(b, [[22.0, 3], [12, 10]]) for b in made["points"]]


def test_scenes_are_sampled_and_saved(tmp_path: Any) -> None:
    step = {
        "pictures": {"image": "photo", "masks": ["mask"], "boxes": "boxes", "labels": ["names"], "steps": ["affine"]}
    }
    model = likewise.fit(SCENE, technique="noise", steps=[step])
    model.save(tmp_path / "m.likewise")
    one, other = model.sample(30, seed=1), likewise.load(tmp_path / "m.likewise").sample(30, seed=1)
    assert np.array_equal(one["mask"], other["mask"]) and len(one["boxes"]) == 30
    assert all(np.array_equal(a, b) for a, b in zip(one["boxes"], other["boxes"], strict=True))


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({"pictures": {"image": "foto", "steps": ["mirror"]}}, "fit.no-columns"),
        ({"pictures": {"image": "names", "steps": ["mirror"]}}, "schema.kind"),
        ({"pictures": {"image": "photo", "steps": ["mirror"], "masks": ["mark"]}}, "settings.unknown-column"),
        ({"pictures": {"image": "photo", "steps": []}}, "settings.invalid"),
        ({"pictures": {"image": "photo", "steps": ["jitter"]}}, "settings.step"),
        ({"pictures": {"image": "photo", "steps": ["mirrored"]}}, "settings.unknown-operation"),
        ({"pictures": {"image": "photo", "steps": [{"mirror": {"columns": ["photo"]}}]}}, "settings.step"),
        ({"pictures": {"image": "photo", "steps": ["mirror"], "boxes": "points"}}, "schema.not-drawn"),
        ({"pictures": {"image": "photo", "steps": ["mirror"], "boxes": "label"}}, "schema.not-drawn"),
        ({"pictures": {"image": "photo", "steps": ["mirror"], "boxes": "words"}}, "schema.not-drawn"),
        (
            {"pictures": {"image": "photo", "steps": ["mirror"], "boxes": "boxes", "labels": ["two"]}},
            "schema.not-drawn",
        ),
        ({"pictures": {"image": "photo", "steps": ["mirror"], "masks": ["small"]}}, "schema.not-drawn"),
        ({"crop": {"scale": [0.9, 0.1]}}, "settings.invalid"),
        ({"crop": {"size": [8, 0]}}, "settings.invalid"),
        ({"crop": {"size": [8, 8], "share": 0.5}}, "settings.invalid"),
        ({"gaussian_noise": {"sd": float("nan")}}, "settings.invalid"),
        ({"gaussian_noise": {"sd": "much"}}, "settings.invalid"),
        ({"gaussian_noise": {"sd": 2}}, "settings.invalid"),
        ({"gaussian_noise": {"columns": ["label"]}}, "fit.kind"),
        ({"affine": {"scale": 0}}, "settings.invalid"),
        ({"jpeg": {"quality": [0, 10]}}, "settings.invalid"),
        ({"time_stretch": {}}, "fit.no-columns"),
    ],
)
def test_bad_settings_and_bad_drawings(step: Any, code: str) -> None:
    data = {**SCENE, "label": list("ababababab"), "words": [f"a b c {i}" for i in range(10)], "two": [["x"]] * 10,
            "small": MASKS[:, :5]}  # fmt: skip
    with pytest.raises(LikewiseError) as fault:
        likewise.fit(data, technique="noise", steps=[step])
    assert fault.value.code == code and (fault.value.hint or code == "settings.invalid")


def test_other_pictures_than_those_learned() -> None:
    model = Noise(steps=["mirror"]).fit({"photo": PHOTOS})
    assert model.perturb({"photo": PHOTOS[:, :5]})["photo"].shape == (10, 5, 24, 3)
    for data in ({"label": list("ab")}, {"photo": np.full((2, 3, 3), 0.5)}):
        with pytest.raises(LikewiseError):
            model.perturb(data)


def test_settings_survive_a_round_trip() -> None:
    noise = Noise(steps=[{"pictures": {"image": "photo", "steps": ["mirror", {"crop": {"size": [4, 4]}}], "void": 3}}])
    assert Noise.from_dict(json.loads(json.dumps(noise.to_dict()))) == noise


def test_labels_named_by_a_schema_stay() -> None:
    schema = Schema(columns=(Column(name="photo", kind="image"), Column(name="y", kind="category", role="target")))
    table = Table.from_any({"photo": PHOTOS, "y": list("ababababab")}, schema)
    made = Noise(steps=["affine", "pram"][:1]).fit(table).perturb(table)
    assert made["y"] == list("ababababab")


# -- mixes ----------------------------------------------------------------------------------------------------------
CLASSES = np.eye(3)[np.arange(10) % 3]
FLAT = np.repeat(np.array([10, 100, 220], dtype=np.uint8)[np.arange(10) % 3], 16 * 12).reshape(10, 16, 12, 1)


@pytest.mark.parametrize("op", ["mixup", "cutmix"])
def test_soft_labels_say_what_a_picture_is_mixed_of(op: str) -> None:
    data = {"photo": FLAT, "y": CLASSES}
    model = Noise(steps=[{op: {"image": "photo", "label": "y", "alpha": 1}}]).fit(data)
    made = model.perturb(data)
    assert made["photo"].shape == FLAT.shape and np.allclose(made["y"].sum(axis=1), 1)
    # Pictures of one grey each: the label tells the mean grey that a mix must have.
    wanted = made["y"] @ np.array([10.0, 100, 220])
    assert np.abs(made["photo"].reshape(10, -1).mean(axis=1) - wanted).max() < 0.51
    assert (made["y"].max(axis=1) < 0.999).sum() > 3
    assert all(np.array_equal(model.perturb({k: v[:4] for k, v in data.items()})[k], made[k][:4]) for k in data)
    assert op == "mixup" or {*np.unique(made["photo"])} <= {10, 100, 220}
    few = Noise(steps=[{op: {"image": "photo", "label": "y", "share": 0.3}}]).fit(data).perturb(data)
    assert 0 < sum(np.array_equal(a, b) for a, b in zip(few["photo"], FLAT, strict=True)) < 10


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"photo": FLAT, "y": list("abcabcabca")}, "schema.kind"),
        ({"photo": [FLAT[0], FLAT[1, :5]], "y": CLASSES[:2]}, "fit.shapes"),
        ({"photo": [FLAT[0], None], "y": CLASSES[:2]}, "fit.shapes"),
        ({"photo": FLAT.astype(float)[..., 0], "y": CLASSES}, "schema.not-a-tensor"),
    ],
)
def test_what_cannot_be_mixed(data: Any, code: str) -> None:
    with pytest.raises(LikewiseError) as fault:
        Noise(steps=[{"mixup": {"image": "photo", "label": "y"}}]).fit(data)
    assert fault.value.code == code and fault.value.hint
    steps = [{"crop": {"size": [4, 4]}}, {"cutmix": {"image": "photo", "label": "y"}}]
    with pytest.raises(LikewiseError) as late:
        Noise(steps=steps).fit({"photo": FLAT, "y": CLASSES}).sample(3)
    assert late.value.code == "schema.shapes"


def test_the_usual_noise_leaves_labels_masks_boxes_and_sounds_beside_pictures_true() -> None:
    rng = np.random.default_rng(0)
    data = {
        "mask": rng.integers(0, 3, (40, 8, 8), dtype=np.uint8),
        "photo": rng.integers(0, 255, (40, 8, 8, 3), dtype=np.uint8),
        "boxes": rng.random((40, 2, 4)),
        "label": ["cat", "dog"] * 20,
        "weight": rng.normal(size=40).tolist(),
    }
    made = Noise().fit(data).perturb(data)
    assert not np.array_equal(made["photo"], data["photo"])
    assert np.array_equal(made["mask"], data["mask"]) and np.array_equal(made["boxes"], data["boxes"])
    assert made["label"] == data["label"] and made["weight"] == data["weight"]
    grey = {"photo": data["mask"], "mask": data["mask"]}
    assert np.array_equal(Noise().fit(grey).perturb(grey)["mask"], data["mask"])


@pytest.mark.parametrize("step", ["mirror", "gaussian_noise"])
def test_several_columns_of_pictures_are_changed_where_named(step: str) -> None:
    pictures = np.random.default_rng(0).integers(0, 255, (4, 8, 8), dtype=np.uint8)
    data = {"photo": pictures, "mask": pictures}
    with pytest.raises(FitError) as fault:
        Noise(steps=[step]).fit(data)
    assert fault.value.code == "fit.several-pictures" and "`photo`, `mask`" in fault.value.what
    assert Noise(steps=[{step: {"columns": ["photo"]}}]).fit(data).sample(2)["mask"].shape == (2, 8, 8)
