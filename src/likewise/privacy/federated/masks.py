"""Vectors that are hidden by masks until only their sum is left: one party's part in it, and the leader's.

Every two parties agree on a mask that one adds and the other takes away, and each adds a mask of its own. Whoever drops
out leaves masks behind, so their seeds are shared out beforehand: of one who went, the others give back the key of the
masks it had in pairs, of one who stayed its own mask, and never both. Bonawitz and others, 2017, CCS.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from likewise.core.extras import require
from likewise.privacy.federated.faults import fault
from likewise.privacy.federated.sharing import SECRET, SHARE, cut, joined

Words = npt.NDArray[np.uint32] | npt.NDArray[np.uint64]

KEYS = 64
"""Bytes of a party's two public keys: the first for letters between parties, the second for masks."""

LETTER = 2 * SHARE + 16
"""Bytes of the shares that one party sends to another, sealed."""

PROMISE = 32
"""Bytes of a digest by which a party binds itself to a secret or a share."""

PARCEL = LETTER + 2 * PROMISE
"""Bytes that one party sends another: a letter, and what its shares are bound by."""

OWN = 3 * PROMISE
"""Bytes by which a party is bound to the seed of its own mask and to the shares that it keeps itself."""


@dataclass(frozen=True)
class Parcels:
    """Hold what a party hands out in one sum: parcels by place, and what binds it to its seed and to its own shares."""

    parcels: Mapping[int, bytes]
    own: bytes


class Part:
    """Take part in one sum as the party at a `place`: four steps, each of them once and in this order.

    `context` binds every key to this sum and no other. `bits` (32 or 64) says modulo what is summed.
    """

    def __init__(self, context: bytes, place: int, *, threshold: int, bits: int) -> None:
        self.context, self.place, self.threshold, self.bits = context, place, threshold, bits
        self._letters, self._masks = _new_key(), _new_key()
        self._seed = secrets.token_bytes(SECRET)
        self._public: dict[int, bytes] = {}
        self._shares: dict[int, tuple[bytes, bytes]] = {}
        self._next = 0

    def keys(self) -> bytes:
        """Return both public keys."""
        self._step(0)
        return _public(self._letters) + _public(self._masks)

    def parcels(self, keys: Mapping[int, bytes]) -> Parcels:
        """Return what goes to each of the others, given the public keys of all that take part."""
        self._step(1)
        own = _public(self._letters) + _public(self._masks)
        halves = [half for key in keys.values() for half in (key[:32], key[32:])]
        if len(keys) < self.threshold or keys.get(self.place) != own or len(set(halves)) != 2 * len(keys):
            raise fault("order")
        self._public = dict(keys)
        pairs = cut(_private(self._masks), list(keys), self.threshold)
        seeds = cut(self._seed, list(keys), self.threshold)
        self._shares[self.place] = pairs[self.place], seeds[self.place]
        made = {}
        for other in keys:
            if other != self.place:
                letter = self._sealing(other).encrypt(_nonce(self.place), pairs[other] + seeds[other], self.context)
                made[other] = letter + self._promised(other, pairs[other], seeds[other])
        own = promise(self.context, self.place, self.place, self._seed)
        return Parcels(made, own + self._promised(self.place, *self._shares[self.place]))

    def masked(self, vector: Words, parcels: Mapping[int, bytes]) -> Words:
        """Return a vector with all its masks, given the parcels of the others; who sent none is left out."""
        self._step(2)
        if len(parcels) + 1 < self.threshold or not set(parcels) <= set(self._public) - {self.place}:
            raise fault("order")
        for other, parcel in parcels.items():
            self._shares[other] = self._opened(other, parcel)
        total = vector + stream(self._seed, self.context, len(vector), self.bits)
        for other in parcels:
            mask = pair_mask(self._masks, self._public[other][32:], self.context, len(vector), self.bits)
            total = total + mask if self.place < other else total - mask
        return total

    def shares(self, kept: Collection[int]) -> dict[int, bytes]:
        """Return a share of each party's secret: of its own mask where its vector was kept, else of its masks' key."""
        self._step(3)
        if len(kept) < self.threshold or self.place not in kept or not set(kept) <= set(self._shares):
            raise fault("order")
        return {other: mine[1] if other in kept else mine[0] for other, mine in self._shares.items()}

    def _promised(self, holder: int, *shares: bytes) -> bytes:
        """Return what this party is bound by to the shares that it gives a holder."""
        return b"".join(promise(self.context, self.place, holder, share) for share in shares)

    def _step(self, number: int) -> None:
        """Let a step be taken once: who could ask twice could have both secrets of a party."""
        if number != self._next:
            raise fault("order")
        self._next += 1

    def _sealing(self, other: int) -> Any:
        """Return what seals letters between this party and another."""
        aead = require("cryptography.hazmat.primitives.ciphers.aead", extra="masking")
        return aead.AESGCM(_agreed(self._letters, self._public[other][:32], self.context + b" letters"))

    def _opened(self, other: int, parcel: bytes) -> tuple[bytes, bytes]:
        """Return the two shares that a parcel holds. Raises PrivacyError where its sender is not bound to them."""
        exceptions = require("cryptography.exceptions", extra="masking")
        try:
            both = self._sealing(other).decrypt(_nonce(other), parcel[:LETTER], self.context)
        except exceptions.InvalidTag:
            raise fault("order") from None
        shares = both[:SHARE], both[SHARE:]
        if parcel[LETTER:] != b"".join(promise(self.context, other, self.place, share) for share in shares):
            raise fault("order")
        return shares


