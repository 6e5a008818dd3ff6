"""How messages travel: frames on a TCP connection, with limits on their size and their time."""

from __future__ import annotations

import socket
import ssl
import time
from typing import Protocol

from likewise.errors import PrivacyError
from likewise.privacy.federated.faults import fault
from likewise.privacy.federated.messages import BODY, HEAD

PIECE = 2**20
"""The most bytes that are read at once: memory grows with what comes, not with what is announced."""


class Channel(Protocol):
    """Carry whole messages between the leader and one party, in order; write one to use another transport than TCP."""

    def send(self, message: bytes, *, within: float) -> None:
        """Send a message. Raises PrivacyError (`privacy.federated-late`) when it is not taken within some seconds."""
        ...

    def receive(self, *, most: int, within: float) -> bytes:
        """Return the next message, of at most `most` bytes. Raises PrivacyError when none comes within some seconds."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


class Socket:
    """Carry messages on a connected socket, plain or with TLS: each has its length before it, four bytes.

    `moved` is how many bytes have gone either way.

    >>> ours, theirs = (Socket(end) for end in socket.socketpair())
    >>> ours.send(b"hello", within=1.0)
    >>> theirs.receive(most=100, within=1.0)
    b'hello'
    >>> ours.close(); theirs.close()
    """

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self.moved = 0

    def send(self, message: bytes, *, within: float) -> None:
        """Send a message. Raises PrivacyError when it is not taken in time, or the other side is gone."""
        try:
            self._socket.settimeout(within)
            self._socket.sendall(len(message).to_bytes(4) + message)
            self.moved += 4 + len(message)
        except TimeoutError:
            raise fault("late") from None
        except OSError:
            raise fault("stopped") from None

    def receive(self, *, most: int, within: float) -> bytes:
        """Return the next message. Raises PrivacyError when it is too long, late, or the other side is gone."""
        until = time.monotonic() + within
        size = int.from_bytes(self._exactly(4, until))
        self.moved += 4 + size
        if size > min(most, HEAD + BODY + 4):
            raise fault("order")
        return self._exactly(size, until)

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def _exactly(self, size: int, until: float) -> bytes:
        """Return the next bytes, all of them by a time: a party that sends one byte at a time is late too."""
        pieces = bytearray()
        while len(pieces) < size:
            left = until - time.monotonic()
            if left <= 0:
                raise fault("late")
            try:
                self._socket.settimeout(left)
                piece = self._socket.recv(min(size - len(pieces), PIECE))
            except TimeoutError:
                raise fault("late") from None
            except OSError:
                raise fault("stopped") from None
            if not piece:
                raise fault("stopped")
            pieces += piece
        return bytes(pieces)


def address_of(address: str) -> tuple[str, int]:
    """Return host and port of an address such as `127.0.0.1:7000`. Raises PrivacyError where it is none.

    >>> address_of("[::1]:7000")
    ('::1', 7000)
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise PrivacyError(
            "privacy.address", "an address is a host and a port", where=address, hint="such as 127.0.0.1:7000"
        )
    return host.strip("[]"), int(port)


def called(address: str, *, within: float, tls: ssl.SSLContext | None = None) -> Socket:
    """Return a connection to a leader, who may begin to listen some seconds later. Raises PrivacyError without one."""
    host, port = address_of(address)
    until = time.monotonic() + within
    while True:
        try:
            plain = socket.create_connection((host, port), timeout=max(until - time.monotonic(), 0.1))
            return Socket(plain if tls is None else tls.wrap_socket(plain, server_hostname=host))
        except ssl.SSLError:
            raise PrivacyError("privacy.tls", "the connection could not be made safe by TLS", where=address) from None
        except OSError:
            if time.monotonic() >= until:
                raise PrivacyError("privacy.unreachable", "nobody listens there", where=address,
                                   hint="start the leader first") from None  # fmt: skip
            time.sleep(0.1)
