"""Where networks run: the processor or a graphics card, in which precision, and on how many threads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from likewise.core.extras import require
from likewise.errors import SettingsError


@dataclass(frozen=True)
class Device:
    """Name a device as torch does (`cpu`, `cuda`, `cuda:1`, `mps`), and whether it is fast at bfloat16."""

    name: str
    half: bool

    def autocast(self) -> AbstractContextManager[Any]:
        """Return a context in which layers compute in bfloat16 where that is fast, and as they are elsewhere."""
        torch = require("torch", extra="deep")
        kind = self.name.split(":")[0]
        return torch.autocast(kind, torch.bfloat16) if self.half else nullcontext()


def device_of(asked: str = "auto") -> Device:
    """Return the device that is asked for; `auto` takes a graphics card where there is one.

    Of processes that torch's launcher started (`networks/training/ranks.py`) each takes a card of its own.
    Raises SettingsError for a device that is not there, MissingExtra without torch.
    """
    torch = require("torch", extra="deep")
    if asked == "auto":
        asked = f"cuda:{os.environ.get('LOCAL_RANK', 0)}" if torch.cuda.is_available() else "cpu"
    try:
        if torch.device(asked).type == "meta":  # shapes without numbers
            raise RuntimeError
        torch.empty(1, device=asked)
    except (RuntimeError, AssertionError):
        card = torch.cuda.is_available()
        there = "'auto', 'cpu' or 'cuda'" if card else "'auto' or 'cpu': torch finds no graphics card"
        raise SettingsError("settings.device", f"there is no device `{asked}` here", where="device",
                            hint=f"use device={there}") from None  # fmt: skip
    if asked.startswith("cuda"):
        return Device(asked, bool(torch.cuda.is_bf16_supported()))
    return Device(asked, asked == "cpu" and _processor_knows_bfloat16())


def _processor_knows_bfloat16() -> bool:
    """Whether the processor multiplies in bfloat16 itself; elsewhere torch would do so many times slower."""
    torch = require("torch", extra="deep")
    known = torch.cpu.get_capabilities()
    return bool(known.get("avx512_bf16") or known.get("amx_bf16") or known.get("arm_bf16"))


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch work on one thread: what is drawn has the same bytes on any machine of a kind."""
    torch = require("torch", extra="deep")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
