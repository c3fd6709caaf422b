"""What is easily got wrong: missing and empty, case beyond ASCII, arrays, types, keywords, conditions, reasons."""

from __future__ import annotations

import itertools
from typing import Any

import pyarrow as pa
import pytest

from watchfloor.detect.sigma import Detector, Reason
from watchfloor.schema.events import EventBatch

APPLICATION = {"winlog.channel": "Application", "winlog.event_id": "1"}


def test_a_missing_field_is_false_and_its_negation_true(sigma: Any) -> None:
    events = [
        sigma.sysmon(Image="a", CommandLine="x"),
        sigma.sysmon(Image="a"),
        sigma.sysmon(Image="a", CommandLine=""),
    ]
    positive = {"sel": {"CommandLine|contains": "x"}, "condition": "sel"}
    negative = {"img": {"Image": "a"}, "sel": {"CommandLine|contains": "x"}, "condition": "img and not sel"}
    assert sigma.fires(positive, *events) == [0]
    assert sigma.fires(negative, *events) == [1, 2]


def test_a_field_that_no_event_of_the_batch_has_is_missing(sigma: Any) -> None:
    event = sigma.sysmon(Image="a")
    assert sigma.fires({"i": {"Image": "a"}, "s": {"Product": None}, "condition": "i and s"}, event) == [0]
    assert sigma.fires({"s": {"Product|exists": False}, "condition": "s"}, event) == [0]
    assert sigma.fires({"s": {"Product": "*"}, "condition": "s"}, event) == []
    assert sigma.fires({"i": {"Image": "a"}, "s": {"Product": "x"}, "condition": "i and not s"}, event) == [0]


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("ÄÖÜ", "äöü", True),
        ("ΟΔΟΣ", "οδος", True),  # the final sigma is lower-cased by its surroundings, alone or not
        ("ΟΔΟΣ*", "ΟΔΟΣΑ", True),
        ("*Σ*", "aς", True),
        ("İ?", "i\u0307x", True),  # one capital becomes two characters
        ("i??", "İx", True),
        ("straße", "STRASSE", False),  # lower-casing, not case folding
        ("\u212a", "k", True),
        ("a\ud7ff", "A\ud7ff", True),
        ("\U00010400x", "\U00010428X", True),
    ],
)
def test_case_beyond_ascii(sigma: Any, pattern: str, value: str, expected: bool) -> None:
    assert bool(sigma.selects({"CommandLine": pattern}, value)) is expected


def test_any_member_of_an_array_will_do(sigma: Any) -> None:
    events = [
        {**APPLICATION, "winlog.event_data.Data": data} for data in (["a", "b"], ["c"], [], None, ["", "b"], [""])
    ]
    source = {"product": "windows", "service": "application"}
    found = {"sel": {"Data": "b"}, "condition": "sel"}
    assert sigma.fires(found, *events, logsource=source) == [0, 4]
    assert sigma.fires({"sel": {"Data|contains|all": ["a", "b"]}, "condition": "sel"}, *events, logsource=source) == [0]
    negated = {"id": {"EventID": 1}, "sel": {"Data": "b"}, "condition": "id and not sel"}
    assert sigma.fires(negated, *events, logsource=source) == [1, 2, 3, 5]
    assert sigma.fires({"sel": {"Data": None}, "condition": "sel"}, *events, logsource=source) == [2, 3, 5]


@pytest.mark.parametrize("event_id", [4688, "4688", "*88", ["4688", 1]])
def test_event_ids_as_number_or_text(sigma: Any, event_id: Any) -> None:
    source = {"product": "windows", "service": "security"}
    detection = {"sel": {"EventID": event_id}, "condition": "sel"}
    assert sigma.fires(detection, sigma.security(4688), sigma.security(4689), logsource=source) == [0]


def test_typed_columns_compare_as_numbers_and_as_text(sigma: Any) -> None:
    source = {"category": "webserver"}
    events = [{"event.dataset": "web.nginx_access", "http.response.status_code": code} for code in (200, 404, None)]
    for wanted in (404, "404", "4*", "*04"):
        assert sigma.fires({"sel": {"sc-status": wanted}, "condition": "sel"}, *events, logsource=source) == [1]
    assert sigma.fires({"sel": {"sc-status|gte": 300}, "condition": "sel"}, *events, logsource=source) == [1]


