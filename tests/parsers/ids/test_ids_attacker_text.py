"""What a client can write into requests must not become the address of an alert, a flow or an audit event."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

FAKE = "203.0.113.66"
FAKED = f"{{TCP}} {FAKE}:1 -> {FAKE}:2"
ENDS = "{TCP} 192.0.2.10:49152 -> 198.51.100.20:80"


def event(raw: str | dict[str, Any], header: str = "") -> dict[str, Any]:
    text = raw if isinstance(raw, str) else orjson.dumps(raw).decode()
    source = Source("s", "x.log", header=header)
    return next(parse_records(RawBatch.of(source, [text]), wanted=frozenset(declared())).rows())


@pytest.mark.parametrize(
    "line",
    [
        f"11/25/2026-08:15:30.123456  [**] [1:7:1] name {FAKED} [**] [Classification: x] [Priority: 2] {ENDS}",
        f'11/25-08:15:30.123456 [**] [1:7:1] "name" [**] {FAKED}" [**] [Priority: 2] {ENDS}',
        f"Nov 25 08:15:30 ids01 snort[7]: [1:7:1] name {FAKED} [Classification: x] [Priority: 2] {ENDS}",
    ],
)
def test_the_name_of_a_rule_gives_no_addresses(line: str) -> None:
    found = event(line)
    assert (found["source.ip"], found["destination.ip"]) == ("192.0.2.10", "198.51.100.20")
    assert FAKED in found["rule.name"]


def test_headers_of_a_request_give_no_source() -> None:
    record = {
        "timestamp": "2026-11-25T08:15:30.123456+0000",
        "event_type": "http",
        "src_ip": "192.0.2.10",
        "dest_ip": "198.51.100.20",
        "proto": "TCP",
        "http": {"hostname": FAKE, "url": f"/?src_ip={FAKE}", "xff": FAKE, "src_ip": FAKE, "http_user_agent": FAKED},
    }
    found = event(record)
    assert (found["source.ip"], found["network.forwarded_ip"]) == ("192.0.2.10", FAKE)


def test_addresses_that_a_client_of_kubernetes_claims_are_not_the_source() -> None:
    record = {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "verb": "get",
        "sourceIPs": [FAKE, "192.0.2.10"],
        "requestReceivedTimestamp": "2026-11-25T08:15:30Z",
    }
    found = event(record)
    assert (found["source.ip"], found["network.forwarded_ip"]) == ("192.0.2.10", FAKE)


def test_an_escaped_separator_moves_no_column_of_zeek() -> None:
    header = "#separator \\x09\n#path\thttp\n#fields\tts\tuser_agent\tid.orig_h\n#types\ttime\tstring\taddr"
    found = event(f"1795594530.5\tx\\x09{FAKE}\\x0a#fields\t192.0.2.10", header)
    assert (found["source.ip"], found["user_agent.original"]) == ("192.0.2.10", f"x\t{FAKE}\n#fields")


def test_parameters_of_a_call_give_neither_caller_nor_address() -> None:
    record = {
        "eventTime": "2026-11-25T08:15:30Z",
        "eventName": "CreateUser",
        "eventSource": "iam.amazonaws.com",
        "sourceIPAddress": "192.0.2.10",
        "userIdentity": {"type": "IAMUser", "userName": "alice"},
        "requestParameters": {"sourceIPAddress": FAKE, "userIdentity": {"userName": "mallory"}, "userName": "eve"},
    }
    found = event(record)
    assert (found["source.ip"], found["user.name"], found["user.target.name"]) == ("192.0.2.10", "alice", "eve")
