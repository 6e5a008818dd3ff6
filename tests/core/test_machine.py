from __future__ import annotations

from pathlib import Path

import pytest

from likewise.core import machine
from likewise.core.machine import available_memory, check_memory, total_memory
from likewise.errors import FitError

GB = 1_000_000_000


def put(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


MEMINFO = {"proc/meminfo": "MemTotal:       8000000 kB\nMemAvailable:   6000000 kB\nHugePages_Total:   0\n"}
V2 = "sys/fs/cgroup/a/b/memory"
V1 = "sys/fs/cgroup/memory/memory"


@pytest.mark.parametrize(
    ("files", "left"),
    [
        ({}, None),
        (MEMINFO, 6_144_000_000),
        (
            {
                **MEMINFO,
                "proc/self/cgroup": "0::/a/b\n",
                f"{V2}.max": "max\n",
                f"{V2}.current": "5\n",
                "sys/fs/cgroup/a/memory.max": f"{4 * GB}\n",
                "sys/fs/cgroup/a/memory.current": f"{3 * GB}\n",
                "sys/fs/cgroup/a/memory.stat": f"anon {2 * GB}\ninactive_file {GB}\n",
            },
            2 * GB,
        ),
        (
            {
                **MEMINFO,
                "proc/self/cgroup": "9:name=systemd:/\n4:cpu,memory:/docker/x\n0::/\n",
                f"{V1}.limit_in_bytes": f"{2 * GB}\n",
                f"{V1}.usage_in_bytes": f"{GB}\n",
                f"{V1}.stat": "total_inactive_file 0\n",
            },
            GB,
        ),
        (
            {
                **MEMINFO,
                "proc/self/cgroup": "4:memory:/\n",
                f"{V1}.limit_in_bytes": "9223372036854771712\n",
                f"{V1}.usage_in_bytes": f"{GB}\n",
            },
            6_144_000_000,
        ),
    ],
    ids=["unknown", "no-limit", "version-2-of-a-parent", "version-1-in-a-container", "version-1-unlimited"],
)
def test_what_is_left_is_the_least_of_all_limits(tmp_path: Path, files: dict[str, str], left: int | None) -> None:
    assert available_memory(put(tmp_path, files)) == left


def test_this_machine_says_what_it_has() -> None:
    total, left = total_memory(), available_memory()
    assert total is None or left is None or 0 < left <= total


def test_a_fit_that_would_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "available_memory", lambda: 2 * GB)
    check_memory(2 * GB, rows=10, columns=3, technique="t")
    check_memory(None, rows=10, columns=3, technique="t")
    with pytest.raises(FitError) as caught:
        check_memory(4 * GB, rows=1_000_000, columns=30, technique="t")
    assert caught.value.code == "fit.memory" and caught.value.where == "t"
    assert "4.0 GB" in caught.value.what and "2.0 GB" in caught.value.what
    assert "450,000" in str(caught.value.hint)


def test_nothing_is_refused_where_the_system_does_not_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "available_memory", lambda: None)
    check_memory(10**15, rows=1, columns=1, technique="t")
