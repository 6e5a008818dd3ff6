"""The key of a masking: bytes from the operating system, kept in a file that only its owner reads."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.faults import reading, writing
from likewise.errors import SettingsError, SourceError
from likewise.privacy.masking.ff1 import aes

LENGTH = 32


@dataclass(frozen=True)
class Key:
    """Hold 32 secret bytes. It is never shown, logged or put into a document; whoever has it can undo a masking.

    >>> Key.new() == Key.new(), repr(Key.new())
    (False, 'Key()')
    """

    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> Self:
        """Return a key of the operating system's randomness; no seed can make one."""
        return cls(secrets.token_bytes(LENGTH))

    @classmethod
    def of(cls, key: Key | str | Path) -> Key:
        """Return a key as it is, or from a file. Raises SourceError and SettingsError."""
        return key if isinstance(key, Key) else cls.read(key)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a key file. Raises SettingsError where it holds no key."""
        with reading(Path(path)):
            text = Path(path).read_bytes().strip()
        try:
            secret = bytes.fromhex(text.decode("ascii"))
        except (UnicodeDecodeError, ValueError):
            secret = b""
        if len(secret) != LENGTH:
            raise SettingsError("masking.key", f"a key is {2 * LENGTH} hexadecimal digits, and this file holds none",
                                where=str(path), hint="make one with `likewise mask --new-key FILE`")  # fmt: skip
        return cls(secret)

    def write(self, path: str | Path) -> None:
        """Write a key file that only its owner may read. Raises SourceError where there is a file already."""
        if Path(path).exists():
            raise SourceError("source.exists", f"`{path}` is there already, and a key is never written over",
                              where=str(path), hint="name another file, or take this key: --key")  # fmt: skip
        with writing(Path(path)), os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(self.secret.hex() + "\n")

    def derived(self, *purpose: str) -> bytes:
        """Return the bytes for one purpose: those of one tell nothing of those of another."""
        return hmac.digest(self.secret, "\x1f".join(purpose).encode(), "sha256")

    def cipher(self, *purpose: str) -> Any:
        """Return what encrypts blocks of 16 bytes for one purpose."""
        return aes(self.derived(*purpose))

    def numbers(self, values: pa.Array, *purpose: str) -> npt.NDArray[np.int64]:
        """Return a number below 2**62 for each distinct value, the same whenever it is met; not to be undone."""
        secret = self.derived(*purpose)
        distinct = values.dictionary_encode()
        found = [_number(secret, str(value)) for value in distinct.dictionary.to_pylist()]
        numbers = np.array([*found, _number(secret, "")], np.int64)
        places: npt.NDArray[np.int64] = np.asarray(distinct.indices.fill_null(len(found)), dtype=np.int64)
        return numbers[places]


def _number(secret: bytes, value: str) -> int:
    return (
        int.from_bytes(hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=8, key=secret).digest()) >> 2
    )
