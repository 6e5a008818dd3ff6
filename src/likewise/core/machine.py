"""What the machine offers: the memory that a process may still take, and a refusal where that is too little."""

from __future__ import annotations

from pathlib import Path

from likewise.errors import FitError

UNLIMITED = 2**60
"""Bytes from which a limit is none: the first control groups write a huge number instead of `max`."""


def available_memory(root: str | Path = "/") -> int | None:
    """Return the bytes that this process may still take, or None where the system does not say.

    The least of what the kernel calls available (`MemAvailable`) and of what is left of each control group that the
    process lies in, of either version, where caches that can be dropped count as left. `root` is where `proc` and `sys`
    are looked for.

    >>> available_memory("/nowhere") is None
    True
    """
    top = Path(root)
    rooms = [_free(top / "proc/meminfo"), *(_left(group) for group in _groups(top))]
    known = [room for room in rooms if room is not None]
    return min(known) if known else None


def total_memory(root: str | Path = "/") -> int | None:
    """Return the bytes of memory that the machine has, or None where the system does not say."""
    return _fields(Path(root) / "proc/meminfo").get("MemTotal")


def gigabytes(size: float) -> str:
    """Write a number of bytes in GB.

    >>> gigabytes(2_345_000_000), gigabytes(30_000_000)
    ('2.3 GB', '0.03 GB')
    """
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{max(size / 1e9, 0.01):.2f} GB"


def check_memory(needed: int | None, *, rows: int, columns: int, technique: str) -> None:
    """Raise FitError when a fit needs more memory than there is, before the system ends the process for it."""
    room = available_memory() if needed is not None else None
    if needed is None or room is None or needed <= room:
        return
    raise FitError(
        "fit.memory",
        f"learning {rows:,} rows x {columns} columns takes about {gigabytes(needed)} of memory, and "
        f"{gigabytes(room)} are available",
        where=technique,
        hint=f"learn from fewer rows (about {max(1, int(0.9 * rows * room / needed)):,} would fit) or leave columns "
        "out with role `ignore` in a schema",
    )


def _free(meminfo: Path) -> int | None:
    return _fields(meminfo).get("MemAvailable")


def _groups(top: Path) -> list[Path]:
    """Return the folders of the control groups that limit this process, its own and those above it."""
    found: list[Path] = []
    for line in _text(top / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        mount = top / "sys/fs/cgroup"
        if controllers:
            if "memory" not in controllers.split(","):
                continue
            mount /= "memory"
        own = mount / path.lstrip("/")
        # Within a container the path is that outside of it: the group itself is then mounted at the top.
        found += [own, *(above for above in own.parents if above.is_relative_to(mount))]
    return found


def _left(group: Path) -> int | None:
    """Return what is left of a control group's limit, None where it has none."""
    stat = _fields(group / "memory.stat")
    for limit, used, cache in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        most, taken = _number(group / limit), _number(group / used)
        if most is not None and taken is not None and most < UNLIMITED:
            return max(0, most - max(0, taken - stat.get(cache, 0)))
    return None


def _fields(path: Path) -> dict[str, int]:
    """Return the numbers of lines such as `MemTotal: 12 kB` or `inactive_file 12`, in bytes."""
    found = {}
    for line in _text(path).splitlines():
        name, *rest = line.replace(":", " ").split()
        if rest and rest[0].isdecimal():
            found[name] = int(rest[0]) * (1024 if rest[1:] == ["kB"] else 1)
    return found


def _number(path: Path) -> int | None:
    text = _text(path).strip()
    return int(text) if text.isdecimal() else None


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
