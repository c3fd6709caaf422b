"""Names of accounts."""

from __future__ import annotations

import polars as pl
import pytest

from watchfloor.parsers._users import account, with_domain


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("alice@example.org", {"user.name": "alice", "user.domain": "example.org", "user.email": "alice@example.org"}),
        ("EXAMPLE\\alice", {"user.name": "alice", "user.domain": "EXAMPLE"}),
        ("not an @address", {"user.name": "not an @address"}),
        ("\\alice", {"user.name": "\\alice"}),
        ("", {}),
        (None, {}),
    ],
)
def test_accounts(given: str | None, expected: dict[str, str]) -> None:
    assert account(given) == expected


def test_a_domain_that_the_record_gives_stays() -> None:
    frame = pl.DataFrame(
        {"user.name": ["EXAMPLE\\alice", "OTHER\\bob", "carol"], "user.domain": [None, "EXAMPLE", None]}
    )
    found = with_domain(frame)
    assert found["user.name"].to_list() == ["alice", "bob", "carol"]
    assert found["user.domain"].to_list() == ["EXAMPLE", "EXAMPLE", None]
