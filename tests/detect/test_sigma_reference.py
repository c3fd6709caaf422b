"""The engine against a slow matcher written straight from the specification, over generated rules and events.

The reference shares nothing with the engine but pySigma's reading of the rules: one event at a time, as a dictionary.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import itertools
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.rule import SigmaRule
from sigma.types import (
    CompareOperators,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
    SigmaTimestampPart,
    SpecialChars,
)

from watchfloor.detect.sigma import Detector, RuleSet
from watchfloor.schema.events import EventBatch

# --- the reference


def reference(rule: SigmaRule, event: dict[str, Any]) -> bool:
    return any(holds(condition.parsed, event) for condition in rule.detection.parsed_condition)


def holds(node: Any, event: dict[str, Any]) -> bool:
    if isinstance(node, ConditionAND):
        return all(holds(part, event) for part in node.args)
    if isinstance(node, ConditionOR):
        return any(holds(part, event) for part in node.args)
    if isinstance(node, ConditionNOT):
        return not holds(node.args[0], event)
    if isinstance(node, ConditionFieldEqualsValueExpression):
        return value_holds(node.value, values_of(event, node.field), event)
    assert isinstance(node, ConditionValueExpression)
    texts = [text for name in event if name != "log.file.path" for text in values_of(event, name)]
    return keyword_holds(node.value, texts)


def values_of(event: dict[str, Any], field: str) -> list[str]:
    """Non-empty texts of a field; an event is given under Sigma's own names."""
    value = event.get(field)
    return [text for member in (value if isinstance(value, list) else [value]) if (text := as_text(member))]


def as_text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def keyword_holds(value: Any, texts: list[str]) -> bool:
    if isinstance(value, SigmaExpansion):
        return any(keyword_holds(each, texts) for each in value.values)
    if isinstance(value, SigmaRegularExpression):
        return value_holds(value, texts, {})
    wanted = value if isinstance(value, SigmaString) else SigmaString(str(value))
    pattern = pattern_of(wanted)
    return any(re.search(pattern, lowered(text, wanted), re.DOTALL) for text in texts)


def value_holds(value: Any, texts: list[str], event: dict[str, Any]) -> bool:  # noqa: C901, PLR0911, PLR0912 - one branch per type of value
    if isinstance(value, SigmaExpansion):
        return any(value_holds(each, texts, event) for each in value.values)
    if isinstance(value, SigmaString):
        if not value.s:
            return not texts
        return any(re.fullmatch(pattern_of(value), lowered(text, value), re.DOTALL) for text in texts)
    if isinstance(value, SigmaNull):
        return not texts
    if isinstance(value, SigmaExists):
        return bool(texts) == value.exists
    if isinstance(value, SigmaBool):
        return any(text.lower() == str(value.boolean).lower() for text in texts)
    if isinstance(value, SigmaTimestampPart):
        return any(time_part(text, value.timestamp_part.name) == value.number for text in texts)
    if isinstance(value, SigmaNumber):
        return any(number_of(text) == value.number for text in texts)
    if isinstance(value, SigmaCompareExpression):
        numbers = [found for text in texts if (found := number_of(text)) is not None]
        return any(compares(found, value.op, value.number.number) for found in numbers)
    if isinstance(value, SigmaRegularExpression):
        flags = "".join({"IGNORECASE": "i", "MULTILINE": "m", "DOTALL": "s"}[flag.name] for flag in value.flags)
        # ASCII classes and an end that is the very end, as RE2 has them.
        pattern = (f"(?{flags})" if flags else "") + str(value.regexp).replace("$", r"\Z")
        return any(re.search(pattern, text, re.ASCII if "i" not in flags else 0) for text in texts)
    if isinstance(value, SigmaCIDRExpression):
        return any(in_network(text, value.cidr) for text in texts)
    assert isinstance(value, SigmaFieldReference)
    pairs = itertools.product(map(lower, texts), map(lower, values_of(event, value.field)))
    if value.starts_with and value.ends_with:
        return any(other in text for text, other in pairs)
    if value.starts_with:
        return any(text.startswith(other) for text, other in pairs)
    return any(text.endswith(other) if value.ends_with else text == other for text, other in pairs)


def lower(text: str) -> str:
    return "".join(char.lower() for char in text).replace("\u03c2", "\u03c3")


def lowered(text: str, value: SigmaString) -> str:
    return text if isinstance(value, SigmaCasedString) else lower(text)


