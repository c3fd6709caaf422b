"""The field map: what events of each source look like to Sigma."""

from __future__ import annotations

from typing import Any

import pytest

from watchfloor.schema.sigma_derive import derived, inputs
from watchfloor.schema.sigma_fields import LogSource, _document, scopes

NEW_PROCESS = {
    "NewProcessName": r"C:\Windows\System32\cmd.exe",
    "ParentProcessName": r"C:\Windows\explorer.exe",
    "CommandLine": "cmd /c x",
    "NewProcessId": "0x1a4",
    "ProcessId": "0x10",
    "SubjectUserSid": "S-1-5-21-1",
    "SubjectUserName": "alice",
    "SubjectDomainName": "CORP",
    "SubjectLogonId": "0x3e7",
    "TargetUserSid": "S-1-0-0",
    "TargetUserName": "-",
    "TargetDomainName": "-",
    "TargetLogonId": "0x0",
    "MandatoryLabel": "S-1-16-12288",
}


@pytest.mark.parametrize(
    "item",
    [
        {"Image|endswith": r"\cmd.exe"},
        {"ParentImage|endswith": r"\explorer.exe"},
        {"CommandLine|contains": "/c"},
        {"ProcessId": 420},
        {"ProcessId": "0x1a4"},
        {"ParentProcessId": 16},
        {"User": r"CORP\alice"},
        {"LogonId": "0x3e7"},
        {"IntegrityLevel": "High"},
        {"IntegrityLevel": "S-1-16-12288"},
        {"OriginalFileName": None},
    ],
)
def test_process_creation_in_the_security_log(sigma: Any, item: dict[str, Any]) -> None:
    events = [sigma.security(4688, **NEW_PROCESS), sigma.security(4689, **NEW_PROCESS)]
    assert sigma.fires({"sel": item, "condition": "sel"}, *events) == [0]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"TargetUserSid": "S-1-5-18", "TargetUserName": "DC$"}, r"NT AUTHORITY\SYSTEM"),
        ({"TargetUserSid": "S-1-5-21-9", "TargetUserName": "bob", "TargetDomainName": "X"}, r"X\bob"),
        ({"SubjectUserSid": "S-1-5-18", "SubjectUserName": "DC$", "SubjectDomainName": "X"}, r"NT AUTHORITY\SYSTEM"),
        ({"SubjectUserName": "eve"}, "eve"),
    ],
)
def test_user_with_domain(sigma: Any, data: dict[str, str], expected: str) -> None:
    assert sigma.fires(
        {"sel": {"User": expected.replace("\\", "\\\\")}, "condition": "sel"}, sigma.security(4688, **data)
    ) == [0]


REGISTRY = {
    "ObjectName": r"\REGISTRY\MACHINE\SYSTEM\ControlSet001\Services\x",
    "ObjectValueName": "Start",
    "NewValueType": "%%1876",
    "NewValue": "4",
    "OperationType": "%%1905",
    "ProcessName": r"C:\Windows\regedit.exe",
}


def test_registry_values_in_the_security_log(sigma: Any) -> None:
    detection = {
        "sel": {"TargetObject": r"HKLM\SYSTEM\CurrentControlSet\Services\x\Start", "Details": "DWORD (0x00000004)"},
        "condition": "sel",
    }
    source = {"product": "windows", "category": "registry_set"}
    deleted = {**REGISTRY, "OperationType": "%%1906"}
    events = [sigma.security(4657, **REGISTRY), sigma.security(4657, **deleted), sigma.security(4660, **REGISTRY)]
    events.append(
        sigma.sysmon(13, TargetObject=r"HKLM\System\CurrentControlSet\Services\x\Start", Details="DWORD (0x00000004)")
    )
    assert sigma.fires(detection, *events, logsource=source) == [0, 3]


def test_a_rule_that_negates_what_an_event_never_has_is_left_out_there(sigma: Any) -> None:
    detection = {
        "sel": {"Initiated": "true", "Image|endswith": r"\a.exe"},
        "filter": {"DestinationHostname|endswith": ".example.com"},
        "condition": "sel and not filter",
    }
    source = {"product": "windows", "category": "network_connection"}
    platform = {"Application": r"\device\harddiskvolume3\a.exe", "Direction": "%%14593", "DestAddress": "10.0.0.1"}
    audited, known = sigma.security(5156, **platform), sigma.sysmon(3, Image=r"C:\a.exe", Initiated="true")
    assert sigma.fires(detection, audited, known, logsource=source) == [1]
    detection["filter"] = {"DestinationIp|cidr": "192.168.0.0/16"}
    assert sigma.fires(detection, audited, known, logsource=source) == [0, 1]
    assert sigma.fires(
        {"s": {"Image": r"C:\a.exe", "Initiated": True}, "condition": "s"}, audited, logsource=source
    ) == [0]


