"""Settings: those that do not belong to the method are refused."""

from __future__ import annotations

from typing import Any

import pytest

from likewise.errors import SettingsError
from likewise.techniques.bootstrap import Bootstrap
from likewise.techniques.bootstrap.settings import BELONGS, METHODS, NEEDED

SOME: dict[str, Any] = {
    "strata": "city", "weights": "w", "m": 5, "entity": "city", "bandwidth": 0.1, "flip": 0.1, "target": "y",
    "regressor": "forest", "multiplier": "mammen", "order": "day", "block": 4, "lags": 2,
}  # fmt: skip


@pytest.mark.parametrize("setting", BELONGS)
@pytest.mark.parametrize("method", METHODS)
def test_a_setting_goes_with_its_methods_alone(method: str, setting: str) -> None:
    needed = NEEDED.get(method)  # type: ignore[call-overload]
    asked = {"method": method, setting: SOME[setting], **({needed: SOME[needed]} if needed else {})}
    if method in BELONGS[setting]:
        assert Bootstrap.from_dict(asked).to_dict() == asked
        return
    with pytest.raises(SettingsError, match=f"`{setting}` does not go with method '{method}'"):
        Bootstrap.from_dict(asked)


@pytest.mark.parametrize("method", NEEDED)
def test_what_a_method_needs_is_asked_for(method: str) -> None:
    with pytest.raises(SettingsError, match=f"needs `{NEEDED[method]}`"):  # type: ignore[index]
        Bootstrap.from_dict({"method": method})


@pytest.mark.parametrize(
    "asked",
    [
        {"method": "boot"},
        {"method": "m-out-of-n", "m": 0},
        {"method": "smoothed", "bandwidth": -1},
        {"method": "smoothed", "bandwidth": float("nan")},
        {"method": "smoothed", "flip": 1.5},
        {"method": "moving", "block": 0},
        {"method": "moving", "block": 2.5},
        {"method": "stationary", "block": 0.5},
        {"method": "stationary", "block": float("inf")},
        {"method": "stationary", "block": float("nan")},
        {"method": "stationary", "block": "long"},
        {"method": "sieve", "lags": -1},
        {"method": "sieve", "lags": 1.5},
        {"method": "wild", "regressor": "spline"},
        {"method": "wild", "multiplier": "webb"},
    ],
    ids=str,
)
def test_values_out_of_range_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=r"settings\.invalid"):
        Bootstrap.from_dict(asked)
