"""A DHCP client chooses its name: it must not become an address, an interface or another message."""

from __future__ import annotations

from typing import Any

import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

FAKE = "203.0.113.66"
MAC = "02:00:00:00:00:91"
DHCPD = "Nov 25 13:14:00 gw dhcpd[1]: "


def event(raw: str) -> dict[str, Any]:
    batch = RawBatch.of(Source("s", "x.log"), [raw])
    return next(parse_records(batch, wanted=frozenset(declared())).rows())


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (f"{DHCPD}DHCPACK on 192.0.2.11 to {MAC} (pc) via {FAKE}) via va", f"pc) via {FAKE}"),
        (f"{DHCPD}DHCPACK on 192.0.2.11 to {MAC} (x) via eth9 TransID 1 uid 00:11) via va TransID 2",
         "x) via eth9 TransID 1 uid 00:11"),
        (f"{DHCPD}DHCPRELEASE of 192.0.2.11 from {MAC} (to {FAKE}) via va (found) TransID 2", f"to {FAKE}"),
        (f"Nov 25 13:16:40 gw dnsmasq-dhcp[1]: 7 DHCPACK(va) 192.0.2.11 {MAC} DHCPACK(eth9) {FAKE} {MAC}",
         f"DHCPACK(eth9) {FAKE} {MAC}"),
        (f"Nov 25 13:18:00 router va assigned 192.0.2.11 for {MAC} x assigned {FAKE} to {MAC}",
         f"x assigned {FAKE} to {MAC}"),
    ],
)  # fmt: skip
def test_client_s_name_changes_nothing(raw: str, name: str) -> None:
    found = event(raw)
    assert (found["source.ip"], found["client.mac"], found["dhcp.hostname"]) == (
        "192.0.2.11",
        "02-00-00-00-00-91",
        name,
    )
    assert found.get("observer.ingress.interface.name", "va") == "va"
    assert "dhcp.relay_ip" not in found


def test_audit_log_of_windows_with_a_comma_in_the_name() -> None:
    raw = f'10,11/25/26,13:20:01,Assign,192.0.2.11,"pc,{FAKE}",020000000091,,7,0,,,,,,,,,0'
    found = event(raw)
    assert (found["source.ip"], found["source.mac"], found["dhcp.transaction_id"]) == (
        "192.0.2.11",
        "02-00-00-00-00-91",
        "0x00000007",
    )
