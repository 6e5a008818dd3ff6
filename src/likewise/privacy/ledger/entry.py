"""What a ledger writes down, an entry a line, each sealed with a hash of itself and of all before it."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Literal

from pydantic import Field

from likewise.core.spec import Spec
from likewise.privacy.accountant import Event

FORMAT = 1
LINE = re.compile(rb'(?s)(?P<body>\{.*), "hash": "(?P<hash>[0-9a-f]{64})"\}')
"""A whole entry without its line feed. The hash is of the bytes before it: no other way to write them passes."""
NOTHING = "0" * 64
"""What the first entry names as the hash before it."""


class Entry(Spec):
    """Hold one entry of a ledger; fields that say nothing are not written.

    `opened` begins a ledger and gives it a name of its own; `budget` sets what `people` can be asked for; `reserve`
    sets aside what a fit may cost, before it sees any data; `commit` puts what it did cost in the place of that, and
    `return` gives all of it back. `reserved` is the number of the reservation that these two settle. `time` is in UTC.
    """

    number: int
    time: str
    kind: Literal["opened", "budget", "reserve", "commit", "return"]
    format: int | None = None
    ledger: str = Field(default="", pattern="^[0-9a-f]*$")
    people: str = ""
    unit: str = ""
    epsilon: float | None = None
    delta: float | None = None
    slack: float = 0.0
    technique: str = ""
    what: str = ""
    contract: str = ""
    reserved: int | None = None
    events: tuple[Event, ...] = ()
    reason: str = ""
    previous: str
    hash: str = ""

    def line(self) -> bytes:
        """Return the entry as a line of a ledger, sealed.

        >>> entry = Entry(number=1, time="2026-01-05T09:00:00+00:00", kind="opened", ledger="7f", previous=NOTHING)
        >>> Entry.read(entry.line().rstrip()).ledger
        '7f'
        """
        fields = self.model_dump(mode="json", exclude={"hash"}, exclude_defaults=True)
        fields["events"] = [event.to_dict() for event in self.events]
        body = json.dumps({k: v for k, v in fields.items() if v != []}, ensure_ascii=False).encode()[:-1]
        return body + b', "hash": "' + seal(body).encode() + b'"}\n'

    @classmethod
    def read(cls, line: bytes) -> Entry | None:
        """Return the entry of a line without its line feed; None where the line is not as it was written."""
        found = LINE.fullmatch(line)
        if found is None or seal(found["body"]).encode() != found["hash"]:
            return None
        fields: dict[str, Any] = json.loads(line)
        return cls.from_dict(fields)


def seal(body: bytes) -> str:
    """Return the SHA-256 of the bytes of an entry."""
    return hashlib.sha256(body).hexdigest()
