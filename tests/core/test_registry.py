from __future__ import annotations

import pytest

from likewise.core.registry import DEFAULT, synthesizer, technique, techniques
from likewise.errors import SettingsError
from likewise.techniques.autoregressive import Autoregressive


def test_techniques_are_found_by_name() -> None:
    assert {"autoregressive", "bootstrap"} <= set(techniques()) and list(techniques()) == sorted(techniques())
    assert technique("auto") is technique(DEFAULT) is Autoregressive
    assert all(technique(name).technique == name for name in techniques())


def test_settings_are_checked() -> None:
    assert synthesizer("auto", {"min_leaf": 7}) == Autoregressive(min_leaf=7)
    with pytest.raises(SettingsError) as caught:
        synthesizer("autoregressive", {"minleaf": 7})
    assert caught.value.hint == "did you mean `min_leaf`?" and caught.value.where == "autoregressive"


def test_an_unknown_technique_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError) as caught:
        technique("autoregresive")
    assert caught.value.code == "settings.technique" and caught.value.hint == "did you mean `autoregressive`?"
