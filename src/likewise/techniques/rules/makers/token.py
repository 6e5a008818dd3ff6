"""Columns of random bytes, in the ways that they are written: hexadecimal, base64, Nano ID, ULID."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from likewise.core.counted import Counted, Ints
from likewise.core.schema import Column
from likewise.techniques.rules.maker import Maker, Rows, told
from likewise.techniques.rules.patterns.grids import texts_of

Bytes = npt.NDArray[np.uint8]
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
_BASE64 = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", np.uint8)
_NANOID = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", np.uint8)
_CROCKFORD = np.frombuffer(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", np.uint8)
_BEGIN = 1_704_067_200_000
"""The millisecond that the first row of a table of ULIDs stands at: the first of 2024."""


class Token(Maker):
    """Make tokens of random bytes: `usual` many where nothing is said; `enough` many never meet by chance."""

    placed: ClassVar[bool] = True
    usual: ClassVar[int]
    enough: ClassVar[int] = 15

    size: int

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read how many bytes a token has."""
        size = cls.usual if value is None else value
        if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= 1024:
            raise told(path, "how long a token is is a number from 1 to 1024", f"write {{{cls.word}: {cls.usual}}}")
        return cls(size=size)

    def distinct(self, rows: int, path: str) -> Maker:
        """Return itself where chance keeps tokens apart. Raises SettingsError for short ones."""
        if self.size < self.enough:
            raise told(path, f"tokens of {self.size} may repeat, and {rows:,} rows are to differ",
                       f"make them longer: {{{self.word}: {self.usual}}}", "settings.unique")  # fmt: skip
        return self

    def column(self, name: str, known: Mapping[str, Column]) -> Column:
        """Return a text."""
        return Column(name=name, kind="text", dtype="string")

    def make(self, rows: Rows) -> pa.Array:
        """Return the tokens of some rows."""
        return texts_of(self.signs(_bytes(rows.random, rows.numbers, self.size), rows.numbers), full=True)

    @abstractmethod
    def signs(self, made: Bytes, rows: Ints) -> Bytes:
        """Return the characters that stand for some rows' bytes."""


class Hex(Token):
    """Make random bytes in hexadecimal digits: `{hex: 16}` has 32 of them."""

    word: ClassVar[str] = "hex"
    usual: ClassVar[int] = 16

    def signs(self, made: Bytes, rows: Ints) -> Bytes:
        """Return two digits for each byte."""
        return np.asarray(_HEX[np.stack([made >> 4, made & 15], axis=2)].reshape(len(made), -1))


class Base64(Token):
    """Make random bytes as base64 writes them (RFC 4648): `{base64: 32}`."""

    word: ClassVar[str] = "base64"
    usual: ClassVar[int] = 16

    def signs(self, made: Bytes, rows: Ints) -> Bytes:
        """Return four signs for three bytes, filled up with `=`."""
        size = made.shape[1]
        whole = np.zeros((len(made), -(-size // 3) * 3), dtype=np.uint32)
        whole[:, :size] = made
        threes = (whole[:, ::3] << 16) | (whole[:, 1::3] << 8) | whole[:, 2::3]
        out = np.stack([_BASE64[(threes >> shift) & 63] for shift in (18, 12, 6, 0)], axis=2).reshape(len(made), -1)
        if size % 3:
            out[:, size % 3 - 3 :] = ord("=")
        return np.asarray(out)


class NanoId(Token):
    """Make ids of letters, digits, `_` and `-`: `{nanoid: 21}` has 21 of them."""

    word: ClassVar[str] = "nanoid"
    usual: ClassVar[int] = 21
    enough: ClassVar[int] = 20

    def signs(self, made: Bytes, rows: Ints) -> Bytes:
        """Return a sign for each byte."""
        return np.asarray(_NANOID[made & 63])


class Ulid(Token):
    """Make ULIDs: ten signs for the millisecond, which rises with the row, and sixteen for ten bytes of chance."""

    word: ClassVar[str] = "ulid"
    usual: ClassVar[int] = 10
    enough: ClassVar[int] = 0

    @classmethod
    def read(cls, value: Any, path: str) -> Self:
        """Read nothing: all ULIDs are of one length."""
        if value is not None:
            raise told(path, "all ULIDs are of one length", "write {ulid: }")
        return cls(size=cls.usual)

    def signs(self, made: Bytes, rows: Ints) -> Bytes:
        """Return the signs of Crockford's base32."""
        out = np.empty((len(rows), 26), dtype=np.uint8)
        time = rows + _BEGIN
        for place in range(10):
            out[:, 9 - place] = _CROCKFORD[(time >> (5 * place)) & 31]
        bits = np.unpackbits(made, axis=1).reshape(len(rows), 16, 5)
        out[:, 10:] = _CROCKFORD[np.packbits(bits, axis=2)[:, :, 0] >> 3]
        return out


def _bytes(random: Counted, rows: Ints, size: int) -> Bytes:
    """Return so many random bytes for each row."""
    words = np.stack([random.at(word).bits(rows) for word in range(-(-size // 8))], axis=1)
    return words.astype("<u8").view(np.uint8)[:, :size]