def test_hashes_split(sigma: Any) -> None:
    event = sigma.sysmon(Hashes="MD5=AA11,SHA256=BB22,IMPHASH=CC33")
    for item in ({"md5": "aa11"}, {"sha256": "bb22"}, {"Imphash": "cc33"}, {"Hashes|contains": "imphash=CC33"}):
        assert sigma.fires({"sel": item, "condition": "sel"}, event) == [0]
    assert sigma.fires({"sel": {"sha1": "aa11"}, "condition": "sel"}, event) == []


def test_fields_of_user_data_and_with_spaces(sigma: Any) -> None:
    events = [
        {
            "winlog.channel": "Microsoft-Windows-Windows Defender/Operational",
            "winlog.event_id": "1116",
            "winlog.event_data.Threat Name": "Evil",
        },
        {
            "winlog.channel": "Microsoft-Windows-Windows Defender/Operational",
            "winlog.event_id": "1116",
            "winlog.event_data.Threat_Name": "Evil",
        },
        {
            "winlog.channel": "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
            "winlog.event_id": "21",
            "winlog.user_data.Address": "::1",
        },
    ]
    defender = {"product": "windows", "service": "windefend"}
    assert sigma.fires({"s": {"ThreatName": "Evil"}, "condition": "s"}, *events, logsource=defender) == [0, 1]
    sessions = {"product": "windows", "service": "terminalservices-localsessionmanager"}
    assert sigma.fires({"s": {"Address": "::1"}, "condition": "s"}, *events, logsource=sessions) == [2]


def test_unnamed_items_of_application_errors(sigma: Any) -> None:
    event = {
        "winlog.channel": "Application",
        "winlog.event_id": "1000",
        "winlog.event_data.Data": ["a.exe", "1.0", "t", "m.dll", "0", "t", "c0000005"],
    }
    detection = {"s": {"AppName": "a.exe", "ModuleName": "m.dll", "ExceptionCode": "c0000005"}, "condition": "s"}
    assert sigma.fires(detection, event, logsource={"product": "windows", "service": "application"}) == [0]


@pytest.mark.parametrize(("level", "wanted"), [("2", 2), ("error", 2), ("Warning", 3), ("information", "4")])
def test_levels_by_name_or_number(sigma: Any, level: str, wanted: Any) -> None:
    event = {"winlog.channel": "System", "winlog.event_id": "1", "winlog.level": level}
    assert sigma.fires(
        {"s": {"Level": wanted}, "condition": "s"}, event, logsource={"product": "windows", "service": "system"}
    ) == [0]


@pytest.mark.parametrize(
    ("category", "event_id"),
    [
        ("file_change", 2),
        ("network_connection", 3),
        ("driver_load", 6),
        ("image_load", 7),
        ("create_remote_thread", 8),
        ("raw_access_thread", 9),
        ("process_access", 10),
        ("file_event", 11),
        ("registry_event", 12),
        ("registry_event", 14),
        ("create_stream_hash", 15),
        ("pipe_created", 17),
        ("pipe_created", 18),
        ("wmi_event", 21),
        ("dns_query", 22),
        ("file_delete", 23),
        ("file_delete", 26),
        ("process_tampering", 25),
        ("file_executable_detected", 29),
        ("sysmon_status", 4),
        ("sysmon_status", 16),
        ("sysmon_error", 255),
    ],
)
def test_sysmon_categories(sigma: Any, category: str, event_id: int) -> None:
    events = [sigma.sysmon(event_id, X="a"), sigma.sysmon(99, X="a"), sigma.security(event_id, X="a")]
    assert sigma.fires(
        {"s": {"X": "a"}, "condition": "s"}, *events, logsource={"product": "windows", "category": category}
    ) == [0]


