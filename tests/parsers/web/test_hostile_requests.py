"""What a client sends to a web server or a proxy must not become the address, the user or the source of the event."""

from __future__ import annotations

from typing import Any

import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

FAKE = "203.0.113.66"
REAL = "192.0.2.7"
SYSLOG = "Nov 25 13:10:00 www01 "
DATE = "[25/Nov/2026:13:10:00 +0000]"


def event(raw: str, path: str = "x.log") -> dict[str, Any]:
    return next(parse_records(RawBatch.of(Source("s", path), [raw]), wanted=frozenset(declared())).rows())


HAPROXY = f"haproxy[1]: {REAL}:5 [25/Nov/2026:13:10:00.001] www app/a 0/0/0/0/0 200 1 - - ---- 1/1/0/0/0 0/0 "
NATIVE = "TCP_MISS/200 9 GET http://"
MATCH = "ModSecurity: Access denied with code 403 (phase 2). Match"
MATCHED = f'"x" at ARGS:a [file "y"] [id "1"] [client {FAKE}]. [file "/r"] [id "9"] [msg "m"] [uri "/"]'
REQUESTS = {
    "web.haproxy": f'{SYSLOG}{HAPROXY}{{{FAKE}:5 [25/Nov/2026:13:10:00.001] a b/c|}} "GET /{FAKE} HTTP/1.1"',
    "proxy.squid": f"1795612155.001 5 {REAL} {NATIVE}a/ {FAKE} {NATIVE}b/ - HIER_NONE/- -",
    "web.traefik_access": f'{REAL} - {FAKE} {DATE} "GET /a HTTP/1.1" 401 9 "-" "x" 7 "a" "b" 1ms',
    "web.lighttpd": f"(mod_auth.c.9) password doesn't match for / username: x IP: {FAKE} IP: {REAL}",
    "web.iis_httperr": f"2026-11-25 13:10:00 {REAL} 5 198.51.100.1 80 HTTP/1.1 GET /a {FAKE} 400 - URL - 400 - URL -",
    "web.iis": f"2026-11-25 13:10:00 198.51.100.1 GET /a - 80 {FAKE} {REAL} {FAKE} {FAKE} 200 0 0 5",
    "web.modsecurity": f"[Wed Nov 25 13:10:00 2026] [error] [client {REAL}] {MATCH} {MATCHED}",
    "web.app_login": f"Authentication failure for x from {FAKE} from {REAL}",
}


@pytest.mark.parametrize("dataset", REQUESTS)
def test_client_is_the_server_s_word(dataset: str) -> None:
    found = event(REQUESTS[dataset])
    assert (found["event.dataset"], found["source.ip"]) == (dataset, REAL)


@pytest.mark.parametrize(
    "raw",
    [
        f'{REAL} - - {DATE} "GET http://a/ HTTP/1.1" 200 9 "x" 200 9 "{FAKE}" "y" TCP_MISS:HIER_DIRECT',
        f"https://a|1795612212|user|{REAL}|https://a/u|x|0||Login attempt failed for x|user|{FAKE}|.",
    ],
)
def test_quotes_and_bars_change_nothing(raw: str) -> None:
    assert event(raw)["source.ip"] == REAL


def test_rule_of_modsecurity_is_the_server_s_word() -> None:
    found = event(
        f'[Wed Nov 25 13:10:00 2026] [error] [client {REAL}] ModSecurity: Warning. Match "x" at ARGS:a [file "y"] '
        '[id "1"]. [file "/r"] [id "9"] [data "z\\" [id \\"2\\"] [severity \\"EMERGENCY"] [severity "NOTICE"]'
    )
    assert (found["rule.id"], found["event.severity"]) == ("9", 5)


@pytest.mark.parametrize(
    "text",
    [
        f'[F5@1 acl_policy_name="a" source_ip="{FAKE}" errdefs_msgno="1" dest_ip="{FAKE}"',
        f'ASM:unit_hostname="a",ip_client="{FAKE}",attack_type="x",uri="/"',
        f'{FAKE} a {DATE} "GET / HTTP/1.1" 200 9 TCP_MISS:HIER_NONE',
        f'x {DATE} "GET / HTTP/1.1" 200 9 "-" "-" 0.1 hit',
        f'INFO a - Authentication attempt from {FAKE} for user "x" failed.',
        f"Failed login attempt. {FAKE}",
        f"Failed Login: username=x ip={FAKE}",
        f'logger=x error="invalid username or password" remote_addr={FAKE}',
        f"PROXY.3128 00000 - {FAKE}:1 {FAKE}:2 1 1 0 GET http://a/ HTTP/1.1",
        f"wordpress: Authentication failure for x from {FAKE}",
    ],
)
@pytest.mark.parametrize(
    "head", [f"{SYSLOG}sshd[7]: Invalid user ", f"{SYSLOG}sshd: Invalid user ", (
        "<34>1 2026-11-25T13:10:00Z h sshd 7 - - "
        "Invalid user "
    )]
)  # fmt: skip
def test_names_of_users_do_not_choose_the_parser(head: str, text: str) -> None:
    found = event(f"{head} Invalid user {text} from {REAL} port 22")
    assert (found["event.dataset"], found["source.ip"]) == ("linux.sshd", REAL)
    assert event(f"{head} Invalid user {text}")["event.dataset"] == "linux.sshd"


@pytest.mark.parametrize(
    "raw",
    [
        "GET / HTTP/1.1",
        "hello [25/Nov/2026:13:10:00 +0000]",
        "INFO: starting",
        "2026-11-25 13:10:00 GET / 80",
        "2026-11-25 13:10:00 198.51.100.1 GET / - eighty - 192.0.2.7 x 200",
        "1795612155.001 5 192.0.2.7 GET http://a/",
        "https 2026-11-25T13:09:59.123456Z app/shop",
        "[25-Nov-2026 13:10:00] hello",
        "tls 2.0 2026-11-25T13:10:00 short",
        "#Fields: date time s-ip",
    ],
)
def test_what_is_cut_or_merely_similar_is_refused(raw: str) -> None:
    assert not str(event(raw).get("event.dataset", "")).startswith(("web.", "proxy."))


def test_header_names_the_columns_in_any_order() -> None:
    source = Source(
        "s", "u_ex.log", header="#Version: 1.0\n#Fields: date time c-ip cs-uri-stem cs-method sc-status X-Odd"
    )
    batch = RawBatch.of(source, [f"2026-11-25 13:10:00 {REAL} /a%20b GET 404 odd", "2026-11-25 13:10:01 short"])
    first, second = parse_records(batch, wanted=frozenset(declared()) | {"iis.access.X-Odd"}).rows()
    assert first["url.path"] == "/a b"
    assert (first["source.ip"], first["event.outcome"], first["iis.access.X-Odd"]) == (REAL, "failure", "odd")
    assert second.get("event.dataset") != "web.iis"


def test_wide_logs_by_header_are_not_shifted_by_quotes() -> None:
    header = "#Fields: date time c-ip cs-username sc-status s-action cs-method cs-uri-scheme cs-host cs-uri-path"
    line = f'2026-11-25 13:10:00 {REAL} - 200 TCP_HIT GET http www.example.org /a "Mozilla (x y)"'
    found = next(
        parse_records(
            RawBatch.of(Source("s", "main.log", header=f"{header} cs(User-Agent)"), [line]),
            wanted=frozenset(declared()),
        ).rows()
    )
    assert (found["event.dataset"], found["user_agent.original"]) == ("proxy.bluecoat", "Mozilla (x y)")
    assert found["url.full"] == "http://www.example.org/a"
