"""Messages: what is written is read again, and nothing else is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from likewise.errors import PrivacyError
from likewise.privacy.federated.messages import Agreed, Ask, Hello, Kept, Said, Stopped, read, written

ASK = Ask(sum=3, cliques=((0, 1), (1,)), columns=(0, 4), bins=(0, 7), sigma=0.1 + 0.2, what="all pairs, 2 by 2")


@pytest.mark.parametrize("said", [ASK, Hello(version=1, name="b"), Kept(places=(1, 2)), Stopped(why="late")])
def test_what_is_written_is_read_again(said: Said) -> None:
    letter = read(written(said, b"\0\1"), Ask, Hello, Kept, Stopped)
    assert letter.said == said
    assert letter.body == b"\0\1"


@given(st.binary(max_size=200))
def test_bytes_that_are_no_message_are_refused(some: bytes) -> None:
    with pytest.raises(PrivacyError, match="federated-order"):
        read(some, Ask, Hello, Kept, Stopped)


@pytest.mark.parametrize("head", [
    b"[]", b"{}", b'"hello"', b'{"kind": "hello"}', b'{"kind": "hello", "version": 1, "name": "a", "more": 1}',
    b'{"kind": ["hello"]}', b"[" * 50_000, b'{"kind": "hello", "version": NaN, "name": "a"}', b"\xff",
])  # fmt: skip
def test_fields_that_are_not_those_of_a_kind_are_refused(head: bytes) -> None:
    with pytest.raises(PrivacyError, match="federated-order"):
        read(len(head).to_bytes(4) + head, Hello)


def test_a_message_of_a_kind_that_is_not_awaited_is_refused() -> None:
    with pytest.raises(PrivacyError, match="federated-order"):
        read(written(ASK), Hello, Agreed)


def test_a_message_of_another_sum_or_size_is_refused() -> None:
    letter = read(written(ASK, b"1234"), Ask)
    assert letter.is_a(Ask, sum=3, size=4) == ASK
    with pytest.raises(PrivacyError, match="federated-order"):
        letter.is_a(Ask, sum=2)
    with pytest.raises(PrivacyError, match="federated-order"):
        letter.is_a(Ask, sum=3, size=8)


def test_the_text_of_what_is_asked_is_plain() -> None:
    head = json.dumps({"kind": "ask", **ASK.model_dump(mode="json"), "what": "\x1b[2J"}).encode()
    with pytest.raises(PrivacyError, match="federated-order"):
        read(len(head).to_bytes(4) + head, Ask)