def pattern_of(value: SigmaString) -> str:
    wildcards = {SpecialChars.WILDCARD_MULTI: ".*", SpecialChars.WILDCARD_SINGLE: "."}
    return "".join(
        wildcards[part] if isinstance(part, SpecialChars) else re.escape(lowered(str(part), value)) for part in value.s
    )


def number_of(text: str) -> float | None:
    if re.fullmatch(r"0[xX][0-9a-fA-F]+", text):
        return int(text, 16)
    return float(text) if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text) else None


def compares(found: float, op: CompareOperators, wanted: float) -> bool:
    return {
        CompareOperators.LT: found < wanted,
        CompareOperators.LTE: found <= wanted,
        CompareOperators.GT: found > wanted,
        CompareOperators.GTE: found >= wanted,
    }[op]


def in_network(text: str, cidr: str) -> bool:
    try:
        return ipaddress.ip_address(text) in ipaddress.ip_network(cidr)
    except ValueError:
        return False


def time_part(text: str, part: str) -> int | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    found = found.astimezone(dt.UTC) if found.tzinfo else found
    return found.isocalendar()[1] if part == "WEEK" else int(getattr(found, part.lower()))


# --- generated rules and events

LETTERS = "aAbBi\u0130\u03a3\u03c2\u03c3kK\u212a\u017fs"
PATTERN = st.text(LETTERS + "*?\\/- .\n%0", max_size=6)
PLAIN = st.text(LETTERS + "\\/- .0", min_size=1, max_size=5)
TEXT_ITEM = st.tuples(
    st.sampled_from(
        [
            "",
            "|contains",
            "|startswith",
            "|endswith",
            "|contains|all",
            "|all",
            "|cased",
            "|contains|cased",
            "|endswith|cased",
            "|windash|contains",
            "|neq",
            "|startswith|neq",
        ]
    ),
    st.lists(PATTERN, min_size=1, max_size=3)
    | PATTERN
    | st.lists(PATTERN | st.none() | st.integers(0, 20), min_size=1, max_size=3),
)
EXPRESSIONS = [
    "a.b",
    "^a",
    "b$",
    "[aA]b+",
    "a|b",
    "A{2}",
    r"\\",
    r"\.",
    "(a|bb)s",
    "^$",
    "^[^a]*$",
    r"\d",
    r"a\sb",
    "ab?c*s",
    ".{3,}",
    r"0x\d+",
]
OTHER_ITEM = st.one_of(
    st.tuples(st.sampled_from(["|re", "|re|s", "|re|m"]), st.sampled_from(EXPRESSIONS)),
    st.tuples(st.just("|re|i"), st.sampled_from(["^aB", "kS", "a.b"])),
    st.tuples(st.just("|exists"), st.booleans()),
    st.tuples(st.just(""), st.none() | st.booleans() | st.integers(-3, 40) | st.sampled_from([1.5, 2.0])),
    st.tuples(st.sampled_from(["|lt", "|lte", "|gt", "|gte"]), st.integers(-3, 40)),
    st.tuples(st.just("|cidr"), st.sampled_from(["10.0.0.0/8", "10.1.0.0/16", "fe80::/10", "10.1.2.3/32"])),
    st.tuples(
        st.sampled_from(["|fieldref", "|fieldref|startswith", "|fieldref|endswith", "|fieldref|contains"]),
        st.sampled_from("XYD"),
    ),
    st.tuples(
        st.sampled_from(["|minute", "|hour", "|day", "|week", "|month", "|year"]), st.sampled_from([1, 5, 7, 30, 2024])
    ),
    st.tuples(
        st.sampled_from(["|base64|contains", "|base64offset|contains", "|wide|base64offset|contains"]), st.just("ab")
    ),
)
FIELD = st.sampled_from(["X", "X", "Y", "Z", "Data"]).map(lambda name: "Y" if name == "D" else name)
ITEMS = st.lists(st.tuples(FIELD, TEXT_ITEM | OTHER_ITEM), min_size=1, max_size=3).map(
    lambda items: {field + modifier: value for field, (modifier, value) in items}
)
KEYWORDS = st.lists(PATTERN.filter(bool) | st.integers(0, 20), min_size=1, max_size=2) | st.sampled_from(
    [{"|all": ["a", "b"]}, {"|re": "a.b"}, {"|cased|contains": "aB"}]
)
SELECTION = st.one_of(ITEMS, ITEMS, st.lists(ITEMS, min_size=1, max_size=2), KEYWORDS)
CONDITION = st.sampled_from(
    [
        "s1",
        "s1 and s2",
        "s1 or s2",
        "not s1",
        "s1 and not s2",
        "1 of s*",
        "all of them",
        "not (s1 and s2) or s3",
        "s1 and (s2 or not s3)",
        "not 1 of s*",
        "s3 and not s1 and not s2",
    ]
)
RULE = st.tuples(SELECTION, SELECTION, SELECTION, CONDITION, st.sampled_from([None, 1, "5", [1, 5], "*"])).map(
    lambda parts: {
        "s1": parts[0],
        "s2": parts[1],
        "s3": parts[2] if parts[4] is None else {"EventID": parts[4]},
        "condition": parts[3],
    }
)
VALUE = st.one_of(
    st.none(),
    st.just(""),
    PLAIN,
    PLAIN,
    st.sampled_from(
        [
            "10",
            "0x1f",
            "31",
            "1.50",
            "-2",
            "true",
            "False",
            "10.1.2.3",
            "fe80::1",
            "2024-05-07T01:30:00Z",
            "2024-01-01 05:07:00",
            "YWI=",
            "xYWI",
            "a\nb",
            "aab",
            "ab",
            "AABB",
            "b -a",
            "a /b",
            "a\u2013b",
        ]
    ),
)
EVENT = st.fixed_dictionaries(
    {
        "EventID": st.sampled_from(["1", "5", "7"]),
        "X": VALUE,
        "Y": VALUE,
        "Z": VALUE,
        "Data": st.none() | st.lists(PLAIN | st.just(""), max_size=3),
        "event.original": st.none() | PLAIN,
    }
)
CHANNEL = "Test-Channel"
COLUMNS = {"EventID": "winlog.event_id", "event.original": "event.original"}


