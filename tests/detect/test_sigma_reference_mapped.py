"""The engine against the slow reference where the fields of log sources are mapped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from agreement import EXAMPLES, PHASES, QUIET, agree, as_rule
from hypothesis import given, settings
from hypothesis import strategies as st

SOURCES: dict[tuple[str, ...], dict[str, list[Any]]] = {
    ("product=windows", "category=process_creation"): {
        "Image|endswith": ["\\a.exe", "e"],
        "ParentImage": ["*a*", None],
        "User|contains": ["SYSTEM", "corp\\", "e"],
        "ProcessId": [16, "0x10", "16"],
        "IntegrityLevel": ["High", "S-1-16-12288", ["Low", "System"], None],
        "LogonId": ["0x3e7", None],
        "md5": ["aa", "*"],
        "Imphash|startswith": ["c", "a"],
        "OriginalFileName": [None, "a.exe"],
    },
    ("product=windows", "category=registry_set"): {
        "TargetObject|startswith": ["HKLM\\SYSTEM\\CurrentControlSet", "HKU"],
        "Details": ["DWORD (0x00000010)", "(Empty)", "Binary Data", None, "*"],
        "EventType": ["SetValue", None],
        "Image|contains": ["a"],
        "NewName": ["x", None],
    },
    ("product=windows", "category=network_connection"): {
        "Initiated": [True, "false", "true"],
        "Image|re": ["^C:", "a"],
        "Protocol": ["tcp", 6],
        "DestinationIp|cidr": ["10.0.0.0/8"],
        "DestinationHostname|neq": ["a", ["b", None]],
        "DestinationHostname": [None, "a", "*"],
    },
    ("product=windows", "service=application"): {
        "AppName": ["a.exe", None],
        "ExceptionCode": ["*", "c0000005"],
        "Data|contains|all": [["a", "b"], ["a"]],
        "Level": [2, "error", "4"],
        "EventID": [1000, ["1000", 1]],
    },
    ("category=webserver",): {
        "cs-uri-query|contains": ["q=", "/a"],
        "c-uri": ["/a*", None],
        "sc-status|gte": [300, 200],
        "sc-status": ["2*", 404],
        "c-ip|cidr": ["10.0.0.0/8"],
        "url.path|endswith": ["b"],
        "nothing": [None, "x"],
    },
    ("product=linux", "service=auth"): {
        "hostname": ["h", None],
        "Image": ["*a*", "dbus-daemon"],
        "ProcessId": [16, "16", None],
        "|all": [["a", "b"], ["evil"]],
        "|re": ["a.*b"],
    },
    ("product=linux",): {
        "USER": ["root", None],
        "COMMAND|contains": ["a"],
        "CommandLine": ["*"],
        "|cased": ["Evil", "b"],
    },
    ("product=windows", "taxonomy=ecs"): {
        "process.executable": ["*a*", None],
        "process.pid|gte": [17],
        "source.ip|cidr": ["10.0.0.0/8"],
        "winlog.event_data.Image|endswith": ["exe", "e"],
        "Image": [None, "e"],
    },
    ("service=apache",): {"|contains": ["a", "evil"], "cs-method": ["GET", None]},
}
SYSMON = "Microsoft-Windows-Sysmon/Operational"
PATHS = ["C:\\a.exe", "\\device\\harddiskvolume3\\a.exe", "/a/b?q=1", "e", "", None]
COLUMNS: dict[str, list[Any]] = {
    "winlog.channel": [SYSMON, "Security", "security", "Application", None],
    "winlog.provider_name": ["Microsoft-Windows-Sysmon", "MICROSOFT-Windows-Security-Auditing", None],
    "winlog.event_id": ["1", "3", "13", "4688", "4657", "5156", "1000", None],
    "winlog.level": ["2", "error", None],
    "event.dataset": [
        *["windows.eventlog"] * 2,
        "linux.sshd",
        "linux.sudo",
        "linux.syslog",
        "web.apache_access",
        "web.apache_error",
    ],
    "process.name": ["dbus-daemon", "DBUS-daemon", "a", None],
    "process.executable": ["/bin/a", None],
    "process.command_line": ["a b", "", None],
    "process.pid": [16, 17, None],
    "host.hostname": ["h", None],
    "user.effective.name": ["root", None],
    "url.original": ["/a/b?q=1", None],
    "url.query": ["q=1", None],
    "url.path": ["/a/b", None],
    "http.response.status_code": [200, 404, None],
    "http.request.method": ["GET", None],
    "source.ip": ["10.0.0.1", "::1", None],
    "event.original": ["a b", "evil", "Evil", None],
    "message": ["b a", "evil", None],
    "winlog.event_data.Data": [["a.exe", "1", "t", "b.dll", "0", "t", "c0000005"], ["a", "", "b"], [], None],
    "winlog.event_data.Hashes": ["MD5=AA,IMPHASH=CC", "SHA1=BB", None],
    "winlog.event_data.Imphash": ["ab", None],
    "winlog.event_data.EventType": ["SetValue", "CreateKey", None],
    "winlog.event_data.OperationType": ["%%1904", "%%1905", "%%1906", None],
    "winlog.event_data.ObjectName": ["\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\x", "\\registry\\user\\x", None],
    "winlog.event_data.ObjectValueName": ["v", None],
    "winlog.event_data.TargetObject": ["HKLM\\System\\CurrentControlSet\\x", None],
    "winlog.event_data.NewValueType": ["%%1876", "%%1875", "%%1883", None],
    "winlog.event_data.NewValue": ["16", "x", None],
    "winlog.event_data.Details": ["DWORD (0x00000010)", "Binary Data", None],
    "winlog.event_data.Direction": ["%%14592", "%%14593", None],
    "winlog.event_data.Initiated": ["true", "False", None],
    "winlog.event_data.Protocol": ["6", "tcp", None],
    "winlog.event_data.DestAddress": ["10.1.1.1", None],
    "winlog.event_data.DestinationHostname": ["a", None],
    "winlog.event_data.MandatoryLabel": ["S-1-16-12288", "S-1-16-4096", None],
    **{
        f"winlog.event_data.{name}": PATHS
        for name in ("Image", "NewProcessName", "ParentProcessName", "Application", "ProcessName")
    },
    **{f"winlog.event_data.{side}UserSid": ["S-1-5-18", "S-1-5-21-1", None] for side in ("Target", "Subject")},
    **{f"winlog.event_data.{side}UserName": ["eve", "-", None] for side in ("Target", "Subject")},
    **{f"winlog.event_data.{side}DomainName": ["CORP", "-", None] for side in ("Target", "Subject")},
    **{f"winlog.event_data.{side}LogonId": ["0x3e7", "0x0", None] for side in ("Target", "Subject")},
    **{f"winlog.event_data.{name}": ["0x10", "16", None] for name in ("ProcessId", "NewProcessId")},
    "winlog.user_data.OriginalFileName": ["a.exe", None],
}


@st.composite
def mapped_rule(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, Any]]:
    source = draw(st.sampled_from(sorted(SOURCES)))
    items = st.sampled_from(sorted(SOURCES[source])).flatmap(
        lambda key: st.tuples(st.just(key), st.sampled_from(SOURCES[source][key]))
    )
    selections = [dict(draw(st.lists(items, min_size=1, max_size=2))) for _ in range(2)]
    condition = draw(st.sampled_from(["s1", "s1 and s2", "s1 and not s2", "not s1", "s1 or s2"]))
    detection = {"s1": selections[0], "s2": selections[1], "condition": condition}
    return dict(part.split("=") for part in source), detection


MAPPED_EVENT = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in COLUMNS.items()})


@settings(max_examples=EXAMPLES * 2 // 10, phases=PHASES, suppress_health_check=QUIET)
@given(st.lists(mapped_rule(), min_size=4, max_size=8), st.lists(MAPPED_EVENT, min_size=3, max_size=10))
def test_mapped_fields(
    sigma: Any, folder: Path, rules: list[tuple[dict[str, str], dict[str, Any]]], events: list[dict[str, Any]]
) -> None:
    documents = []
    for number, (logsource, detection) in enumerate(rules):
        taxonomy = {name: value for name, value in logsource.items() if name == "taxonomy"}
        source = {name: value for name, value in logsource.items() if name != "taxonomy"}
        documents.append(as_rule(number, detection, **source) | taxonomy)
    agree(sigma, folder, documents, events)
