"""Shapes of lines, and how they are counted: the same whatever the order, in bounded memory."""

from __future__ import annotations

import random
from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.parsers import moment_forms
from watchfloor.parsers._times import parse_times
from watchfloor.parsers.clusters import Cluster, Clusters
from watchfloor.parsers.shapes import ANY, LONGEST, MARKS, json_shape, shape

LINES = st.lists(
    st.lists(
        st.sampled_from(
            ["started", "stopped", "by", "bob", "192.0.2.1", "7", "8", '"a b"', "x=y", "/tmp/a", "f00d1234"]
        ),
        min_size=1,
        max_size=6,
    ).map(" ".join),
    max_size=60,
)
TIMES = {
    "2026-11-25T07:50:41Z": "%Y-%m-%dT%H:%M:%S%.f%#z",
    "2026-11-25T07:50:41.5+01:00": "%Y-%m-%dT%H:%M:%S%.f%#z",
    "2026-11-25 07:50:41 +0100": "%Y-%m-%d %H:%M:%S%.f %#z",
    "2026-11-25T07:50:41": "%Y-%m-%dT%H:%M:%S%.f",
    "2026-11-25 07:50:41,123": "%Y-%m-%d %H:%M:%S,%3f",
    "2026-11-25 07:50:41.123456": "%Y-%m-%d %H:%M:%S%.f",
    "2026/11/25 07:50:41": "%Y/%m/%d %H:%M:%S%.f",
    "25/Nov/2026:07:50:41 +0100": "%d/%b/%Y:%H:%M:%S %z",
    "25/Nov/2026:07:50:41.5": "%d/%b/%Y:%H:%M:%S%.f",
    "25-Nov-2026 07:50:41.123": "%d-%b-%Y %H:%M:%S%.f",
    "Wed, 25 Nov 2026 07:50:41 +0000": "%a, %d %b %Y %H:%M:%S %z",
    "25 Nov 2026 07:50:41": "%d %b %Y %H:%M:%S%.f",
    "Wed Nov 25 07:50:41 2026": "%a %b %e %H:%M:%S%.f %Y",
    "Nov  5 2026 07:50:41": "%b %e %Y %H:%M:%S%.f",
    "Nov  5 07:50:41": moment_forms.YEARLESS,
    "25.11.2026 07:50:41": "%d.%m.%Y %H:%M:%S%.f",
    "11/25/2026 7:50:41 PM": "%m/%d/%Y %I:%M:%S %p",
    "11/25/2026 07:50:41": "%m/%d/%Y %H:%M:%S%.f",
    "1764057600.123": moment_forms.EPOCH,
    "1764057600123": moment_forms.EPOCH,
    "07:50:41.123": "",
}


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Accepted password for bob from 192.0.2.1 port 22", "Accepted password for bob from <ip> port <number>"),
        ("at ::1 and 2001:db8::7, not Foo::Bar", "at <ip> and <ip>, not Foo::Bar"),
        ("lease of 00:11:22:aa:bb:cc in job-7", "lease of <mac> in job-<number>"),
        ("id=4ab7c0de 550e8400-e29b-41d4-a716-446655440000 0x1f", "id=<hex> <uuid> <hex>"),
        ("user='bob b' who=al mail=<a.b@example.org>", "user='<text>' who=<value> mail=<<email>>"),
        ('"GET /a?b=1 HTTP/1.1" 200 "-" "Mozilla/5.0 (X11)"', '"<request>" <number> "<text>" "<text>"'),
        ("don't open /var/log/x.log or C:\\Users\\a.txt", "don't open <path> or <path>"),
        ("see https://example.org/a?b on eth0", "see <url> on <id>"),
        ('unclosed "quote 7', 'unclosed "quote <number>'),
    ],
)
def test_values_are_left_out(line: str, shown: str) -> None:
    assert str(shape(line)) == shown


@pytest.mark.parametrize(("text", "form"), TIMES.items())
def test_times_are_known_and_their_formats_read_them(text: str, form: str) -> None:
    found = shape(f"x {text} y")
    assert (str(found), found.values) == ("x <time> y", (text,))
    known = moment_forms.form_of(text)
    assert known is not None
    assert known.format == form
    if "%" in form:
        utc, local = parse_times(pl.Series([text]), (form,))
        assert utc.fill_null(local.dt.replace_time_zone("UTC")).null_count() == 0


@given(st.text())
def test_any_text_has_a_shape_with_a_value_for_each_mark(text: str) -> None:
    found = shape(text)
    assert len(found.values) == sum(each in MARKS for word in found.words for each in word)


def test_marks_in_a_line_are_no_marks() -> None:
    assert shape("".join(MARKS)).values == ()


def test_long_lines_are_cut() -> None:
    assert not shape("a" * LONGEST).cut
    assert shape("a" * (LONGEST + 1)).cut
    assert len(shape("a " * 500).words) < 500


def test_objects_have_the_shape_of_their_names() -> None:
    assert str(json_shape('{"b": 1, "a": {"c": 2}}')) == "{ b a }"
    assert json_shape("[1]") is None
    assert json_shape("{") is None


def counted(lines: Sequence[tuple[int, str]], most: int, *, close: bool = False) -> tuple[list[Cluster], int]:
    clusters = Clusters(most, examples=2)
    for at, line in lines:
        clusters.add(line, ("x", at))
    return clusters.found(close=close), clusters.other


@given(LINES, st.integers(0, 1 << 30), st.sampled_from([2, 5, 1000]), st.booleans())
def test_order_changes_nothing_and_every_line_counts(lines: list[str], seed: int, most: int, close: bool) -> None:
    numbered = list(enumerate(lines))
    shuffled = random.Random(seed).sample(numbered, len(numbered))
    clusters, other = counted(numbered, most, close=close)
    assert (clusters, other) == counted(shuffled, most, close=close)
    assert sum(each.count for each in clusters) + other == len(lines)
    assert len(clusters) <= most + max(most // 4, 1)
    if most == 1000:
        assert other == 0


def test_shapes_that_are_nearly_the_same_are_one() -> None:
    lines = [f"user {name} moved 7 boxes" for name in ("bob", "alice", "carl")] + ["door 3 opened for 7 minutes"]
    clusters, _ = counted(list(enumerate(lines)), 100)
    assert [(each.count, len(each.words)) for each in clusters] == [(3, 5), (1, 6)]
    assert MARKS[clusters[0].words[1]] == ANY
    assert clusters[0].examples == [(("x", 0), lines[0]), (("x", 1), lines[1])]


def test_close_clusters_keep_values_of_different_kinds_apart() -> None:
    lines = list(enumerate(["call of bob from 192.0.2.1 ok", "call of bob from 192.0.2.1:7 ok"]))
    assert len(counted(lines, 100)[0]) == 1
    assert len(counted(lines, 100, close=True)[0]) == 2


def test_too_many_shapes_are_counted_by_their_first_word() -> None:
    lines = [f"job {'x' * at} done" for at in range(1, 200)]
    clusters, other = counted(list(enumerate(lines)), 8)
    assert other == 0
    assert sum(each.count for each in clusters) == 199
    assert max(each.count for each in clusters) > 150
