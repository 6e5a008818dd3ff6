"""Devices are found or refused in words, and compute in bfloat16 only where that is fast."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from likewise.errors import SettingsError  # noqa: E402
from likewise.networks.device import device_of, one_thread  # noqa: E402


@pytest.mark.parametrize("known", ["avx512_bf16", "amx_bf16", "arm_bf16", None])
def test_a_processor_that_does_not_know_bfloat16_computes_in_float32(
    known: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {} if known is None else {"avx2": True, known: True})
    device = device_of("cpu")
    assert device.half == (known is not None)
    with device.autocast():
        assert torch.nn.Linear(2, 2)(torch.ones(1, 2)).dtype == (torch.bfloat16 if known else torch.float32)


@pytest.mark.parametrize("asked", ["cuda:99", "abacus", "meta", ""])
def test_a_device_that_is_not_there_is_refused_in_words(asked: str) -> None:
    with pytest.raises(SettingsError) as caught:
        device_of(asked)
    assert caught.value.code == "settings.device" and asked in caught.value.what


def test_auto_takes_the_graphics_card_that_the_launcher_gave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert device_of("auto").name == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: True)
    monkeypatch.setattr(torch, "empty", lambda *_, device: None)
    monkeypatch.setenv("LOCAL_RANK", "3")
    assert device_of("auto").name == "cuda:3"
    monkeypatch.delenv("LOCAL_RANK")
    assert device_of("auto").name == "cuda:0"


def test_threads_are_as_they_were_afterwards() -> None:
    before = torch.get_num_threads()
    with pytest.raises(KeyError), one_thread():
        assert torch.get_num_threads() == 1
        raise KeyError
    assert torch.get_num_threads() == before
