"""Format-preserving encryption: a keyed permutation of the strings of one length, for whole columns at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require

U64 = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]

BLOCK = 16
ROUNDS = 10
WIDEST_HALF = 2**63
"""What half a string may count to: more does not fit the arithmetic of a machine."""


def aes(key: bytes) -> Any:
    """Return what encrypts blocks of 16 bytes with AES, each by itself (needs the extra `masking`)."""
    ciphers = require("cryptography.hazmat.primitives.ciphers", extra="masking")
    return ciphers.Cipher(ciphers.algorithms.AES(key), ciphers.modes.ECB()).encryptor()


@dataclass(frozen=True)
class FF1:
    """Encrypt strings of `length` digits in a `radix` to strings of the same kind, reversibly with the key alone.

    A string is given as the numbers of its two halves, `left` of `length // 2` digits. A half counts to less than
    2**56, or to 2**63 where the radix is a power of two. `tweak` may differ from row to row: bytes, all of one width.

    NIST SP 800-38G, 2016 (Bellare, Rogaway and Spies, 2010).
    """

    radix: int
    length: int

    def __post_init__(self) -> None:
        most = self.radix ** (self.length - self.length // 2)
        exact = self.radix & (self.radix - 1) == 0
        if self.length < 2 or most > (WIDEST_HALF if exact else 2**56):
            raise ValueError(f"strings of {self.length} digits in radix {self.radix} are out of reach")

    def encrypt(self, cipher: Any, left: U64, right: U64, tweak: Bytes) -> tuple[U64, U64]:
        """Return the halves of the encrypted strings; `cipher` is what `aes` gives, `tweak` rows x bytes."""
        begun = self._begun(cipher, tweak)
        for turn in range(ROUNDS):
            modulus = self._modulus(turn)
            mixed = (left + self._mixed(cipher, turn, right, begun, modulus)) % np.uint64(modulus)
            left, right = right, mixed
        return left, right

    def decrypt(self, cipher: Any, left: U64, right: U64, tweak: Bytes) -> tuple[U64, U64]:
        """Return the halves of the strings that were encrypted."""
        begun = self._begun(cipher, tweak)
        for turn in reversed(range(ROUNDS)):
            modulus = self._modulus(turn)
            mixed = self._mixed(cipher, turn, left, begun, modulus)
            right, left = left, (right + (np.uint64(modulus) - mixed)) % np.uint64(modulus)
        return left, right

    def _modulus(self, turn: int) -> int:
        """Return what the half that a round changes counts to."""
        half = self.length // 2
        return int(self.radix ** (half if turn % 2 == 0 else self.length - half))

    @property
    def _width(self) -> int:
        """How many bytes half a string takes."""
        return math.ceil(int(self.radix ** (self.length - self.length // 2) - 1).bit_length() / 8)

    def _mixed(self, cipher: Any, turn: int, half: U64, begun: Bytes, modulus: int) -> U64:
        """Return the pseudorandom numbers, below a modulus, that a round makes of the other half."""
        width = self._width
        block = begun.copy()
        block[:, BLOCK - width - 1] ^= turn
        block[:, BLOCK - width :] ^= half.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - width :]
        digest = _encrypted(cipher, block)
        return _remainder(digest[:, : 4 * math.ceil(width / 4) + 4], modulus)

    def _begun(self, cipher: Any, tweak: Bytes) -> Bytes:
        """Return the last block of each CBC-MAC, 16 bytes a row, but for what differs from round to round."""
        rows, extra = tweak.shape
        lengths = (*self.length.to_bytes(4), *extra.to_bytes(4))
        first = bytes([1, 2, 1, *self.radix.to_bytes(3), 10, self.length // 2 % 256, *lengths])
        state = np.broadcast_to(np.frombuffer(cipher.update(first), np.uint8), (rows, BLOCK))
        message = np.zeros((rows, extra + 1 + self._width + -(extra + self._width + 1) % BLOCK), np.uint8)
        message[:, :extra] = tweak
        for start in range(0, message.shape[1] - BLOCK, BLOCK):
            state = _encrypted(cipher, state ^ message[:, start : start + BLOCK])
        found: Bytes = state ^ message[:, -BLOCK:]
        return found


def _encrypted(cipher: Any, blocks: Bytes) -> Bytes:
    return np.frombuffer(cipher.update(blocks.tobytes()), np.uint8).reshape(-1, BLOCK)


def _remainder(digits: Bytes, modulus: int) -> U64:
    """Return big-endian numbers modulo another one, in steps that fit 64 bits."""
    if modulus & (modulus - 1) == 0:
        low = digits[:, -8:]
        return np.ascontiguousarray(low).view(">u8").reshape(-1).astype(np.uint64) & np.uint64(modulus - 1)
    step = 4 if modulus < 2**32 else 2 if modulus < 2**48 else 1
    limbs = np.ascontiguousarray(digits).view(f">u{step}").astype(np.uint64)
    found = np.zeros(len(digits), np.uint64)
    for limb in range(limbs.shape[1]):
        found = ((found << np.uint64(8 * step)) + limbs[:, limb]) % np.uint64(modulus)
    return found