@pytest.mark.parametrize("channel", ["Microsoft-Windows-PowerShell/Operational", "PowerShellCore/Operational"])
def test_powershell(sigma: Any, channel: str) -> None:
    event = {"winlog.channel": channel, "winlog.event_id": "4104", "winlog.event_data.ScriptBlockText": "Get-X"}
    classic = {
        "winlog.channel": "Windows PowerShell",
        "winlog.event_id": "400",
        "winlog.event_data.Data": ["", "HostName=x"],
    }
    script = {"s": {"ScriptBlockText|contains": "get-x"}, "condition": "s"}
    assert sigma.fires(script, event, classic, logsource={"product": "windows", "category": "ps_script"}) == [0]
    start = {"s": {"Data|contains": "HostName="}, "condition": "s"}
    assert sigma.fires(start, event, classic, logsource={"product": "windows", "category": "ps_classic_start"}) == [1]


REQUEST = {
    "event.dataset": "web.apache_access",
    "url.original": "/a/b.aspx?q=1",
    "url.path": "/a/b.aspx",
    "url.query": "q=1",
    "http.request.method": "GET",
    "user_agent.original": "sqlmap/1",
    "http.response.status_code": 200,
    "source.ip": "10.0.0.1",
}


@pytest.mark.parametrize(
    "item",
    [
        {"cs-uri-query|endswith": "b.aspx?q=1"},
        {"cs-uri-query|startswith": "q="},
        {"cs-uri-stem|endswith": "b.aspx"},
        {"c-uri|contains": "aspx?q"},
        {"cs-method": "get"},
        {"cs-user-agent|startswith": "SQLMAP"},
        {"cs-referer": None},
        {"sc-status": 200},
        {"c-ip|cidr": "10.0.0.0/8"},
    ],
)
def test_web_requests(sigma: Any, item: dict[str, Any]) -> None:
    error = {**REQUEST, "event.dataset": "web.apache_error"}
    assert sigma.fires({"s": item, "condition": "s"}, REQUEST, error, logsource={"category": "webserver"}) == [0]


def test_web_server_logs_by_service(sigma: Any) -> None:
    names = ["web.apache_access", "web.apache_error", "web.nginx_access", "web.nginx_error", "linux.syslog"]
    events = [{"event.dataset": name, "event.original": "worker exited on signal 6"} for name in names]
    keywords = {"k": ["exited on signal 6"], "condition": "k"}
    assert sigma.fires(keywords, *events, logsource={"service": "apache"}) == [0, 1]
    assert sigma.fires(keywords, *events, logsource={"service": "nginx"}) == [2, 3]
    assert sigma.fires(keywords, *events, logsource={"category": "webserver"}) == [0, 2]


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("sshd", [0]),
        ("sudo", [1]),
        ("cron", [2]),
        ("auth", [0, 1]),
        ("vsftpd", [4]),
        ("syslog", [0, 1, 2, 3, 4]),
        ("", [0, 1, 2, 3, 4]),
    ],
)
def test_linux_services(sigma: Any, service: str, expected: list[int]) -> None:
    pairs = [
        ("linux.sshd", "sshd"),
        ("linux.sudo", "sudo"),
        ("linux.cron", "CRON"),
        ("linux.syslog", "named"),
        ("linux.vsftpd", "vsftpd"),
        ("web.nginx_access", "sshd"),
    ]
    events = [{"event.dataset": dataset, "process.name": name, "event.original": "x evil y"} for dataset, name in pairs]
    source = {"product": "linux"} | ({"service": service} if service else {})
    assert sigma.fires({"k": ["evil"], "condition": "k"}, *events, logsource=source) == expected


def test_every_function_of_the_map_exists() -> None:
    text = _document()
    windows = [
        entry.get("fields", {})
        for group in ("categories", "services")
        for entries in text["windows"][group].values()
        for entry in entries
    ]
    maps = [text["windows"]["fields"], *windows, *(entry.get("fields", {}) for entry in text["datasets"])]
    for source in {source for fields in maps for sources in fields.values() for source in sources}:
        if inputs(source) != (source,):
            assert callable(derived(source.partition("(")[0]))


def test_services_and_categories_are_known() -> None:
    windows = _document()["windows"]
    assert all(
        entry["service"] in windows["channels"] for entries in windows["categories"].values() for entry in entries
    )
    assert set(windows["services"]) <= set(windows["channels"])
    assert scopes(LogSource("windows", "", "nothing")) == ()
    assert scopes(LogSource()) == ()
