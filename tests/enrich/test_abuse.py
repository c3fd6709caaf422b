"""The hint that somebody misbehaves, on records of our own and on labelled ones."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC
from pathlib import Path

import pytest

from watchfloor.app.parse import parse_cases

ROOT = Path(__file__).parents[2]
LABELLED = ROOT.parent / "shared/data/corpus_copyleft/cases"
ABUSE = (
    "Nov 25 07:20:01 web1 sshd[812]: Failed password for root from 203.0.113.66 port 40111 ssh2",
    "Nov 25 07:20:01 web1 sshd[812]: Failed publickey for invalid user oracle from 203.0.113.66 port 40111 ssh2",
    "Nov 25 07:20:01 web1 sshd[812]: Connection closed by invalid user pi 203.0.113.66 port 40111 [preauth]",
    (
        "Nov 25 07:20:01 web1 sshd[812]: Unable to negotiate with 203.0.113.66 port 40111: no matching cipher found. "
        "Their"
        " offer: aes128-cbc [preauth]"
    ),
    (
        "Nov 25 07:20:01 mx1 postfix/smtpd[99]: NOQUEUE: reject: RCPT from unknown[203.0.113.66]: 554 5.7.1"
        " <a@example.net>: Relay access denied; from=<b@example.org> to=<a@example.net> proto=ESMTP helo=<x>"
    ),
    (
        "Nov 25 07:20:01 mx1 dovecot: imap-login: Disconnected (auth failed, 3 attempts in 9 secs): user=<anna>,"
        " method=PLAIN, rip=203.0.113.66, lip=192.0.2.10, TLS, session=<aaaaaaaaaaaa>"
    ),
    (
        "Nov 25 07:20:01 ns1 named[99]: client @0x7f00 203.0.113.66#40111 (example.org): zone transfer"
        " 'example.org/AXFR/IN' denied"
    ),
    '203.0.113.66 - - [25/Nov/2026:07:20:01 +0000] "GET /shell.php HTTP/1.1" 404 153 "-" "-"',
    '203.0.113.66 - - [25/Nov/2026:07:20:01 +0000] "GET /item?id=1%27%20or%201=1-- HTTP/1.1" 200 812 "-" "-"',
    (
        "[Wed Nov 25 07:20:01.123456 2026] [authz_core:error] [pid 9:tid 9] [client 203.0.113.66:40111] AH01630: client"
        " denied by server configuration: /var/www/private/"
    ),
    (
        '2026/11/25 07:20:01 [error] 9#9: *7 limiting requests, excess: 5.1 by zone "one", client: 203.0.113.66, '
        "server:"
        ' www.example.org, request: "GET /a HTTP/1.1", host: "www.example.org"'
    ),
    (
        "1795507200.000      3 203.0.113.66 TCP_DENIED/403 3900 GET http://check.example.net/azenv.php - "
        "HIER_NONE/- text/html"
    ),
)
ORDERLY = (
    "Nov 25 07:20:01 web1 sshd[812]: Failed publickey for git from 192.0.2.45 port 40111 ssh2: RSA SHA256:abc",
    "Nov 25 07:20:01 web1 sshd[812]: Accepted publickey for git from 192.0.2.45 port 40111 ssh2: RSA SHA256:abc",
    "Nov 25 07:20:01 web1 sshd[812]: Connection from 192.0.2.45 port 40111 on 192.0.2.10 port 22",
    "Nov 25 07:20:01 web1 sshd[812]: Connection closed by 192.0.2.45 port 40111",
    (
        "Nov 25 07:20:01 mx1 postfix/smtp[99]: 4F1: to=<a@example.net>, relay=none, delay=30, delays=0/0/30/0, "
        "dsn=4.4.1,"
        " status=deferred (connect to mx.example.net[198.51.100.9]:25: Connection timed out)"
    ),
    '192.0.2.45 - - [25/Nov/2026:07:20:01 +0000] "GET /img/Insert%20vs%20Crop.png HTTP/1.1" 200 812 "-" "-"',
    '192.0.2.45 - - [25/Nov/2026:07:20:01 +0000] "GET /favicon.ico HTTP/1.1" 404 153 "-" "-"',
    '192.0.2.45 - - [25/Nov/2026:07:20:01 +0000] "GET /private/ HTTP/1.1" 401 381 "-" "-"',
    "Nov 25 07:20:01 web1 systemd[1]: backup.service: Failed with result 'exit-code'.",
)


def hints(lines: tuple[str, ...]) -> list[bool]:
    cases = (json.dumps({"raw": line}).encode() for line in lines)
    return ["abuse" in event.get("tags", ()) for event in parse_cases(cases, UTC, None, "", 100)]


@pytest.mark.parametrize("line", ABUSE)
def test_refusals_are_hints(line: str) -> None:
    assert hints((line,)) == [True]


@pytest.mark.parametrize("line", ORDERLY)
def test_orderly_life_is_none(line: str) -> None:
    assert hints((line,)) == [False]


@pytest.mark.skipif(not LABELLED.exists(), reason="needs the labelled lines of shared/data")
def test_labelled_lines() -> None:
    program = [sys.executable, str(ROOT / "benchmarks/abuse.py"), str(LABELLED), "--wrong", "0"]
    printed = subprocess.run(program, check=True, capture_output=True, text=True).stdout
    score = float(printed.split("F1 ")[1].split(";")[0])
    assert score >= 0.95, printed
