"""Several processes train one network: the same weights in each, and those of one process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.networks.training import ranked

torch = pytest.importorskip("torch")
if not torch.distributed.is_available():
    pytest.skip("this torch has no distributed", allow_module_level=True)

ROOT = Path(__file__).parents[3]


def together(folder: Path, *more: str) -> list[bytes]:
    """Return what each of two processes writes, started as torch's launcher starts them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shared = {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), "OMP_NUM_THREADS": "1", "WORLD_SIZE": "2",
              "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}  # fmt: skip
    command = [sys.executable, str(Path(ranked.__file__)), str(folder), *more]
    started = [
        subprocess.Popen(command, env=os.environ | shared | {"RANK": str(i), "LOCAL_RANK": str(i)},
                         stdout=subprocess.PIPE)
        for i in range(2)
    ]  # fmt: skip
    written = [process.communicate(timeout=120)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0]
    return written


def test_two_processes_come_to_the_weights_of_one_also_where_one_is_short_of_memory(tmp_path: Path) -> None:
    alone = np.frombuffer(ranked.run(), dtype=np.float32)
    first, second = together(tmp_path, "--short")
    assert first == second
    np.testing.assert_allclose(np.frombuffer(first, dtype=np.float32), alone, atol=2e-5)
    assert len((tmp_path / "training" / "losses.jsonl").read_text().splitlines()) == 3
