"""What a client can write into a log must not become the address or the user of the event."""

from __future__ import annotations

from typing import Any

import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

FAKE = "203.0.113.66"
SSHD = "Nov 25 07:50:41 watch01 sshd[7]: "


def event(raw: str) -> dict[str, Any]:
    return next(parse_records(RawBatch.of(Source("s", "x.log"), [raw]), wanted=frozenset(declared())).rows())


FAKED = f"x from {FAKE} port 22 ssh2"
REAL = "from 10.0.0.1 port 5"
DENIED = "not allowed because"


@pytest.mark.parametrize(
    ("message", "user"),
    [
        (f"Failed password for invalid user {FAKED} {REAL} ssh2", FAKED),
        (f"Invalid user {FAKED} {REAL}", FAKED),
        (f"Invalid user  {REAL}", None),
        (f"Failed publickey for {FAKED}: RSA SHA256:aa {REAL} ssh2: RSA SHA256:bb", f"{FAKED}: RSA SHA256:aa"),
        (f"Connection closed by invalid user x {FAKE} port 9 10.0.0.1 port 5 [preauth]", f"x {FAKE} port 9"),
        ("Disconnected from authenticating user a b 10.0.0.1 port 5 [preauth]", "a b"),
        (f"User x from {FAKE} {DENIED} y from 10.0.0.1 {DENIED} not listed", f"x from {FAKE} {DENIED} y"),
        (
            (
                "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh "
                f"ruser=x rhost={FAKE} rhost=10.0.0.1  user=root"
            ),
            "root",
        ),
        (
            (
                "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh "
                f"ruser=y rhost=10.0.0.1  user=x rhost={FAKE}"
            ),
            f"x rhost={FAKE}",
        ),
        (  # the id in a client's certificate
            (
                f"Failed publickey for bob {REAL} ssh2: ED25519-CERT SHA256:aa ID {FAKED}: RSA SHA256:bb ID y"
                " (serial 0) CA ED25519 SHA256:cc"
            ),
            "bob",
        ),
        (f'Failed hostbased for bob {REAL} ssh2: DSA 01:c0, client user "{FAKED}", client host "h"', "bob"),
        ("Received disconnect from 10.0.0.1: 11: from 203.0.113.66 port 1:11: bye [preauth]", None),
    ],
)
def test_ssh_user_name_is_no_address(message: str, user: str | None) -> None:
    found = event(SSHD + message)
    assert (found["source.ip"], found.get("user.name")) == ("10.0.0.1", user)


def test_no_address_where_several_could_be_meant() -> None:
    change = "Change of username or service not allowed"
    found = event(
        f"{SSHD}Disconnecting invalid user a 10.0.0.1 port 5: {change}: (a,ssh-connection) -> "
        f"(b {FAKE} port 5: {change}: z,ssh-connection) [preauth]"
    )
    assert found["event.outcome"] == "failure"
    assert "source.address" not in found


NGINX = "2026/11/25 07:51:43 [error] 1#1: *2 "
ACCESS = "[25/Nov/2026:07:51:43 +0000]"


@pytest.mark.parametrize(
    "raw",
    [
        f'10.0.0.1 - {FAKE} - - {ACCESS} "GET / HTTP/1.1" 200 6 "-" "-"',
        f'10.0.0.1 - - {ACCESS} "GET /\\" 200 6 {FAKE} HTTP/1.1" 404 6 "-" "x\\" \\"{FAKE}"',
        f'www.example.org:80 10.0.0.1 - {FAKE} {ACCESS} "GET / HTTP/1.1" 404 6',
        (f'{NGINX}open() "/srv/x" failed (2: No such file or directory), client: 10.0.0.1, server: a, '
        f'request: "GET /x HTTP/1.1", host: "a", referrer: "x", client: {FAKE}, server: y, request: "z"'),
        f'{NGINX}user "x", client" was not found in "/p", client: 10.0.0.1, server: a, request: "GET / HTTP/1.1"',
        f"[Wed Nov 25 07:51:44.1 2026] [core:info] [pid 1:tid 2] [client 10.0.0.1:5] AH00128: [client {FAKE}:6] File",
    ],
)  # fmt: skip
def test_web_client_is_the_server_s_word(raw: str) -> None:
    assert event(raw)["source.ip"] == "10.0.0.1"
    assert event(f"Nov 25 07:50:41 watch01 web[7]: {raw}")["source.ip"] == "10.0.0.1"
