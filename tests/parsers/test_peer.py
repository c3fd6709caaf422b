"""The other side of messages that no parser knows: taken where the wording leaves one address, else nobody's."""

from __future__ import annotations

import time

import polars as pl
import pytest

from watchfloor.parsers._patterns import TEXT
from watchfloor.parsers._peer import with_peer


def _peer(text: str) -> tuple[str | None, int | None]:
    found = with_peer(pl.DataFrame({TEXT: [text]}))
    if "source.ip" not in found.columns:
        return None, None
    return found["source.ip"][0], found["source.port"][0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("refused client 192.0.2.7:993.", ("192.0.2.7", 993)),
        ("query from 192.0.2.7 port 4711 dropped", ("192.0.2.7", 4711)),
        ("refused from [2001:db8::7]:443", ("2001:db8::7", 443)),
        ("refused from 2001:db8::7 port 443", ("2001:db8::7", 443)),
        ("lost connection from mx.example.net[192.0.2.7]", ("192.0.2.7", None)),
        ("lost connection from mx.example.net (192.0.2.7)", ("192.0.2.7", None)),
        ("rhost=::ffff:192.0.2.7 user=kim", ("192.0.2.7", None)),
    ],
)
def test_the_only_address_behind_a_word_for_the_other_side_is_the_source(
    text: str, expected: tuple[str | None, int | None]
) -> None:
    assert _peer(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "no such user 'from 192.0.2.7'",  # quoted, so the client's own text
        "relayed from 192.0.2.7 to 198.51.100.1",
        "user from 198.51.100.1 failed from 192.0.2.7",
        "upgraded from 1.2.3.4.5",
        "last seen from 300.1.2.3",
        "from 14:00:01 on",
        "connected to 192.0.2.7",
        "",
    ],
)
def test_nobody_is_the_source_where_it_could_be_another(text: str) -> None:
    assert _peer(text) == (None, None)


def test_rows_without_an_address_stay() -> None:
    frame = pl.DataFrame({TEXT: ["nothing here", "refused from 192.0.2.7"], "n": [1, 2]})
    assert with_peer(frame)["source.ip"].to_list() == [None, "192.0.2.7"]
    assert with_peer(frame.head(1)).equals(frame.head(1))


def test_the_cost_grows_with_the_length() -> None:
    def seconds(times: int) -> float:
        frame = pl.DataFrame({TEXT: ["from192.0.2.7-" * times]})
        start = time.process_time()
        with_peer(frame)
        return time.process_time() - start

    seconds(1)
    assert seconds(40_000) < 10 * max(seconds(10_000), 0.01)
