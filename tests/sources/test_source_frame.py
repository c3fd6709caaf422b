"""Lines and JSON objects, against a slow and obvious reference."""

from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.sources.decode import as_utf8, implausible, text_of
from watchfloor.sources.frame import Records, lines
from watchfloor.sources.limits import Limits
from watchfloor.sources.records import records

_BYTES = st.lists(
    st.sampled_from([b"\n", b"\r\n", b"\r", b" ", b"\t", b"a", b"xyz", b"\xc3\xa9", b"\xc3", b"\x80", b"\xff", b"\x00",
                     b"\xe2\x80\xa8", b"\xc2\x85", b"\x0b", b"\x1c", b"\xf0\x9f\x98\x80", b"{", b"}", b'"', b"\\"])
    | st.binary(max_size=6)
).map(b"".join)  # fmt: skip


def together(groups: list[Records]) -> list[tuple[int, str, str | None]]:
    return [
        (line, raw, group.errors.get(at))
        for group in groups
        for at, (line, raw) in enumerate(zip(group.line, group.raw, strict=True))
    ]


def split(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def reference(data: bytes, limit: int) -> list[tuple[int, str, str | None]]:
    found = []
    for number, part in enumerate(data.split(b"\n")):
        whole = part.lstrip(b"\0")
        line, error = whole if len(whole) > limit else whole.rstrip(b"\0"), None
        if len(line) > limit:
            line = line[:limit]
            for back in range(1, 4):
                start = line[-back] if back <= len(line) else 0
                if start >= 0xC0:
                    if (2 if start < 0xE0 else 3 if start < 0xF0 else 4) > back:
                        line = line[:-back]
                    break
                if start < 0x80:
                    break
            error = f"record too long: its last {len(whole) - len(line):,} bytes were cut off"
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text = text_of(line)
            if implausible(line):
                error = error or "bytes that are hardly text"
        text = text.removesuffix("\r")
        if text.strip(" \t\r\v\f"):
            found.append((number, text, error))
    return found


@given(_BYTES, st.integers(1, 9), st.sampled_from([5, 1000]))
def test_lines_are_those_of_the_reference_however_the_bytes_arrive(data: bytes, size: int, limit: int) -> None:
    assert together(list(lines(split(data, size), limit))) == reference(data, limit)


@given(_BYTES)
def test_every_line_is_kept_without_loss(data: bytes) -> None:
    kept = {line for line, _, _ in together(list(lines([data], 10_000)))}
    lines_of_text = (line.strip(b"\0").strip(b" \t\r\v\f") for line in data.split(b"\n"))
    assert kept == {at for at, line in enumerate(lines_of_text) if line}


def test_unicode_line_ends_do_not_split() -> None:
    text = "a\u0085b\u2028c\x0bd\x1ce"
    assert together(list(lines([text.encode() + b"\r\nf"], 100))) == [(0, text, None), (1, "f", None)]


def test_a_long_line_keeps_its_beginning_and_says_what_was_cut() -> None:
    found = together(list(lines(split(b"a\n" + b"x" * 95 + "é".encode() + b"yy\nb\n", 7), 96)))
    assert found == [(0, "a", None), (1, "x" * 95, "record too long: its last 4 bytes were cut off"), (2, "b", None)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_utf16(encoding: str, mark: str, size: int) -> None:
    text = "Größe 😀 of the first line\r\nsecond line\r\n"
    data = (mark + text).encode(encoding)
    assert b"".join(as_utf8(split(data, size), data)).decode() == text


def test_single_byte_text_is_decoded_line_by_line() -> None:
    found = together(list(lines(["Größe\n".encode() + "Größe €\n".encode("cp1252") + b"\x81 ok\n\x01\x02\xff\n"], 99)))
    assert [raw for _, raw, _ in found] == ["Größe", "Größe €", "\x81 ok", "\x01\x02ÿ"]
    assert [error for _, _, error in found] == [None, None, None, "bytes that are hardly text"]


_OBJECTS = st.lists(
    st.dictionaries(st.text(max_size=5), st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=6), max_size=4), min_size=1, max_size=5)  # fmt: skip


@given(_OBJECTS, st.sampled_from(["array", "one after another"]), st.integers(1, 40))
def test_a_document_gives_its_objects(values: list[dict[str, object]], form: str, size: int) -> None:
    values[0] = {"first": 1, **values[0]}
    if form == "array":
        data = json.dumps(values, indent=2).encode()
    else:
        data = "\n".join(json.dumps(value, indent=1, ensure_ascii=False) for value in values).encode()
    found = together(list(records([data[:20], *split(data[20:], size)], Limits())))
    assert [orjson.loads(raw) for _, raw, _ in found] == values
    assert [line for line, _, _ in found] == list(range(len(values)))
    assert not any("\n" in raw for _, raw, _ in found)


def test_a_document_keeps_numbers_and_spaces_as_written() -> None:
    data = b'{\n  "big": 123456789012345678901234567890,\n  "a": "x  y",\n  "a": 1.50\n}\n'
    [(_, raw, _)] = together(list(records([data], Limits())))
    assert raw == '{"big": 123456789012345678901234567890,"a": "x  y","a": 1.50}'


def test_what_follows_a_broken_object_is_read_by_line() -> None:
    data = b'[\n{"a":\n1},\n{"b": nonsense\n},\n{"c": 3}\n]\n'
    found = together(list(records([data], Limits())))
    assert [raw for _, raw, _ in found] == ['{"a":1}', '{"b": nonsense', "},", '{"c": 3}', "]"]


def test_lines_of_json_stay_lines_even_when_the_first_is_broken() -> None:
    data = b'{"a": "cut off\n{"b": 1}\n{"c": 2}\n'
    assert [raw for _, raw, _ in together(list(records([data], Limits())))] == data.decode().splitlines()


def test_objects_beyond_the_limits() -> None:
    limits = Limits(record_bytes=50, object_bytes=200)
    data = b'{\n"a": "' + b"x" * 80 + b'"\n}\n{\n"b": "' + b"y" * 400 + b'"\n}\n'
    found = together(list(records(split(data, 64), limits)))
    assert len(found[0][1]) == 50
    assert found[0][2] is not None
    assert [raw[:8] for _, raw, _ in found[1:]] == ["{", '"b": "yy', "}"]


@given(_BYTES)
def test_any_document_keeps_all_its_text(data: bytes) -> None:
    data = b'{\n"a": 1}' + data.replace(b"\r", b"").replace(b"\xef\xbb\xbf", b"")
    kept = "".join(raw for _, raw, _ in together(list(records([data], Limits()))))
    ignored = dict.fromkeys(map(ord, " \t\n\x0b\x0c\x1e,[]\0"))
    assert kept.translate(ignored) == "".join(map(text_of, data.split(b"\n"))).translate(ignored)


def test_half_a_surrogate_pair_does_not_take_a_document_apart() -> None:
    document = b'[\n{"a": "cut \\ud83d"},\n{"b": 1},\n{"c": "\\\\ud83d"}\n]\n'
    assert [raw for _, raw, _ in together(list(records([document], Limits())))] == [
        '{"a": "cut \\ud83d"}', '{"b": 1}', '{"c": "\\\\ud83d"}'
    ]  # fmt: skip
