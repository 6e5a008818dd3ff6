from __future__ import annotations

import pytest

from likewise.core.seconds import seconds_of
from likewise.errors import SettingsError


@pytest.mark.parametrize(
    ("time", "seconds"),
    [("45s", 45), ("2m", 120), ("1h30m", 5400), ("1h", 3600), ("1m5s", 65), (" 60s ", 60), (1, 1), (2.5, 2.5)],
)
def test_spans_are_read(time: str | float, seconds: float) -> None:
    assert seconds_of(time) == seconds


@pytest.mark.parametrize(
    "time", ["", "60", "s", "1.5m", "-5s", "5 s", "30m1h", "1h1h", "2d", "1M", "0s", 0, 0.5, True, float("nan"), "inf"]
)
def test_what_is_no_span_is_refused(time: str | float) -> None:
    with pytest.raises(SettingsError) as caught:
        seconds_of(time)
    assert caught.value.code == "settings.time" and caught.value.hint
