"""GlobalProtect's log as Palo Alto's Strata Logging Service (Cortex Data Lake) sends it, also for Prisma Access."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers._users import account
from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = (
    "https://docs.paloaltonetworks.com/strata-logging-service/log-reference/network-logs/network-globalprotect-log/"
    "network-globalprotect-https-fields"
)
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "TimeGeneratedHighResolution": "_time",
    "TimeGenerated": "_time",
    "EventIDValue": ("event.action", "event.code"),
    "EventStatus": "event.outcome",
    "ConnectionError": "event.reason",
    "Description": "message",
    "SequenceNo": "event.sequence",
    "PublicIPv4": "source.address",
    "PublicIPv6": "source.address",
    "PrivateIPv4": "source.nat.ip",
    "EndpointDeviceName": "source.domain",
    "EndpointOSType": "host.os.name",
    "EndpointOSVersion": "host.os.version",
    "DeviceName": "observer.hostname",
    "DeviceSN": "observer.serial_number",
    "HostID": "device.id",
}
_NO_ADDRESS = {"0.0.0.0", "::", ""}  # noqa: S104  # how the service writes that there is none


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is of this type of log."""
    return str(record["LogType"]).lower() == "globalprotect"


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    event = str(record["EventIDValue"])
    user = account(record.get("SourceUserName"))
    if record.get("SourceUserDomain"):
        user["user.domain"] = record["SourceUserDomain"]
    addresses = [str(record.get(name) or "") for name in ("PublicIPv4", "PublicIPv6")]
    sign_in = event.endswith("-auth")
    return {
        **user,
        "source.address": next((each for each in addresses if each not in _NO_ADDRESS), ""),
        "source.nat.ip": "" if str(record.get("PrivateIPv4")) in _NO_ADDRESS else None,
        "event.category": ["network", "session", *(["authentication"] if sign_in else [])],
        "event.type": ["end" if event.endswith("-logout") else "info"],
    }


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "panw.strata",
        _FIELDS,
        {"event.kind": "event", "observer.vendor": "Palo Alto Networks", "observer.product": "GlobalProtect"},
        beyond=_beyond,
    ),
    keys=("LogType", "EventIDValue"),
)
