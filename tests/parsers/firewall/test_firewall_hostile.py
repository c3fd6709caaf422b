"""What a client can write into a firewall's log must not become an address, a user or a packet of the event."""

from __future__ import annotations

from typing import Any

import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

FAKE = "192.0.2.99"
REAL = "203.0.113.66"
PACKET = (
    f"IN=eth0 OUT= MAC=00:00:5e:00:53:01:00:00:5e:00:53:02:08:00 SRC={FAKE} DST=192.0.2.1 LEN=60 TOS=0x00 PREC=0x00"
    " TTL=52 ID=1 PROTO=TCP SPT=1 DPT=2"
)


def event(raw: str) -> dict[str, Any]:
    return next(parse_records(RawBatch.of(Source("s", "x.log"), [raw]), wanted=frozenset(declared())).rows())


@pytest.mark.parametrize(
    ("raw", "user"),
    [
        ((f'%ASA-6-605004: Login denied from {REAL}/40000 to outside:192.0.2.1/ssh for user "x from {FAKE}/1 to '
        f'a:b/ssh"'), None),
        (f"%ASA-6-611102: User authentication failed: IP address: {REAL}, Uname: IP address: {FAKE}, Uname: root",
        None),
        (f"%ASA-6-716039: Group <g> User <x> IP <{REAL}> Authentication: rejected, Session Type: > IP <{FAKE}>", "x"),
        (f"%ASA-5-304001: {REAL} Accessed URL 203.0.113.80:/a@{FAKE} Accessed URL 203.0.113.80:/", None),
        (
            (
                f"%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: x] [Source: {FAKE}] [localport: 22]"
                f" [Source: {REAL}] [localport: 22] [Reason: Login Authentication Failed] at 07:00:02 UTC Wed N"
                f"ov 25 2026"
            ),
            None,
        ),
        (f"system,error,critical login failure for user x from {FAKE} via ssh from {REAL} via ssh",
        f"x from {FAKE} via ssh"),
        (f"%FTD-1-430003: SrcIP: {REAL}, DstIP: 192.0.2.1, UserAgent: a, SrcIP: {FAKE}, Protocol: tcp", None),
        ((f"1795590006.5 MX84 urls src={REAL}:5 dst=192.0.2.1:80 mac=00:00:5E:00:53:05 request: GET http://a/ sr"
        f"c={FAKE}:1"), None),
    ],
)  # fmt: skip
def test_client_text_is_no_address(raw: str, user: str | None) -> None:
    found = event(raw)
    assert found["source.ip"] == REAL
    if user:
        assert found["user.name"] == user


@pytest.mark.parametrize(
    "raw",
    [
        f'{REAL} - - [25/Nov/2026:07:51:43 +0000] "GET / HTTP/1.1" 200 6 "-" "{PACKET}"',
        f'Nov 25 07:50:41 web01 app[7]: {{"agent": "{PACKET}"}}',
        f"Nov 25 07:50:41 watch01 sshd[7]: Invalid user {PACKET} from {REAL} port 5",
        (
            f'Nov 25 07:50:41 web01 web[7]: 10.0.0.1 - - "GET / HTTP/1.1" "forward: in:a out:b, proto TCP, {FAKE}:1'
            f'->10.0.0.1:2"'
        ),
    ],
)
def test_quoted_text_is_no_packet(raw: str) -> None:
    found = event(raw)
    assert found.get("source.ip") != FAKE
    assert found.get("event.dataset") not in {"firewall.iptables", "firewall.mikrotik"}
