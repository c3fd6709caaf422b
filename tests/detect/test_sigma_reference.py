"""The engine against the slow reference (`watchfloor.testing.reference`) over generated rules and events.

`make nightly` looks at more examples: `WATCHFLOOR_EXAMPLES`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from agreement import EXAMPLES, PHASES, QUIET, agree, as_rule
from hypothesis import given, settings
from hypothesis import strategies as st

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
