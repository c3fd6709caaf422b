"""DNS messages as bytes: read as far as they are whole, however they are broken."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from watchfloor.parsers.dns._wire import read

QUESTION = b"\x03www\x07example\x03org\x00\x00\x01\x00\x01"
ANSWER = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x01\x2c\x00\x04\xc0\x00\x02\x50"


def header(answers: int, bits: int = 0x8180) -> bytes:
    return struct.pack("!6H", 0x3039, bits, 1, answers, 0, 0)


def test_answer_and_flags() -> None:
    message = read(header(1) + QUESTION + ANSWER)
    assert message is not None
    assert (message.id, message.code, message.flags) == (12345, "NOERROR", ["RD", "RA"])
    assert message.answers == [("www.example.org", "A", 300, "192.0.2.80")]


def test_cut_answer_leaves_those_before_it() -> None:
    message = read(header(2) + QUESTION + ANSWER + ANSWER[:-9])
    assert message is not None
    assert len(message.answers) == 1


def test_a_name_that_points_to_itself_ends() -> None:
    message = read(header(1) + b"\xc0\x0c\x00\x01\x00\x01" + ANSWER)
    assert message is not None
    assert message.answers == []


def test_no_header_is_no_message() -> None:
    assert read(b"\x00" * 11) is None


@given(st.binary(max_size=200))
def test_any_bytes(wire: bytes) -> None:
    message = read(wire)
    assert (message is None) == (len(wire) < 12)


@given(st.binary(max_size=120))
def test_any_bytes_behind_a_header(rest: bytes) -> None:
    assert read(header(9) + rest) is not None
