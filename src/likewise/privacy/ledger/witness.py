"""Remember beside a ledger how far it had come, so that an older copy put in its place is found out.

A witness lies in a folder of the user's own: LIKEWISE_STATE, else `likewise` in XDG_STATE_HOME, else
`~/.local/state/likewise`. It knows what was written on this machine by this user, and nothing else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from likewise.core.faults import reading, writing
from likewise.core.spec import Spec
from likewise.errors import LikewiseError, PrivacyError
from likewise.privacy.ledger.entry import Entry


class Seen(Spec):
    """Hold the last entry of a ledger that was seen, and where the ledger lay."""

    ledger: str
    place: str
    number: int
    hash: str


class Witness:
    """Keep a small file a ledger, named as the ledger names itself."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or _of_user()

    def check(self, entries: Sequence[Entry], path: Path) -> None:
        """Raise PrivacyError where a ledger holds less, or something else, than what was seen before.

        A ledger begun anew, elsewhere or under another witness, is another one than stood in its place.
        """
        name = entries[0].ledger if entries else None
        gone = next((s for s in self._all() if s.place == str(path.resolve()) and s.ledger != name), None)
        if gone is not None:
            raise self._rolled_back(f"another ledger, of {gone.number} entries, stood here and is gone", gone, path)
        if not entries:
            return
        seen = self._read(self._file(entries[0].ledger))
        if seen is None:
            return
        if seen.number > len(entries):
            what = f"the ledger had {seen.number} entries and has {len(entries)} now"
            raise self._rolled_back(what, seen, path)
        if entries[seen.number - 1].hash != seen.hash:
            raise self._rolled_back(f"entry {seen.number} of the ledger is another one than it was", seen, path)

    def note(self, ledger: str, head: Entry, path: Path) -> None:
        """Remember the last entry. Raises SourceError where the folder cannot be written."""
        seen = Seen(ledger=ledger, place=str(path.resolve()), number=head.number, hash=head.hash)
        file = self._file(ledger)
        with writing(file):
            self.folder.mkdir(parents=True, exist_ok=True)
            partial = file.with_suffix(f".{os.getpid()}.part")
            with partial.open("w", encoding="utf-8") as stream:
                stream.write(seen.model_dump_json() + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            partial.replace(file)

    def ready(self) -> None:
        """Raise SourceError where nothing could be remembered, before anything is written."""
        with writing(self.folder / "witness.json"):
            self.folder.mkdir(parents=True, exist_ok=True)
            if not os.access(self.folder, os.W_OK | os.X_OK):
                raise PermissionError(13, "read-only")

    def _file(self, ledger: str) -> Path:
        return self.folder / f"{ledger}.json"

    def _all(self) -> list[Seen]:
        with reading(self.folder):
            files = sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []
        return [seen for file in files if (seen := self._read(file)) is not None]

    def _read(self, file: Path) -> Seen | None:
        try:
            return Seen.from_dict(json.loads(file.read_bytes()), where=str(file))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LikewiseError):
            raise PrivacyError("privacy.ledger-witness", "what is remembered of a ledger cannot be read",
                               where=str(file), hint="remove the file once you know that the ledger is whole"
                               ) from None  # fmt: skip

    def _rolled_back(self, what: str, seen: Seen, path: Path) -> PrivacyError:
        return PrivacyError("privacy.ledger-rolled-back", f"{what}: releases would be forgotten", where=str(path),
                            hint="put the newest copy back; where nothing was released that it held, remove "
                            f"{self._file(seen.ledger)}")  # fmt: skip


def _of_user() -> Path:
    own, shared = os.environ.get("LIKEWISE_STATE"), os.environ.get("XDG_STATE_HOME")
    if own:
        return Path(own) / "ledgers"
    try:
        state = Path(shared) if shared else Path.home() / ".local" / "state"
    except RuntimeError:
        raise PrivacyError("privacy.ledger-witness", "this user has no home, where a ledger's witness would lie",
                           hint="set LIKEWISE_STATE to a folder that stays") from None  # fmt: skip
    return state / "likewise" / "ledgers"
