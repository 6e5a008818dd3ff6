"""Read the bytes of a ledger, and find where they are not as they were written."""

from __future__ import annotations

from likewise.errors import LikewiseError, PrivacyError
from likewise.privacy.ledger.entry import LINE, NOTHING, Entry


def entries_of(content: bytes, where: str) -> tuple[tuple[Entry, ...], int]:
    """Return the entries of a ledger and how many of its bytes are whole lines.

    What a process left that was killed while it wrote, a last line without its end, was never promised to anybody and
    does not count. Raises PrivacyError where a byte was changed, or a line removed, added or moved before the last one.
    """
    *lines, rest = content.split(b"\n")
    if Entry.read(rest) is not None:
        lines, rest = [*lines, rest], b""
    found: list[Entry] = []
    for place, line in enumerate(lines, start=1):
        found.append(_entry(line, place, found[-1].hash if found else NOTHING, where))
    if LINE.search(rest):  # a killed process leaves less than an entry, so that this end was changed
        raise _damaged(where, len(lines) + 1, "it does not end as it was written")
    return tuple(found), len(content) - len(rest)


def _entry(line: bytes, place: int, before: str, where: str) -> Entry:
    try:
        entry = Entry.read(line)
    except LikewiseError:
        raise PrivacyError("privacy.ledger-future", "the ledger holds what this version does not know", where=where,
                           hint="pip install --upgrade likewise") from None  # fmt: skip
    if entry is None and place == 1:
        raise PrivacyError("privacy.ledger-damaged", "this is no ledger, or its first line was changed",
                           where=f"{where}:1", hint="`likewise budget set` begins a ledger in a file of its own; one "
                           "that was changed is put back from a copy")  # fmt: skip
    if entry is None:
        raise _damaged(where, place, "it is not as it was written")
    if (entry.number, entry.previous, entry.kind == "opened") != (place, before, place == 1):
        raise _damaged(where, place, "it does not follow the line before it")
    return entry


def _damaged(where: str, place: int, why: str) -> PrivacyError:
    return PrivacyError("privacy.ledger-damaged", f"line {place} of the ledger was changed, or one before it removed: "
                        f"{why}", where=f"{where}:{place}", hint="put the ledger back from a copy made before "
                        "that; no release is safe without it")  # fmt: skip
