"""Channels: whole messages in time, or an error."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from likewise.errors import PrivacyError
from likewise.privacy.federated.channel import Socket, address_of, called


@pytest.fixture
def ends() -> Iterator[tuple[Socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    yield Socket(ours), theirs
    ours.close()
    theirs.close()


def test_a_large_message_arrives_whole(ends: tuple[Socket, socket.socket]) -> None:
    channel, other = ends
    message = bytes(range(256)) * 20_000
    sender = threading.Thread(target=Socket(other).send, args=(message,), kwargs={"within": 5.0})
    sender.start()
    assert channel.receive(most=len(message), within=5.0) == message
    sender.join()


def test_a_message_longer_than_awaited_is_not_read(ends: tuple[Socket, socket.socket]) -> None:
    channel, other = ends
    other.sendall((2**31).to_bytes(4))
    with pytest.raises(PrivacyError, match="federated-order"):
        channel.receive(most=100, within=1.0)


def test_one_who_says_nothing_is_late(ends: tuple[Socket, socket.socket]) -> None:
    with pytest.raises(PrivacyError, match="federated-late"):
        ends[0].receive(most=100, within=0.05)


def test_one_who_sends_byte_by_byte_is_late(ends: tuple[Socket, socket.socket]) -> None:
    channel, other = ends

    def drip() -> None:
        for _ in range(20):
            other.sendall(b"\0")
            time.sleep(0.03)

    other.sendall((1000).to_bytes(4))
    dripping = threading.Thread(target=drip)
    dripping.start()
    start = time.monotonic()
    with pytest.raises(PrivacyError, match="federated-late"):
        channel.receive(most=2**31, within=0.15)
    assert time.monotonic() - start < 0.5
    dripping.join()


def test_one_who_takes_nothing_is_late(ends: tuple[Socket, socket.socket]) -> None:
    with pytest.raises(PrivacyError, match="federated-late"):
        ends[0].send(bytes(2**25), within=0.1)


def test_one_who_hangs_up_in_the_middle_has_stopped(ends: tuple[Socket, socket.socket]) -> None:
    channel, other = ends
    other.sendall((10).to_bytes(4) + b"half")
    other.close()
    with pytest.raises(PrivacyError, match="federated-stopped"):
        channel.receive(most=100, within=1.0)


@pytest.mark.parametrize("address", ["7000", ":7000", "here:", "here:port", "here:70000", ""])
def test_an_address_is_a_host_and_a_port(address: str) -> None:
    with pytest.raises(PrivacyError, match=r"privacy\.address"):
        address_of(address)


def test_nobody_listening_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(PrivacyError, match=r"privacy\.unreachable"):
        called(f"127.0.0.1:{port}", within=0.2)