def test_keywords_search_raw_text_and_text_fields_each_for_itself(sigma: Any) -> None:
    detection = {"keywords": ["mimi*katz", r"C:\evil"], "condition": "keywords"}
    events = [
        {**APPLICATION, "event.original": "a MIMIxKATZ b"},
        {**APPLICATION, "event.original": "mimi", "message": "katz"},
        {**APPLICATION, "event.original": r'{"p":"C:\\evil\\x"}'},
        {**APPLICATION, "event.original": r'{"p":"C:\\evil\\x"}', "winlog.event_data.ImagePath": r"c:\EVIL\x"},
        {**APPLICATION, "event.original": "-", "winlog.event_data.Data": ["x", "mimi katz"]},
        {**APPLICATION, "event.original": "-", "watchfloor.rest": r'{"winlog.event_data.P":"C:\\evil"}'},
        {**APPLICATION, "event.original": "-", "log.file.path": "mimikatz.evtx"},
        {**APPLICATION},
    ]
    source = {"product": "windows", "service": "application"}
    assert sigma.fires(detection, *events, logsource=source) == [0, 3, 4, 5]


@pytest.mark.parametrize(
    ("keywords", "texts", "expected"),
    [
        ({"|all": ["a1", "b2"]}, ["a1b2", "a1", "xB2 A1"], [0, 2]),
        ({"|re": "a[0-9]{2}"}, ["xa12", "a1"], [0]),
        ({"|re": "[0-9]{2}"}, ["xa12", "a1"], [0]),
        ([4104], ["id 4104", "4105"], [0]),
        (["İx"], ["İX", "i\u0307x", "ix"], [0, 1]),
        (["mi\u212a"], ["MIK", "mi\u212a"], [0, 1]),
        (["ab"], ["\u212aab", "İab", "ba"], [0, 1]),
        (['say "hi"'], ['say "HI"', "say hi"], [0]),
    ],
)
def test_keywords(sigma: Any, keywords: Any, texts: list[str], expected: list[int]) -> None:
    events = [{**APPLICATION, "event.original": text} for text in texts]
    source = {"product": "windows", "service": "application"}
    assert sigma.fires({"k": keywords, "condition": "k"}, *events, logsource=source) == expected


def test_negated_keywords(sigma: Any) -> None:
    events = [{**APPLICATION, "event.original": text} for text in ("foo", "bar", "foo bar")]
    source = {"product": "windows", "service": "application"}
    detection = {"k": ["foo"], "f": ["bar"], "condition": "k and not f"}
    assert sigma.fires(detection, *events, logsource=source) == [0]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a1 and a2", [3, 7]),
        ("a1 or b", [1, 3, 4, 5, 6, 7]),
        ("not a1 and not b", [0, 2]),
        ("not (a1 or b)", [0, 2]),
        ("1 of a*", [1, 2, 3, 5, 6, 7]),
        ("all of a*", [3, 7]),
        ("1 of them", [1, 2, 3, 4, 5, 6, 7]),
        ("all of them", [7]),
        ("b and not all of a*", [4, 5, 6]),
        (["a1 and a2", "b"], [3, 4, 5, 6, 7]),
    ],
)
def test_conditions(sigma: Any, condition: Any, expected: list[int]) -> None:
    events = [
        sigma.sysmon(
            Image="x" if bits & 1 else "-", CommandLine="y" if bits & 2 else "-", User="z" if bits & 4 else "-"
        )
        for bits in range(8)
    ]
    detection = {"a1": {"Image": "x"}, "a2": {"CommandLine": "y"}, "b": {"User": "z"}, "condition": condition}
    assert sigma.fires(detection, *events) == expected


def test_maps_are_all_and_lists_are_any(sigma: Any) -> None:
    events = [sigma.sysmon(Image=image, CommandLine=line) for image, line in itertools.product("ab", "xy")]
    both = {"sel": {"Image": "a", "CommandLine": "x"}, "condition": "sel"}
    either = {"sel": [{"Image": "a", "CommandLine": "x"}, {"CommandLine": "y"}], "condition": "sel"}
    assert sigma.fires(both, *events) == [0]
    assert sigma.fires(either, *events) == [0, 1, 3]


def test_a_rule_never_fires_outside_its_log_source(sigma: Any) -> None:
    detection = {"sel": {"Image": "a"}, "condition": "sel"}
    other = {"winlog.channel": "Application", "winlog.event_id": "1", "winlog.event_data.Image": "a"}
    assert sigma.fires(detection, sigma.sysmon(1, Image="a"), sigma.sysmon(5, Image="a"), other) == [0]


def test_channel_without_case_or_told_by_the_provider(sigma: Any) -> None:
    detection = {"sel": {"Image": "a"}, "condition": "sel"}
    upper = {**sigma.sysmon(Image="a"), "winlog.channel": "MICROSOFT-windows-sysmon/OPERATIONAL"}
    without = {**sigma.sysmon(Image="a"), "winlog.channel": None, "event.dataset": "windows.eventlog"}
    neither = {**without, "winlog.provider_name": "Other"}
    assert sigma.fires(detection, upper, without, neither) == [0, 1]


