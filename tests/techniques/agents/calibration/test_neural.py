"""The door to sbi: where it is not installed it says so, where it is a known posterior is found."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from likewise.errors import MissingExtra, SettingsError
from likewise.techniques.agents.calibration import Neural, Prior, calibrate

INSTALLED = importlib.util.find_spec("sbi") is not None
UNIFORM = Prior.of(mean=(-4, 4))


def means(values: dict[str, float], seed: int) -> list[float]:
    return [np.random.default_rng(seed).normal(values["mean"], 1, 4).mean()]


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sbi.inference", None)
    with pytest.raises(MissingExtra, match=r"likewise\[calibration\]"):
        calibrate(means, UNIFORM, [1.0], method=Neural(), budget=500)


@pytest.mark.skipif(not INSTALLED, reason="the package sbi is not installed")
def test_the_posterior_of_a_normal_mean_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    method = Neural(network="mdn", draws=500, epochs=60)
    found, again = (calibrate(means, UNIFORM, [1.0], method=method, budget=600) for _ in range(2))
    assert found.mean()["mean"] == pytest.approx(1.0, abs=0.25)
    assert found.sd()["mean"] == pytest.approx(0.5, rel=0.35)
    assert found.values.tobytes() == again.values.tobytes()
    assert capfd.readouterr().out == "" and list(tmp_path.iterdir()) == []
    with pytest.raises(SettingsError, match="learns nothing of 50"):
        calibrate(means, UNIFORM, [1.0], method=Neural(), budget=50)
