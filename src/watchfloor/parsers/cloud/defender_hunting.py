"""Microsoft Defender XDR's advanced hunting tables, as streamed to storage or event hubs."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, at, parser

REFERENCE = "https://learn.microsoft.com/en-us/defender-xdr/advanced-hunting-schema-tables"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "properties.Timestamp": "_time",
    "time": "_time",
    "properties.ActionType": "event.action",
    "operationName": "event.provider",
    "tenantId": "organization.id",
    "properties.DeviceName": "host.name",
    "properties.DeviceId": "host.id",
    "properties.AccountName": "user.name",
    "properties.AccountDomain": "user.domain",
    "properties.AccountUpn": "user.email",
    "properties.AccountSid": "user.id",
    "properties.FileName": "file.name",
    "properties.FolderPath": "file.path",
    "properties.SHA256": "file.hash.sha256",
    "properties.SHA1": "file.hash.sha1",
    "properties.MD5": "file.hash.md5",
    "properties.ProcessCommandLine": "process.command_line",
    "properties.ProcessId": "process.pid",
    "properties.InitiatingProcessFileName": "process.parent.name",
    "properties.InitiatingProcessCommandLine": "process.parent.command_line",
    "properties.InitiatingProcessId": "process.parent.pid",
    "properties.RemoteIP": "destination.address",
    "properties.RemotePort": "destination.port",
    "properties.LocalIP": "source.address",
    "properties.LocalPort": "source.port",
    "properties.IPAddress": "source.address",
    "properties.CountryCode": "source.geo.country_iso_code",
    "properties.Country": "source.geo.country_iso_code",
    "properties.State": "source.geo.region_name",
    "properties.City": "source.geo.city_name",
    "properties.Latitude": "source.geo.location.lat",
    "properties.Longitude": "source.geo.location.lon",
    "properties.SenderFromAddress": "email.from.address",
    "properties.SenderMailFromAddress": "email.sender.address",
    "properties.RecipientEmailAddress": "email.to.address",
    "properties.Subject": "email.subject",
    "properties.InternetMessageId": "email.message_id",
    "properties.NetworkMessageId": "email.local_id",
    "properties.SenderIPv4": "source.address",
    "properties.RegistryKey": "registry.key",
    "properties.Title": "rule.name",
    "properties.Severity": "log.level",
    "properties.UserAgent": "user_agent.original",
}
_TABLES = {
    "Process": ("process", "start"), "Network": ("network", "connection"), "Registry": ("registry", "change"),
    "Logon": ("authentication", "start"), "File": ("file", "info"), "Email": ("email", "info"),
    "Image": ("library", "start"),
    "SignIn": ("authentication", "start"),
    "Alert": ("intrusion_detection", "info"), "Identity": ("authentication", "info"),
}  # fmt: skip


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return str(record["category"]).startswith("AdvancedHunting")


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    table = str(record["category"])
    kind = next((each for word, each in _TABLES.items() if word in table), ("host", "info"))
    code = at(record, "properties", "ErrorCode") if "SignIn" in table else None
    outcome = None if code is None else "success" if str(code) == "0" else "failure"
    found = {"event.category": [kind[0]], "event.type": [kind[1]], "event.outcome": outcome}
    return {**found, "event.kind": "alert" if "Alert" in table else None}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("m365_defender.event", _FIELDS, {"event.kind": "event"}, beyond=_beyond),
    keys=("category", "properties"),
)