@dataclass(frozen=True)
class Sum:
    """Hold what the leader has seen of one sum, and open the sum when enough parties give their shares.

    `seeds` says what each party's own mask is bound by, and `promises` each share, from (dealer, holder) to that of the
    masks' key and that of the own mask.
    """

    context: bytes
    threshold: int
    bits: int
    keys: Mapping[int, bytes]
    seeds: Mapping[int, bytes]
    promises: Mapping[tuple[int, int], tuple[bytes, bytes]]
    false: set[int] = field(default_factory=set)

    def opened(self, masked: Mapping[int, Words], shares: Mapping[int, Mapping[int, bytes]]) -> Words:
        """Return the sum of the vectors behind `masked`, by shares: holder to dealer to share.

        Shares that their holder was not given are passed over, and the holder noted in `false`. Raises PrivacyError
        where fewer are left than it takes.
        """
        total = sum(masked.values(), np.zeros_like(next(iter(masked.values()))))
        for dealer in self.seeds:
            secret = self._secret(dealer, shares, own=dealer in masked)
            if dealer in masked:
                total = total - stream(secret, self.context, len(total), self.bits)
                continue
            key = _key_of(secret)
            for other in masked:
                mask = pair_mask(key, self.keys[other][32:], self.context, len(total), self.bits)
                total = total + mask if dealer < other else total - mask
        return total

    def _secret(self, dealer: int, shares: Mapping[int, Mapping[int, bytes]], *, own: bool) -> bytes:
        """Return the seed of a party's own mask, or the key of the masks it has in pairs."""
        given = {}
        for holder, held in shares.items():
            if promise(self.context, dealer, holder, held[dealer]) == self.promises[dealer, holder][own]:
                given[holder] = held[dealer]
            else:
                self.false.add(holder)
        if len(given) < self.threshold:
            raise fault("parties")
        secret = joined(given)
        if secret is None or not self._fits(dealer, secret, own=own):
            raise fault("secret", where=f"party {dealer + 1}")
        return secret

    def _fits(self, dealer: int, secret: bytes, *, own: bool) -> bool:
        """Return whether a secret is the one that a party is bound to."""
        if own:
            return promise(self.context, dealer, dealer, secret) == self.seeds[dealer]
        return _public(_key_of(secret)) == self.keys[dealer][32:]


def promise(context: bytes, dealer: int, holder: int, secret: bytes) -> bytes:
    """Return the digest by which a party is bound to a secret, or to the share of it that another holds."""
    return hashlib.sha256(context + bytes((dealer, holder)) + secret).digest()


def stream(seed: bytes, context: bytes, length: int, bits: int) -> Words:
    """Return pseudorandom words, as many as asked for, that a seed stands for: AES in counter mode."""
    ciphers = require("cryptography.hazmat.primitives.ciphers", extra="masking")
    key = hashlib.sha256(context + b" mask" + seed).digest()
    cipher = ciphers.Cipher(ciphers.algorithms.AES(key), ciphers.modes.CTR(bytes(16))).encryptor()
    kept: Words = np.frombuffer(cipher.update(bytes(length * bits // 8)), f"<u{bits // 8}")
    return kept


def pair_mask(key: Any, other: bytes, context: bytes, length: int, bits: int) -> Words:
    """Return the mask that two parties share, by the key of one and the public key of the other."""
    return stream(_agreed(key, other, context + b" masks"), context, length, bits)


def _x25519() -> Any:
    return require("cryptography.hazmat.primitives.asymmetric.x25519", extra="masking")


def _new_key() -> Any:
    return _x25519().X25519PrivateKey.generate()


def _key_of(secret: bytes) -> Any:
    return _x25519().X25519PrivateKey.from_private_bytes(secret)


def _private(key: Any) -> bytes:
    raw: bytes = key.private_bytes_raw()
    return raw


def _public(key: Any) -> bytes:
    raw: bytes = key.public_key().public_bytes_raw()
    return raw


def _agreed(key: Any, other: bytes, info: bytes) -> bytes:
    """Return a key that two parties have in common and nobody else (Diffie and Hellman, hashed)."""
    try:
        common: bytes = key.exchange(_x25519().X25519PublicKey.from_public_bytes(other))
    except ValueError:
        raise fault("order") from None
    hkdf = require("cryptography.hazmat.primitives.kdf.hkdf", extra="masking")
    hashes = require("cryptography.hazmat.primitives.hashes", extra="masking")
    derived: bytes = hkdf.HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(common)
    return derived


def _nonce(sender: int) -> bytes:
    """Return a nonce that is never used twice: keys live for one sum, in which each of two sends one letter."""
    return sender.to_bytes(12)
