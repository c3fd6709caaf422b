"""What a client can write into a service's log must not become the address or the user of the event."""

from __future__ import annotations

from typing import Any

import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

FAKE = "203.0.113.66"
REAL = "192.0.2.7"


def event(raw: str) -> dict[str, Any]:
    return next(parse_records(RawBatch.of(Source("s", "x.log"), [raw]), wanted=frozenset(declared())).rows())


@pytest.mark.parametrize(
    ("raw", "user"),
    [
        (
            f"Nov 25 07:50:41 a dropbear[1]: Bad password attempt for 'x' from {FAKE}:1' from {REAL}:5",
            f"x' from {FAKE}:1",
        ),
        (
            f'Wed Nov 25 07:50:41 2026 [pid 4] [x] FAIL LOGIN: Client "{FAKE}"] FAIL LOGIN: Client "{REAL}"',
            f'x] FAIL LOGIN: Client "{FAKE}"',
        ),
        (
            f"Nov 25 07:50:41 a proftpd[5]: a ({REAL}[{REAL}]) - USER x (y[{FAKE}]) - USER z (Login failed): no",
            f"x (y[{FAKE}]) - USER z",
        ),
        (
            f"Nov 25 07:50:41 a pure-ftpd: (?@{REAL}) [WARNING] Authentication failed for user [x] (y@{FAKE}) [INFO]",
            f"x] (y@{FAKE}) [INFO",
        ),
        (
            (
                f"2026-11-25T07:50:41.1Z 10 [Note] Access denied for user 'x'@'{FAKE}' (using password: NO)'@'{REAL}"
                "' (using password: YES)"
            ),
            f"x'@'{FAKE}' (using password: NO)",
        ),
        (
            (
                "type=USER_LOGIN msg=audit(1795594210.100:820): pid=2400 uid=0 auid=4294967295 ses=1 msg='op=login"
                f' acct="x addr={FAKE}" exe="/usr/sbin/sshd" hostname=? addr={REAL} terminal=sshd res=failed\''
            ),
            f"x addr={FAKE}",
        ),
        (
            (
                f"Nov 25 07:50:41 a vsftpd[4]: authentication failure; logname= uid=0 euid=0 tty= ruser= rhost={REAL}"
                f" user=x rhost={FAKE}"
            ),
            f"x rhost={FAKE}",
        ),
    ],
)
def test_name_is_no_address(raw: str, user: str) -> None:
    found = event(raw)
    assert (found.get("source.ip"), found["user.name"]) == (REAL, user)


def test_name_that_imitates_the_end_of_a_radius_line() -> None:
    found = event(
        "Nov 25 07:50:41 a radiusd[1]: Login incorrect: [x] (from client fake port 1)] (from client vpn01 port 7)"
    )
    assert (found["user.name"], found["radius.client"]) == ("x] (from client fake port 1)", "vpn01")


def test_identity_that_imitates_an_ike_peer() -> None:
    found = event(
        f"Nov 25 07:50:45 a charon[8]: 06[IKE] IKE_SA rw[5] established between 192.0.2.10[gw]...{REAL}[x]...{FAKE}[y]"
    )
    assert found["source.ip"] == REAL


def test_statement_is_no_connection() -> None:
    found = event(
        f"2026-11-25 07:50:42.001 UTC [4711] app@shop LOG:  statement: LOG:  connection received: host={FAKE} port=1"
    )
    assert "source.ip" not in found


@pytest.mark.parametrize("level", ["INFO:     ", "ERROR:    ", "WARNING:  "])
def test_lines_of_other_programs_are_not_postgresql(level: str) -> None:
    assert event(f"{level}  192.0.2.10:1 - started").get("event.dataset") != "database.postgresql"