def test_why_names_selection_field_column_pattern_and_value(sigma: Any) -> None:
    detection = {
        "sel": {"EventID": 4688, "CommandLine|contains": ["zzz", "WHO"]},
        "img": {"NewProcessName|endswith": r"\a.exe"},
        "filter": {"SubjectUserName": "x"},
        "condition": "sel and img and not filter",
    }
    rules = sigma.load(sigma.rule(detection, {"product": "windows", "service": "security"}))
    event = sigma.security(4688, CommandLine="whoami " + "y" * 500, NewProcessName=r"C:\A.exe")
    (firing,) = sigma.firings(rules, event)
    assert firing.why == (
        Reason("sel", "EventID", "winlog.event_id", "4688", "4688"),
        Reason("sel", "CommandLine", "winlog.event_data.CommandLine", "*WHO*", "whoami " + "y" * 192 + "…"),
        Reason("img", "NewProcessName", "winlog.event_data.NewProcessName", r"*\a.exe", r"C:\A.exe"),
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (0, 300, "WHO" + "b" * 196 + "…"),
        (196, 300, "a" * 196 + "who" + "…"),
        (300, 300, "…" + "a" * 49 + "WHO" + "b" * 146 + "…"),
        (300, 0, "…" + "a" * 196 + "WHO"),
    ],
)
def test_a_long_value_is_shown_around_what_was_found(sigma: Any, before: int, after: int, expected: str) -> None:
    rules = sigma.load(sigma.rule({"sel": {"CommandLine|contains": "who"}, "condition": "sel"}))
    (firing,) = sigma.firings(rules, sigma.sysmon(CommandLine="a" * before + "WHO" + "b" * after))
    assert firing.why[0].value.lower() == expected.lower()
    assert len(firing.why[0].value) == 200


def test_why_of_a_rule_that_the_event_id_decides(sigma: Any) -> None:
    rules = sigma.load(
        sigma.rule({"s": {"EventID": [1, 1102]}, "condition": "s"}, {"product": "windows", "service": "security"})
    )
    (firing,) = sigma.firings(rules, sigma.security(1102))
    assert firing.why == (Reason("s", "EventID", "winlog.event_id", "1102", "1102"),)


def test_why_of_equal_rules_about_other_log_sources(sigma: Any) -> None:
    detection = {"sel": {"Image|endswith": "a.exe"}, "condition": "sel"}
    first = sigma.rule(detection)
    second = {**sigma.rule(detection, {"product": "windows", "service": "security"}), "id": first["id"][:-1] + "2"}
    event = sigma.security(4688, NewProcessName="C:\\a.exe")
    alone = sigma.firings(sigma.load(first), event)
    for rules in (sigma.load(first, second), sigma.load(second, first)):
        found = sigma.firings(rules, event)
        assert [firing.why for firing in found if firing.rule.id == first["id"]] == [alone[0].why]
    assert [reason.column for reason in alone[0].why] == ["winlog.event_data.NewProcessName"]


def test_firings_come_by_row_then_rule(sigma: Any) -> None:
    ids = [f"00000000-0000-4000-8000-00000000000{number}" for number in (3, 1, 2)]
    detection = {"sel": {"Image": "a"}, "condition": "sel"}
    rules = sigma.load(*[{**sigma.rule(detection), "id": each} for each in ids])
    found = sigma.firings(rules, sigma.sysmon(Image="a"), sigma.sysmon(Image="b"), sigma.sysmon(Image="a"))
    assert [(firing.row, firing.rule.id) for firing in found] == [(row, each) for row in (0, 2) for each in sorted(ids)]


def test_an_empty_batch_and_one_without_any_known_column(sigma: Any) -> None:
    rules = sigma.load(sigma.rule({"sel": {"Image": "a"}, "condition": "sel"}))
    detector = Detector(rules)
    assert detector.match(EventBatch(pa.table({}))) == []
    assert detector.match(EventBatch(pa.table({"event.original": pa.array(["x", None])}))) == []
    assert detector.match(EventBatch(sigma.batch([sigma.sysmon(Image="a")]).table.slice(0, 0))) == []


def test_slices_and_chunks_of_a_table_match_like_the_whole(sigma: Any) -> None:
    rules = sigma.load(
        sigma.rule(
            {"k": ["ab"], "sel": {"Data": "x"}, "condition": "k or sel"},
            {"product": "windows", "service": "application"},
        )
    )
    events = [
        {**APPLICATION, "event.original": text, "winlog.event_data.Data": data}
        for text, data in [("ab", ["x"]), ("zz", []), ("zz", ["y", "x"]), ("Ab", None), ("a", ["b"]), (None, ["ab"])]
    ]
    table = sigma.batch(events).table
    detector = Detector(rules)
    whole = [firing.row for firing in detector.match(EventBatch(table))]
    assert whole == [0, 2, 3, 5]
    assert [firing.row + 1 for firing in detector.match(EventBatch(table.slice(1)))] == whole[1:]
    chunked = pa.concat_tables([table.slice(0, 2), table.slice(2, 1), table.slice(3)])
    assert [firing.row for firing in detector.match(EventBatch(chunked))] == whole