def as_rule(number: int, detection: dict[str, Any]) -> dict[str, Any]:
    detection = {**detection, "channel": {"Channel": CHANNEL}}
    condition = detection.pop("condition")
    names = detection | {"condition": condition.replace("them", "s*")}
    return {
        "title": "t",
        "id": f"00000000-0000-4000-8000-{number:012}",
        "logsource": {"product": "windows"},
        "detection": names,
    }


def as_columns(event: dict[str, Any]) -> dict[str, Any]:
    columns = {COLUMNS.get(name, f"winlog.event_data.{name}"): value for name, value in event.items()}
    return {**columns, "winlog.channel": CHANNEL, "log.file.path": "abs"}


def expected_firings(rules: list[SigmaRule], events: list[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    for row, event in enumerate(events):
        known = {**event, "Channel": CHANNEL, "log.file.path": "abs"}
        for rule in sorted(rules, key=lambda rule: str(rule.id)):
            if reference(rule, known):
                yield row, str(rule.id)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("generated")


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(st.lists(RULE, min_size=1, max_size=4), st.lists(EVENT, min_size=1, max_size=6))
def test_engine_equals_reference(
    sigma: Any, folder: Path, detections: list[dict[str, Any]], events: list[dict[str, Any]]
) -> None:
    documents = [as_rule(number, detection) for number, detection in enumerate(detections)]
    path = folder / "rules.yml"
    path.write_text(yaml.safe_dump_all(documents, allow_unicode=True), "utf-8")
    rules = RuleSet.load([path])
    runnable = {rule.id for rule in rules.rules}
    assert len(runnable) + len({problem.rule for problem in rules.problems}) == len(documents)
    parsed = [SigmaRule.from_dict(document) for document in documents if document["id"] in runnable]
    detector = Detector(rules)
    table = sigma.batch([as_columns(event) for event in events]).table
    firings = detector.match(EventBatch(table))
    found = [(firing.row, firing.rule.id) for firing in firings]
    assert found == list(expected_firings(parsed, events))
    # The same, whatever the batch.
    alone = [
        (row, firing.rule.id)
        for row in range(len(events))
        for firing in Detector(rules).match(EventBatch(table.slice(row, 1)))
    ]
    assert alone == found
    order = list(range(len(events)))
    random.Random(0).shuffle(order)
    shuffled = [
        (order[firing.row], firing.rule.id, firing.why) for firing in detector.match(EventBatch(table.take(order)))
    ]
    assert sorted(shuffled, key=lambda each: each[:2]) == [
        (firing.row, firing.rule.id, firing.why) for firing in firings
    ]
