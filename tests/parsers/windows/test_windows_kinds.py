"""The list of known kinds of events: well-formed, in ECS's own terms, applied in the right place."""

from importlib import resources
from typing import Any

import pytest
import yaml

from watchfloor.parsers.windows import _convert, _kinds
from watchfloor.parsers.windows._convert import ecs
from watchfloor.schema.fields import declared

# Allowed values of ECS 9: https://www.elastic.co/docs/reference/ecs/ecs-category-field-values-reference
CATEGORIES = {
    "api",
    "authentication",
    "configuration",
    "database",
    "driver",
    "email",
    "file",
    "host",
    "iam",
    "intrusion_detection",
    "library",
    "malware",
    "network",
    "package",
    "process",
    "registry",
    "session",
    "threat",
    "vulnerability",
    "web",
}
TYPES = {
    "access",
    "admin",
    "allowed",
    "change",
    "connection",
    "creation",
    "deletion",
    "denied",
    "device",
    "end",
    "error",
    "group",
    "indicator",
    "info",
    "installation",
    "protocol",
    "start",
    "user",
}
CONTENT: dict[str, Any] = yaml.safe_load(
    resources.files("watchfloor.parsers.windows").joinpath("events.yml").read_text("utf-8")
)
ENTRIES = [
    pytest.param(family, ids, entry, id=f"{family}-{ids[:12]}")
    for family, content in CONTENT["families"].items()
    for ids, entry in content["events"].items()
]


@pytest.mark.parametrize(("family", "ids", "entry"), ENTRIES)
def test_entry_is_in_the_terms_of_ecs(family: str, ids: str, entry: dict[str, Any]) -> None:
    assert family
    assert entry.keys() <= {"action", "category", "type", "outcome", "map", "type_by", "category_by"}
    assert entry["action"].replace("-", "").isalnum()
    assert entry["category"]
    assert set(entry["category"]) <= CATEGORIES
    assert entry["type"]
    assert set(entry["type"]) <= TYPES
    assert entry.get("outcome", "success") in {"success", "failure"}
    assert set(entry.get("map", ())) <= CONTENT["maps"].keys()
    for by, allowed in (("type_by", TYPES), ("category_by", CATEGORIES)):
        for values in entry.get(by, {}).values():
            assert {each for listed in values.values() for each in listed} <= allowed
    assert all(each.isdecimal() for each in _kinds._ids(ids))


def test_no_event_is_listed_twice() -> None:
    for family in CONTENT["families"].values():
        ids = [each for key in family["events"] for each in _kinds._ids(key)]
        assert sorted(set(ids)) == sorted(ids)
    providers = [name.lower() for family in CONTENT["families"].values() for name in family["providers"]]
    assert sorted(set(providers)) == sorted(providers)


def test_every_map_is_used() -> None:
    entries = [entry for family in CONTENT["families"].values() for entry in family["events"].values()]
    assert {name for entry in entries for name in entry.get("map", ())} == CONTENT["maps"].keys()


@pytest.mark.parametrize("target", sorted({target for each in CONTENT["maps"].values() for target in each}))
def test_targets_become_declared_fields(target: str) -> None:
    produced = _convert.objects(["File"], ["a"], [None]) if target == "object" else ecs(target, ["1"])
    assert produced.keys() <= declared().keys()


def test_provider_decides_before_channel() -> None:
    cleared = _kinds.kind_of("Microsoft-Windows-Eventlog", "Security", "1102")
    assert cleared is not None
    assert cleared.action == "audit-log-cleared"
    assert _kinds.kind_of("microsoft-windows-eventlog", None, "1102") == cleared
    assert _kinds.kind_of(None, "security", "1102") == cleared
    assert _kinds.kind_of("AD FS Auditing", "Security", "1102") is None
    assert _kinds.kind_of(None, None, "1102") is None
    assert _kinds.kind_of("PowerShell", "Windows PowerShell", None) is None


@pytest.mark.parametrize(
    ("family", "ids"),
    {
        "security": "4608 4616 4624 4625 4634 4647 4648 4649 4656-4663 4670 4672-4674 4688 4689 4697-4702 4719 4720 "
        "4722-4735 4737-4738 4740-4764 4767-4776 4778 4779 4781 4798-4803 4904 4905 4907 4946-4950 4964 5024 5025 "
        "5136-5145 5152-5159",
        "eventlog": "104 1100 1102 1104 6005 6006 6008",
        "service_control": "7036 7040 7045",
        "sysmon": "1-29 255",
        "powershell": "4103 4104",
        "powershell_classic": "400 403 600 800",
        "defender": "1006 1007 1015 1116-1119 2001-2010 3002 5001 5007 5010 5012",
        "task_scheduler": "106 129 140 141 200 201",
        "winrm": "6 91 142 161 169",
        "terminal_services": "21 24 25",
        "bits": "3 59 60",
        "applocker": "8002-8007",
        "wmi_activity": "5857-5861",
    }.items(),
)
def test_family_covers(family: str, ids: str) -> None:
    provider = CONTENT["families"][family]["providers"][0]
    wanted = [each for part in ids.split() for each in _kinds._ids(part)]
    assert [each for each in wanted if _kinds.kind_of(provider, None, each) is None] == []


@pytest.mark.parametrize(
    ("target", "value", "account"),
    [
        ("certificate.attributes", "User\r\nSAN:dns=a.example&upn=jo.hale@corp.example\r\nccm:pc7", "jo.hale"),
        ("certificate.attributes", "CertificateTemplate:User\r\nccm:pc7.upn=x", None),
        ("certificate.subject", "CN=adm-jo.hale", "adm-jo.hale"),
        ("certificate.subject", "cn=Administrator", "Administrator"),
        ("certificate.subject", "CN=shop.corp.example", None),
        ("certificate.subject", "CN=nas.local", None),
        ("certificate.subject", "CN=Jo Hale", None),
        ("certificate.subject", "CN=*.example", None),
        ("certificate.subject", "CN=jo.hale,OU=Staff,DC=corp", None),
        ("certificate.subject", "CN=" + "a." * 50_000, None),
    ],
)  # fmt: skip
def test_whom_a_certificate_names(target: str, value: str, account: str | None) -> None:
    assert list(ecs(target, [value, None])["user.target.name"]) == [account, None]
