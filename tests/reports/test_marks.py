"""What a rule looked for is marked, and marking never changes the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.reports.marks import marked, marked_in


def shown(value: str, pattern: str) -> str:
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in marked(value, pattern))


@pytest.mark.parametrize(
    ("value", "pattern", "expected"),
    [
        ("C:\\Windows\\System32\\net.exe", "*\\NET.exe", "C:\\Windows\\System32[\\net.exe]"),
        ("whoami /all /fo list", "*whoami*/all*", "[whoami] [/all] /fo list"),
        ("/.env", "*/.env", "[/.env]"),
        ("/bin/", "/bin/", "[/bin/]"),
        ("GET /x?id=1 union select 2", "/union\\s+select/i", "GET /x?id=1 [union select] 2"),
        ("203.0.113.7", "203.0.113.0/24", "[203.0.113.7]"),
        ("200", "gte 200", "[200]"),
        ("Ünïcode İstanbul net", "*istanbul*", "[Ünïcode İstanbul net]"),
        ("Secret", "Secret (case-sensitive)", "[Secret]"),
        ("a", "/(/", "[a]"),
        ("", "", ""),
    ],
)
def test_the_matching_part_is_marked(value: str, pattern: str, expected: str) -> None:
    assert shown(value, pattern) == expected


@given(st.text(), st.text())
def test_pieces_are_the_text(value: str, pattern: str) -> None:
    assert "".join(piece.text for piece in marked(value, pattern)) == value
    assert "".join(piece.text for piece in marked_in(value, [pattern, value[1:3]])) == value


def test_values_are_marked_in_their_record() -> None:
    found = marked_in("user ROOT from 203.0.113.7 x", ["root", "203.0.113.7…", "x", "absent"])
    assert [piece.text for piece in found if piece.hit] == ["ROOT", "203.0.113.7"]
