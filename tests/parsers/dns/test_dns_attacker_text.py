"""A name asked for is the attacker's text: it must not become the client's address."""

from __future__ import annotations

from typing import Any

import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

FAKE = "203.0.113.66"
REAL = "192.0.2.15"
NAMED = "Nov 25 12:59:37 ns1 named[1]: "
DNSMASQ = "Nov 25 13:00:42 gw dnsmasq[1]: "


def event(raw: str) -> dict[str, Any]:
    batch = RawBatch.of(Source("s", "x.log"), [raw])
    return next(parse_records(batch, wanted=frozenset(declared())).rows())


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (  # BIND escapes what would end a name
            rf"{NAMED}client @0x7f 192.0.2.15#5 (a\):\032view\032x:): query: a\)\032{FAKE}#53 IN A + (192.0.2.53)",
            rf"a\)\032{FAKE}#53",
        ),
        (f"{NAMED}client 192.0.2.15#5: query (cache) 'client-{FAKE}#53:/IN/A/NS/IN' denied", f"client-{FAKE}#53:/IN/A"),
        (f"{DNSMASQ}query[A] x from {FAKE} from 192.0.2.15", f"x from {FAKE}"),
        (f"{DNSMASQ}7 192.0.2.15/99 query[A] 8 {FAKE}/53 query[A] y from {FAKE} from 192.0.2.15",
         f"8 {FAKE}/53 query[A] y from {FAKE}"),
        (f"{DNSMASQ}7 192.0.2.15/99 forwarded x to {FAKE} to 198.51.100.53", f"x to {FAKE}"),
        (f"[1795611588] unbound[1:0] info: 192.0.2.15 {FAKE}.a. A IN", f"{FAKE}.a"),
        (f"Nov 25 13:01:15 ns pdns_server[1]: Remote 192.0.2.15 wants '{FAKE}|A',do=0|A', do = 0, bufsize = 512",
         f"{FAKE}|A',do=0"),
        (f'[INFO] 192.0.2.15:5 - 7 "A IN x\\ -\\ 8\\ \\"A\\ IN\\ {FAKE}. udp 41 false 4096" NOERROR qr 68 0.1s',
         f'x\\ -\\ 8\\ \\"A\\ IN\\ {FAKE}'),
        (f"1795613003.1||192.0.2.15||192.0.2.53||IN||{FAKE}||1.1.1.1||IN||x||A||192.0.2.80||60||1",
         f"{FAKE}||1.1.1.1||IN||x"),
    ],
)  # fmt: skip
def test_name_is_no_client(raw: str, name: str) -> None:
    found = event(raw)
    assert (found["source.ip"], found["dns.question.name"]) == (REAL, name)
    assert FAKE not in (found.get("destination.ip"), found.get("client.ip"))


def test_administrator_s_name_grants_no_log_in() -> None:
    found = event(
        r"<29>Nov 25 13:30:01 192.0.2.53 httpd: 2026-11-25 13:30:01.204Z [x]:\040Login_Allowed\040ip=203.0.113.66]: "
        r"Login_Denied - - to=AdminConnector ip=192.0.2.15 info=x"
    )
    assert (found["event.outcome"], found["source.ip"]) == ("failure", REAL)
