from __future__ import annotations

from pathlib import Path

import pytest

from likewise.errors import SettingsError
from likewise.recipes.places import keep_apart


def test_what_is_apart_passes(tmp_path: Path) -> None:
    keep_apart(tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv")
    keep_apart("-", "-", "/dev/null", "/dev/null")
    keep_apart("sqlite:///shop.db#a", "sqlite:///shop.db#b")


@pytest.mark.parametrize(
    ("source", "outputs"),
    [
        ("a.csv", ["a.csv"]),
        ("a.csv", ["x/../a.csv"]),
        ("a.csv", ["b.csv", "./b.csv"]),
        ("sqlite:///shop.db#a", ["sqlite:///shop.db#a"]),
        ("a.csv", ["link.csv"]),
    ],
)
def test_one_place_twice_is_refused(
    source: str, outputs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("a\n1\n")
    Path("x").mkdir()
    Path("link.csv").symlink_to("a.csv")
    with pytest.raises(SettingsError) as caught:
        keep_apart(source, *outputs)
    assert caught.value.code == "settings.same-place"
    assert caught.value.where == outputs[-1]
