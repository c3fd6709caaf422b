"""The engine against the slow reference (`watchfloor.testing.reference`) over generated rules and events.

`make nightly` looks at more examples: `WATCHFLOOR_EXAMPLES`.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from watchfloor.detect.sigma import Context, Detector, RuleSet
from watchfloor.schema.events import EventBatch
from watchfloor.testing.reference import apply_filters, compiled_rule

EXAMPLES = int(os.environ.get("WATCHFLOOR_EXAMPLES", "1000"))
# A pair of rule and event is small as it is; making whole examples smaller takes minutes.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
PLACEHOLDERS = {"few": ["ab", "B*", "a\\*"], "one": ["k"]}

# --- generated values of rules

LETTERS = "aAbBi\u0130\u0131\u03a3\u03c2\u03c3kK\u212a\u017fs\u00df"
PATTERN = st.text(LETTERS + "*?\\/- .\n%0\u2013", max_size=6)
PLAIN = st.text(LETTERS + "\\/- .0\u2013", min_size=1, max_size=5)
TEXT_MODIFIERS = [
    *["", "", "|contains", "|contains", "|startswith", "|endswith"],
    *["|cased", "|contains|cased", "|startswith|cased", "|cased|endswith"],
    *["|all", "|contains|all", "|startswith|all", "|all|endswith", "|contains|all|neq"],
    *["|windash", "|windash|contains", "|contains|windash", "|windash|startswith", "|windash|contains|all"],
    *["|neq", "|startswith|neq", "|neq|contains", "|cased|neq"],
]
EXPRESSIONS = [
    *["a.b", "^a", "b$", "[aA]b+", "a|b", "A{2}", r"\\", r"\.", "(a|bb)s", "^$", "^[^a]*$", r"\d", r"a\sb", "ab?c*s"],
    *[
        ".{3,}",
        r"0x\d+",
        r"\bb",
        r"a\B",
        r"\Wa",
        r"[\w-]+b$",
        r"^\S+$",
        "a*?b",
        "(?:ab|K)s",
        "(?i)k|S",
        "[^\\s]a",
        "\\x41",
    ],
    *["a{,2}", "(?P<x>a)b", "^(a|^b)", "a||b", "\u03a3$", "[\u03a3k]", r"\D\z", "\n$"],
]
PLACEHOLDER_TEXT = st.sampled_from(["%few%", "a%few%", "%one%%few%", "%few%*", "\\%one%", "%", "a%%b", "%one*%one%"])
TEXT_ITEM = st.one_of(
    st.tuples(st.sampled_from(TEXT_MODIFIERS), st.lists(PATTERN, min_size=1, max_size=3) | PATTERN),
    st.tuples(st.sampled_from(TEXT_MODIFIERS[:4]), st.lists(PLAIN, min_size=1, max_size=2) | PLAIN),
    st.tuples(
        st.sampled_from(["", "|neq", "|all"]),
        st.lists(PATTERN | st.none() | st.integers(0, 20), max_size=3),
    ),
    st.tuples(
        st.sampled_from(["|expand", "|expand|contains", "|contains|expand", "|expand|cased", "|expand|neq"]),
        PLACEHOLDER_TEXT | st.lists(PLACEHOLDER_TEXT, min_size=1, max_size=2),
    ),
)
ENCODED = ["base64", "base64offset", "wide|base64", "wide|base64offset", "utf16|base64", "utf16be|base64offset"]
TIMES = ["minute", "hour", "day", "week", "month", "year"]
NUMBERS = st.integers(-3, 40) | st.sampled_from([1.5, 2.0, 31, 0.1, 9_007_199_254_740_992])
OTHER_ITEM = st.one_of(
    st.tuples(
        st.sampled_from(["|re", "|re", "|re|s", "|re|m", "|re|m|s", "|re|neq", "|re|contains"]),
        st.sampled_from(EXPRESSIONS) | st.lists(st.sampled_from(EXPRESSIONS), min_size=1, max_size=2),
    ),
    st.tuples(st.sampled_from(["|re|i", "|re|i|m", "|re|i|s"]), st.sampled_from(EXPRESSIONS)),
    st.tuples(
        st.sampled_from(["|re|startswith", "|re|endswith", "|re|i|startswith"]),
        st.sampled_from(["a|b", "b", "^s", "s$"]),
    ),
    st.tuples(st.sampled_from(["|exists", "|exists|neq"]), st.booleans()),
    st.tuples(st.sampled_from(["", "|neq"]), st.none() | st.booleans() | NUMBERS),
    st.tuples(
        st.sampled_from(["|lt", "|lte", "|gt", "|gte", "|gte|neq"]), NUMBERS | st.lists(NUMBERS, min_size=2, max_size=2)
    ),
    st.tuples(
        st.sampled_from(["|cidr", "|cidr|neq"]),
        st.sampled_from(["10.0.0.0/8", "10.1.0.0/16", "fe80::/10", "10.1.2.3/32", "10.1.2.3", "::/0", "0.0.0.0/0"]),
    ),
    st.tuples(
        st.sampled_from(
            ["|fieldref", "|fieldref|startswith", "|fieldref|endswith", "|fieldref|contains", "|fieldref|neq"]
        ),
        st.sampled_from(["X", "Y", "Data", "EventID", "Nowhere"]),
    ),
    st.tuples(st.sampled_from([f"|{part}" for part in TIMES]), st.sampled_from([1, 5, 7, 30, 2024])),
    st.tuples(
        st.sampled_from([f"|{coded}|contains" for coded in ENCODED] + ["|wide|contains"]),
        st.sampled_from(["ab", "abc", "a"]),
    ),
)
FIELD = st.sampled_from(["X", "X", "Y", "Z", "Data", "EventID", "Channel", "Provider_Name", "Nowhere", "Level"])
ITEMS = st.lists(st.tuples(FIELD, TEXT_ITEM | OTHER_ITEM), min_size=1, max_size=3).map(
    lambda items: {field + modifier: value for field, (modifier, value) in items}
)
KEYWORDS = st.one_of(
    st.lists(PATTERN.filter(bool) | st.integers(0, 20), min_size=1, max_size=2),
    PATTERN.filter(bool),
    st.sampled_from(
        [
            *[{"|all": ["a", "b"]}, {"|re": "a.b"}, {"|cased|contains": "aB"}, {"|cased": "aB"}, {"|re|i": "k+s"}],
            *[{"|windash": "-a"}, {"|contains|all": ["a*b", "s"]}, {"|neq": "ab"}, {"|expand": "%few%"}, {"|re": "^a"}],
        ]
    ),
)
SELECTION = st.recursive(
    st.one_of(ITEMS, ITEMS, KEYWORDS), lambda inner: st.lists(inner, min_size=1, max_size=2), max_leaves=3
)

# --- generated rules and events

CONDITIONS = [
    *["s1", "s1 and s2", "s1 or s2", "not s1", "s1 and not s2", "1 of s*", "all of them", "not (s1 and s2) or s3"],
    *["s1 and (s2 or not s3)", "not 1 of s*", "s3 and not s1 and not s2", "any of them", "all of s* or 1 of _*"],
    *[
        "not not s1",
        "not (s1 or not s2)",
        "s1 or s2 and s3",
        "_h or s1",
        "((s1)) and s2",
        "1 of *1",
        ["s1", "s2 and s3"],
    ],
]
EVENT_IDS = st.sampled_from([None, 1, "5", [1, 5], "*", 4688])
CHANNELS = [
    *["Test-Channel", "test-channel", None, "Microsoft-Windows-Sysmon/Operational"],
]
CHANNEL_TEST = st.sampled_from(
    [
        *[None, None, None, {"Channel": "Test-Channel"}, {"Channel|contains": "sysmon"}, {"Channel": None}],
        *[{"Channel": "Microsoft-Windows-Sysmon/Operational"}, {"Channel|re": "^T"}],
    ]
)


def detection_of(parts: tuple[Any, ...]) -> dict[str, Any]:
    first, second, third, condition, event_id, channel = parts
    if event_id is not None:
        third = {"EventID": event_id}
    return {"s1": first, "s2": channel or second, "s3": third, "_h": {"X": "ab"}, "condition": condition}


DETECTION = st.tuples(SELECTION, SELECTION, SELECTION, st.sampled_from(CONDITIONS), EVENT_IDS, CHANNEL_TEST).map(
    detection_of
)
VALUES = [
    *[
        "10",
        "0x1f",
        "31",
        "1.50",
        "-2",
        "true",
        "False",
        "10.1.2.3",
        "fe80::1",
        "::ffff:10.1.2.3",
        "fe80::1%eth0",
        "+7",
    ],
    *["2024-05-07T01:30:00Z", "2024-01-01 05:07:00", "2024-12-31", "YWI=", "xYWI", "YQBiAA==", "//5hAGIA", "AGEAYg=="],
    *[
        "a\nb",
        "aab",
        "ab",
        "AABB",
        "b -a",
        "a /b",
        "a\u2013b",
        "ab\n",
        "a\x0bb",
        "a\0b\0",
        "\u00a0",
        " ",
        "9007199254740992",
    ],
]
VALUE = st.one_of(st.none(), st.just(""), PLAIN, PLAIN, st.sampled_from(VALUES))
EVENT = st.fixed_dictionaries(
    {
        "winlog.event_id": st.sampled_from(["1", "5", "7", "4688", None]),
        "winlog.channel": st.sampled_from(CHANNELS),
        "winlog.provider_name": st.sampled_from(["Microsoft-Windows-Sysmon", "Other", None]),
        "winlog.level": st.sampled_from(["4", "error", "Information", None]),
        "winlog.event_data.X": VALUE,
        "winlog.event_data.Y": VALUE,
        "winlog.event_data.Z": VALUE,
        "winlog.user_data.Z": VALUE,
        "winlog.event_data.Data": st.none() | st.lists(PLAIN | st.just("") | st.sampled_from(VALUES), max_size=3),
        "event.original": st.none() | PLAIN,
        "event.dataset": st.sampled_from(["windows.eventlog", "linux.syslog"]),
        "message": st.none() | PLAIN,
        "log.file.path": st.just("abs"),
        "watchfloor.rest": st.sampled_from(
            [None, '{"other.field":"ab ks"}', '{"winlog.event_data.Q":["aB","kS"],"n":5}']
        ),
    }
)


def as_rule(number: int, detection: dict[str, Any], **logsource: str) -> dict[str, Any]:
    return {
        "title": "t",
        "id": f"00000000-0000-4000-8000-{number:012}",
        "logsource": logsource or {"product": "windows"},
        "detection": detection,
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("generated")


def different(
    documents: list[dict[str, Any]],
    events: list[dict[str, Any]],
    found: list[tuple[int, str]],
    expected: list[tuple[int, str]],
) -> str:
    """The first pair of rule and event on which engine and reference do not agree: small enough to read as it is."""
    by_id = {document["id"]: document for document in documents}
    for row, rule in sorted(set(found) ^ set(expected)):
        event = {name: value for name, value in events[row].items() if value not in (None, "", [])}
        who = "only the engine" if (row, rule) in found else "only the reference"
        return f"{who} fires {by_id[rule]} on {event}"
    return "the order of firings"


def agree(
    sigma: Any,
    folder: Path,
    documents: list[dict[str, Any]],
    events: list[dict[str, Any]],
    filters: list[dict[str, Any]] | None = None,
) -> None:
    """What the engine can run fires as the reference says, in whatever batch."""
    path = folder / "rules.yml"
    path.write_text(yaml.safe_dump_all([*documents, *(filters or [])], allow_unicode=True), "utf-8")
    documents = [dict(apply_filters(document, filters or [])) for document in documents]
    rules = RuleSet.load([path], context=Context(PLACEHOLDERS))
    runnable = {rule.id for rule in rules.rules}
    assert len(runnable) + len({problem.rule for problem in rules.problems if not problem.runs}) == len(documents)
    table = sigma.batch(events).table
    expected = [
        (row, document["id"])
        for row, event in enumerate(EventBatch(table).rows())
        for document in documents
        if document["id"] in runnable and compiled_rule(document, placeholders=PLACEHOLDERS)(event)
    ]
    firings = Detector(rules).match(EventBatch(table))
    found = [(firing.row, firing.rule.id) for firing in firings]
    if found != expected:
        pytest.fail(different(documents, events, found, expected))
    assert found == expected
    detector = Detector(rules)
    alone = [
        (row, each.rule.id) for row in range(len(events)) for each in detector.match(EventBatch(table.slice(row, 1)))
    ]
    assert alone == expected
    order = list(range(len(events)))
    random.Random(0).shuffle(order)
    shuffled = [(order[each.row], each.rule.id, each.why) for each in detector.match(EventBatch(table.take(order)))]
    assert sorted(shuffled, key=lambda each: each[:2]) == [(each.row, each.rule.id, each.why) for each in firings]


@settings(max_examples=EXAMPLES * 4 // 10, phases=PHASES, suppress_health_check=QUIET)
@given(st.lists(DETECTION, min_size=1, max_size=4), st.lists(EVENT, min_size=1, max_size=6))
def test_engine_equals_reference(
    sigma: Any, folder: Path, detections: list[dict[str, Any]], events: list[dict[str, Any]]
) -> None:
    agree(sigma, folder, [as_rule(number, detection) for number, detection in enumerate(detections)], events)


def one_item(item: tuple[str, tuple[str, Any]]) -> dict[str, Any]:
    field, (modifiers, value) = item
    return {"s": {f"{field}{modifiers}": value}, "condition": "s"}


@settings(max_examples=EXAMPLES * 4 // 10, phases=PHASES, suppress_health_check=QUIET)
@given(
    st.lists(st.tuples(st.sampled_from(["X", "Data"]), TEXT_ITEM | OTHER_ITEM).map(one_item), min_size=3, max_size=6),
    st.lists(VALUE | PATTERN, min_size=6, max_size=12),
    st.lists(st.lists(VALUE, max_size=3), max_size=3),
)
def test_single_items(
    sigma: Any, folder: Path, detections: list[dict[str, Any]], values: list[str], lists: list[list[str]]
) -> None:
    events = [sigma.sysmon(X=value, Y="ab") for value in values] + [sigma.sysmon(Data=members) for members in lists]
    agree(sigma, folder, [as_rule(number, detection) for number, detection in enumerate(detections)], events)


# --- log sources whose fields are mapped

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


# --- filters

SIMPLE = st.sampled_from(
    [
        {"X": "a*"},
        {"X|contains": "b"},
        {"Y": None},
        {"Y|neq": "ab"},
        {"X|re": "^a", "Y": "*"},
        [{"X": "b"}, {"Y": "a"}],
        ["ab"],
    ]
)
FILTERED_RULE = st.fixed_dictionaries(
    {
        "title": st.just("t"),
        "logsource": st.sampled_from([{"product": "windows"}, {"product": "windows", "service": "system"}]),
    },
    optional={"name": st.just("named")},
)
FILTER = st.fixed_dictionaries(
    {
        "logsource": st.sampled_from(
            [{"product": "windows"}, {"product": "windows", "service": "system"}, {"product": "linux"}]
        ),
        "rules": st.sampled_from(["any", "named", [], ["named"], ["00000000-0000-4000-8000-000000000001"], "ANY"]),
        "s1": SIMPLE,
        "s2": SIMPLE,
        "condition": st.sampled_from(
            [
                "not s1",
                "not 1 of s*",
                "s1",
                "not all of them",
                "s1 or not s2",
                "not (s1 and s2)",
                "any of them and not s1",
            ]
        ),
    }
)


def as_filter(number: int, parts: dict[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in parts.items() if name != "logsource"}
    return {
        "title": "f",
        "id": f"00000000-0000-4000-9000-{number:012}",
        "logsource": parts["logsource"],
        "filter": found,
    }


@settings(max_examples=EXAMPLES // 10, phases=PHASES, suppress_health_check=QUIET)
@given(
    st.lists(
        st.tuples(FILTERED_RULE, SIMPLE, SIMPLE, st.sampled_from(["s1", "s1 or s2", "1 of s*", ["s1", "not s2"]])),
        min_size=1,
        max_size=3,
    ),
    st.lists(FILTER, min_size=1, max_size=3),
    st.lists(
        st.tuples(st.sampled_from(["a", "ab", "b", "", None]), st.sampled_from(["a", "ab", None])),
        min_size=3,
        max_size=8,
    ),
)
def test_filters(
    sigma: Any,
    folder: Path,
    rules: list[tuple[dict[str, Any], Any, Any, Any]],
    filters: list[dict[str, Any]],
    values: list[tuple[str | None, str | None]],
) -> None:
    documents = [
        as_rule(number, {"s1": first, "s2": second, "condition": condition}) | more
        for number, (more, first, second, condition) in enumerate(rules)
    ]
    events = [
        {"winlog.channel": "System", "winlog.event_data.X": one, "winlog.event_data.Y": two, "event.original": one}
        for one, two in values
    ]
    agree(sigma, folder, documents, events, [as_filter(number, each) for number, each in enumerate(filters)])
