"""What leader and parties say to each other: fields in JSON, checked, and bytes whose number is known beforehand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from pydantic import Field, ValidationError, field_validator

from likewise.core.spec import Spec
from likewise.privacy.federated.faults import Reason, fault

HEAD = 2**24
"""The most bytes of a message's fields, which may hold a contract of many levels."""

GREETING = 2**12
"""The most bytes by which a stranger says who it is."""

BODY = 2**30
"""The most bytes of a message's body, whatever it says."""

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
"""What a party may be called."""


MOST_TEXT = 300
"""The most characters that say what is asked, all printable: parties keep them in their ledgers."""


class Said(Spec):
    """Be the fields of one kind of message; `sum` numbers the sum that it is about, from 1, and 0 is before all."""

    kind: ClassVar[str]
    sum: int = Field(default=0, ge=0, le=2**31)


class Hello(Said):
    """A party calls."""

    kind: ClassVar[str] = "hello"
    version: int
    name: str = Field(max_length=200)


class Offer(Said):
    """The leader says what is to be agreed to, who takes part, and which of them the party is."""

    kind: ClassVar[str] = "offer"
    agreement: dict[str, Any]
    names: tuple[str, ...]
    place: int = Field(ge=0)


class Agreed(Said):
    """A party agrees to what it has read."""

    kind: ClassVar[str] = "agreed"
    digest: str = Field(pattern="^[0-9a-f]{64}$")


class Ask(Said):
    """The leader asks for the counts of some cliques of axes: of columns, in so many bins or, where 0, cell by cell.

    The body holds the bin of each cell, four bytes each, of the axes that have bins.
    """

    kind: ClassVar[str] = "ask"
    cliques: tuple[tuple[int, ...], ...]
    columns: tuple[int, ...]
    bins: tuple[int, ...]
    sigma: float = Field(gt=0, le=1e9)
    what: str = Field(max_length=MOST_TEXT)

    @field_validator("what")
    @classmethod
    def _is_plain(cls, what: str) -> str:
        if what != plain(what):
            raise ValueError("not plain")
        return what


def plain(text: str) -> str:
    """Return a text as it may stand in a question.

    >>> plain("income ($)\\n x age")
    'income ($)_ x age'
    """
    return "".join(letter if letter.isprintable() else "_" for letter in text[:MOST_TEXT])


class Keys(Said):
    """A party's public keys for this sum."""

    kind: ClassVar[str] = "keys"


class Everyone(Said):
    """The public keys of all that take part, in the order of their places."""

    kind: ClassVar[str] = "everyone"
    places: tuple[int, ...]


class Posted(Said):
    """A party's parcels to the others, in the order of their places, and what binds itself."""

    kind: ClassVar[str] = "posted"


class Delivered(Said):
    """The parcels that others sent to a party, in the order of their places."""

    kind: ClassVar[str] = "delivered"
    places: tuple[int, ...]


class Masked(Said):
    """A party's counts and its share of noise, behind masks."""

    kind: ClassVar[str] = "masked"


class Kept(Said):
    """Whose masked counts are summed."""

    kind: ClassVar[str] = "kept"
    places: tuple[int, ...]


class Shares(Said):
    """A party's shares of everyone's secrets, in the order of their places."""

    kind: ClassVar[str] = "shares"


class Done(Said):
    """The fit is done; the body is the model's file."""

    kind: ClassVar[str] = "done"


class Stopped(Said):
    """One side goes no further, and says why in one word."""

    kind: ClassVar[str] = "stopped"
    why: Reason


Some = TypeVar("Some", bound=Said)


@dataclass(frozen=True)
class Letter:
    """Hold a message's fields and its body."""

    said: Said
    body: bytes

    def is_a(self, kind: type[Some], *, sum: int, size: int | None = None) -> Some:
        """Return the fields of a message that is of a kind and about a sum. Raises PrivacyError where it is another.

        So a message that comes a second time, too early or too late is refused, and so is a body of another size.
        """
        if not isinstance(self.said, kind) or self.said.sum != sum or (size is not None and len(self.body) != size):
            raise fault("order")
        return self.said


def written(said: Said, body: bytes = b"") -> bytes:
    """Return a message as bytes: how long its fields are, four bytes; the fields; the body."""
    head = json.dumps({"kind": said.kind, **said.model_dump(mode="json")}).encode()
    return len(head).to_bytes(4) + head + body


def read(message: bytes, *kinds: type[Said]) -> Letter:
    """Return the fields and body of a message of one of some kinds. Raises PrivacyError for anything else.

    >>> read(written(Agreed(digest="0" * 64)), Hello, Agreed).said.kind
    'agreed'
    """
    end = 4 + int.from_bytes(message[:4])
    try:
        fields = json.loads(message[4:end]) if len(message) >= end and end <= 4 + HEAD else None
        kind = fields.pop("kind", None) if isinstance(fields, dict) else None
        said = next((known for known in kinds if known.kind == kind), None)
        if said is None:
            raise fault("order")
        return Letter(said.model_validate(fields), message[end:])
    except (ValueError, RecursionError, ValidationError):  # no JSON, or other fields: its text is not repeated
        raise fault("order") from None
