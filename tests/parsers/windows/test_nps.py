"""Windows' RADIUS server (NPS): the caller is who the calling station is, not the device that asked."""

from __future__ import annotations

from typing import Any

import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

SYSTEM = (
    '<System><Provider Name="Microsoft-Windows-Security-Auditing"/><EventID>{code}</EventID>'
    '<TimeCreated SystemTime="2026-11-24T07:14:02.000000000Z"/><Channel>Security</Channel>'
    "<Computer>nps01.example.org</Computer></System>"
)
VALUES = {
    "SubjectUserSid": "S-1-5-21-1-2-3-1107",
    "SubjectUserName": "jdoe",
    "SubjectDomainName": "EXAMPLE",
    "SubjectMachineSID": "S-1-0-0",
    "CalledStationID": "198.51.100.1",
    "CallingStationID": "{station}",
    "NASIPv4Address": "10.0.0.4",
    "NASPort": "7",
    "ClientName": "vpn01",
    "ClientIPAddress": "10.0.0.4",
    "ReasonCode": "16",
    "Reason": "Authentication failed.",
}
XML = (
    '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">'
    + SYSTEM
    + "<EventData>"
    + "".join(f'<Data Name="{name}">{value}</Data>' for name, value in VALUES.items())
    + "</EventData></Event>"
)
RENDERED = (
    "11/24/2026 07:14:02 AM LogName=Security EventCode={code} EventType=0 ComputerName=nps01.example.org "
    "SourceName=Microsoft Windows security auditing. Type=Information RecordNumber=41020 Keywords=Audit Success "
    "TaskCategory=Network Policy Server OpCode=Info Message=Network Policy Server {did} access to a user.    User:   "
    "Security ID:  S-1-5-21-1-2-3-1107   Account Name:  jdoe   Account Domain:  EXAMPLE   "
    "Fully Qualified Account Name:  EXAMPLE\\jdoe    Client Machine:   Security ID:  NULL SID   Account Name:  -   "
    "Fully Qualified Account Name:  -   Called Station Identifier:  198.51.100.1   Calling Station Identifier:  "
    "{station}    NAS:   NAS IPv4 Address:  10.0.0.4   NAS IPv6 Address:  -   NAS Identifier:  vpn01   NAS Port-Type:  "
    "Virtual   NAS Port:  7    RADIUS Client:   Client Friendly Name:  vpn01   Client IP Address:  10.0.0.4    "
    "Authentication Details:   Connection Request Policy Name:  VPN   Network Policy Name:  Staff   Authentication "
    "Provider:  Windows   Authentication Server:  nps01.example.org   Authentication Type:  MS-CHAPv2   EAP Type:  -   "
    "Account Session Identifier:  -   Logging Results:  Accounting information was written to the local log file.   "
    "Reason Code:   16   Reason:    Authentication failed."
)
DID = {"6272": "granted", "6273": "denied"}


def event(form: str, code: str, station: str) -> dict[str, Any]:
    raw = form.format(code=code, station=station, did=DID[code])
    return next(parse_records(RawBatch.of(Source("s", "x.log"), [raw]), wanted=frozenset(declared())).rows())


@pytest.mark.parametrize("form", [XML, RENDERED], ids=["XML", "rendered"])
@pytest.mark.parametrize(("code", "outcome"), [("6272", "success"), ("6273", "failure")])
def test_an_address_is_where_the_caller_is(form: str, code: str, outcome: str) -> None:
    found = event(form, code, "203.0.113.61")
    assert (found["user.name"], found["user.domain"]) == ("jdoe", "EXAMPLE")
    assert (found["source.ip"], found["radius.client"]) == ("203.0.113.61", "vpn01")
    assert (found["event.outcome"], found["event.reason"]) == (outcome, "Authentication failed.")
    assert "source.mac" not in found


@pytest.mark.parametrize("form", [XML, RENDERED], ids=["XML", "rendered"])
@pytest.mark.parametrize(
    ("station", "mac"),
    [("00-00-5E-00-53-01", "00-00-5E-00-53-01"), ("00:00:5e:00:53:01", "00-00-5E-00-53-01"), ("ext. 12", None)],
)
def test_what_is_no_address_gives_none(form: str, station: str, mac: str | None) -> None:
    found = event(form, "6272", station)
    assert "source.ip" not in found
    assert found.get("source.mac") == mac
    assert found["radius.calling_station"] == station
