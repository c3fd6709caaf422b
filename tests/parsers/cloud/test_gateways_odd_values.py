"""Records of the cloud's gateways with values of types that nobody expects: still events of their format."""

from __future__ import annotations

import orjson
import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

AWS = {"connection-log-type": "connection-reset", "device-ip": "203.0.113.1", "client-vpn-endpoint-id": "e"}
STRATA = {"LogType": "GLOBALPROTECT", "EventIDValue": "gateway-auth"}
ZPA = {
    "LogTimestamp": "Tue Nov 24 08:00:05 2026",
    "Customer": "Example",
    "Username": "alice",
    "SessionStatus": "ZPN_STATUS_AUTHENTICATED",
    "PublicIP": "203.0.113.1",
}


@pytest.mark.parametrize(
    ("record", "dataset"),
    [
        (AWS | {"username": ["a"], "common-name": {"a": 1}}, "cloud.aws_client_vpn"),
        (AWS | {"username": "a", "connection-duration-seconds": "99999999999999999999"}, "cloud.aws_client_vpn"),
        (
            STRATA | {"PrivateIPv4": ["a"], "PublicIPv4": {"a": 1}, "SourceUserName": ["a"]},
            "cloud.strata_globalprotect",
        ),
        (ZPA | {"ClientType": ["a"]}, "cloud.zscaler_zpa"),
        (ZPA | {"TimestampAuthentication": "0001-01-01T00:00:00+23:59"}, "cloud.zscaler_zpa"),
    ],
)
def test_odd_values_lose_no_record(record: dict[str, object], dataset: str) -> None:
    raw = orjson.dumps(record).decode()
    event = next(parse_records(RawBatch.of(Source("s", "x.log"), [raw]), wanted=frozenset(declared())).rows())
    assert event.get("error.message") is None
    assert event["event.dataset"] == dataset
