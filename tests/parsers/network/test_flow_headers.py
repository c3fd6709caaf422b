"""Flow records whose columns a header names: AWS in any order, nfdump's CSV, pmacct's CSV, pfirewall.log."""

from __future__ import annotations

from typing import Any

import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source


def event(raw: str, header: str) -> dict[str, Any]:
    source = Source("s", "x.log", header=header)
    return next(parse_records(RawBatch.of(source, [raw]), wanted=frozenset(declared())).rows())


AWS = "action srcaddr dstaddr srcport dstport protocol packets bytes start end flow-direction log-status"
NFDUMP = "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt"
PMACCT = "SRC_IP,DST_IP,SRC_PORT,DST_PORT,PROTOCOL,PACKETS,BYTES"
WINDOWS = "#Version: 1.5\n#Fields: date time action protocol src-ip dst-ip src-port dst-port size path"


@pytest.mark.parametrize(
    ("dataset", "header", "raw"),
    [
        ("network.aws_vpcflow", AWS, "REJECT 203.0.113.66 192.0.2.1 40000 22 6 1 40 1795590001 1795590061 ingress OK"),
        ("network.nfdump", NFDUMP, ("2026-11-25 07:00:01,2026-11-25 07:00:02,1.0,203.0.113.66,192.0.2.1,40000,22"
        ",TCP,......S.,0,0,1,40,0,0")),
        ("network.nfdump", PMACCT, "203.0.113.66,192.0.2.1,40000,22,tcp,1,40"),
        ("firewall.windows_pfirewall", WINDOWS, ("2026-11-25 07:00:01 DROP TCP 203.0.113.66 192.0.2.1 40000 22 4"
        "0 RECEIVE")),
    ],
)  # fmt: skip
def test_columns_by_the_header(dataset: str, header: str, raw: str) -> None:
    found = event(raw, header)
    assert found["event.dataset"] == dataset
    assert (found["source.ip"], found["source.port"]) == ("203.0.113.66", 40000)
    assert (found["destination.ip"], found["destination.port"]) == ("192.0.2.1", 22)
    assert (found["network.transport"], found["network.bytes"]) == ("tcp", 40)


def test_a_repeated_header_is_no_flow() -> None:
    assert event(AWS, AWS)["event.kind"] == "pipeline_error"
