"""Exceptions from rules: what they leave out, until when, and that no text in them is more than a text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from watchfloor.app.exceptions import FOLDER, Wanted, exception_roots, filter_of, known, make, remove, text_of, tried
from watchfloor.app.home import writing
from watchfloor.app.rules import content
from watchfloor.core.errors import UsageError
from watchfloor.detect.sigma import Detector, RuleSet
from watchfloor.schema.events import EventBatch
from watchfloor.store import audit

PATH = content("rules") / "linux" / "root_password_login_from_outside.yml"
RULES = RuleSet.load([PATH])
END = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)


def wanted(**values: list[str]) -> Wanted:
    named = {name.replace("_", "."): found for name, found in values.items()}
    return Wanted(RULES.rules[0], named or {"source.ip": ["203.0.113.9"]}, END, "anna", "a rented server", "bert")


def event(moment: dt.datetime = END - dt.timedelta(days=9), fields: Mapping[str, str] | None = None) -> dict[str, Any]:
    message = "Accepted password for root from 203.0.113.9 port 1 ssh2"
    return {
        "event.dataset": "linux.sshd",
        "message": message,
        "@timestamp": moment,
        "source.ip": "203.0.113.9",
    } | dict(fields or {})


def fired(rules: RuleSet, *events: dict[str, Any]) -> list[int]:
    names = {
        name: [each.get(name) for each in events] for name in dict.fromkeys(key for each in events for key in each)
    }
    times = pa.array(names.pop("@timestamp"), pa.timestamp("us", "UTC"))
    table = pa.table({"@timestamp": times, **{name: pa.array(column, pa.string()) for name, column in names.items()}})
    return [firing.row for firing in Detector(rules).match(EventBatch(table))]


def with_exception(found: Wanted) -> RuleSet:
    with tried(filter_of(found)) as path:
        rules = RuleSet.load([PATH, path])
    assert rules.problems == ()
    return rules


def test_events_are_left_out_until_their_time_is_over() -> None:
    rules = with_exception(wanted())
    last = END - dt.timedelta(microseconds=1)
    assert fired(RULES, event(), event(last), event(END)) == [0, 1, 2]
    assert fired(rules, event(), event(last), event(END), event(fields={"source.ip": "203.0.113.8"})) == [2, 3]


def test_every_field_must_be_met_and_of_a_field_one_value() -> None:
    rules = with_exception(wanted(source_ip=["203.0.113.9", "203.0.113.10"], host_name=["web01"]))
    given = [
        event(fields={"source.ip": ip, "host.name": host})
        for ip in ("203.0.113.9", "203.0.113.11")
        for host in ("web01", "db")
    ]
    assert fired(rules, *given) == [1, 2, 3]


def test_modifiers() -> None:
    found = replace(wanted(), values={"source.ip|cidr": ["203.0.113.8/31"]})
    assert fired(with_exception(found), event(), event(fields={"source.ip": "203.0.113.10"})) == [1]
    found = replace(wanted(), values={"host.name|startswith": ["web"]})
    assert fired(with_exception(found), event(fields={"host.name": "web7"}), event(fields={"host.name": "db"})) == [1]


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable() and text.strip()))
@example("*")
@example("a?b")
@example(r"C:\a\*")
@example(r"\\host\share")
@example(r"a\\*b")
@example("%resolvers%")
@example("!!python/object/apply:os.system [id]")
@example("- a: b\\n---")
@example("null")
@example("1e3")
@example("'\"#&*{[")
def test_a_value_is_what_it_is(text: str) -> None:
    rules = with_exception(wanted(host_name=[text]))
    assert fired(
        rules,
        event(fields={"host.name": text}),
        event(fields={"host.name": f"{text}x"}),
        event(fields={"host.name": "b"}),
    ) == ([1, 2] if text.casefold() != "b" else [1])


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=60).filter(lambda text: text.isprintable() and text.strip()))
@example("a: b # c")
@example("*alias")
def test_texts_cannot_leave_their_place(text: str) -> None:
    made = filter_of(replace(wanted(), owner=text, reason=text))
    (read,) = yaml.safe_load_all(text_of(made))
    assert read == made


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"owner": " "}, "needs its owner"),
        ({"reason": ""}, "needs its reason"),
        ({"reason": "a\x1b[2J"}, "not printable"),
        ({"reason": "a\nfilter: x"}, "not printable"),
        ({"owner": "x" * 1_001}, "longer than 1,000"),
        ({"values": {}}, "needs a field"),
        ({"values": {"source.ip": ["a\0"]}}, "not printable"),
        ({"values": {"source.ip": [""]}}, "needs its value"),
        ({"values": {"source.ip|re": [".*"]}}, "no modifier 're'"),
        ({"values": {"source.ip|cidr": ["10.0.0.1/8"]}}, "host bits"),
        ({"values": {"nothing.of.that.name": ["a"]}}, "have no field"),
        ({"values": {"source.ip": ["a"] * 1_001}}, "more than 1,000"),
    ],
)
def test_what_is_no_exception(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        filter_of(replace(wanted(), **change))


def test_made_in_a_home_with_an_entry_in_the_audit_trail(tmp_path: Path) -> None:
    made = filter_of(wanted())
    with writing(tmp_path / "home", 64) as home:
        path = make(home, made)
        with home.store.read() as connection:
            (entry,) = audit.entries(connection)
            assert audit.broken(connection) is None
    assert (entry["action"], entry["by"], entry["subject"]) == ("rule.exception", "bert", made["id"])
    assert entry["detail"]["values"] == {"source.ip": ["203.0.113.9"]}
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert exception_roots(tmp_path / "home") == (tmp_path / "home" / FOLDER,)
    (found,) = known(tmp_path / "home")
    assert (found.owner, found.until, found.rule) == ("anna", END, RULES.rules[0].id)
    assert fired(RuleSet.load([PATH, *exception_roots(tmp_path / "home")]), event()) == []


def test_one_is_taken_out_with_an_entry_in_the_audit_trail(tmp_path: Path) -> None:
    first, second = filter_of(wanted()), filter_of(wanted(user_name=["root"]))
    with writing(tmp_path, 8) as home:
        paths = [make(home, each) for each in (first, second)]
        for text, problem in (("", "no such"), ("zz", "no such"), ("../" + paths[0].name, "no such")):
            with pytest.raises(UsageError, match=problem):
                remove(home, text, "carl")
        with pytest.raises(UsageError, match="needs its by"):
            remove(home, first["id"], " ")
        assert remove(home, first["id"][:12].upper(), "carl").values == "source.ip = 203.0.113.9"
        assert [each.id for each in known(tmp_path)] == [second["id"]]
        with pytest.raises(UsageError, match="no such"):
            remove(home, first["id"], "carl")
        with home.store.read() as connection:
            *_, entry = audit.entries(connection)
            assert audit.broken(connection) is None
    assert (entry["action"], entry["subject"], entry["by"]) == ("rule.exception_end", first["id"], "carl")
    assert entry["detail"]["values"] == "source.ip = 203.0.113.9"


def test_a_damaged_one_is_taken_out_by_the_name_of_its_file(tmp_path: Path) -> None:
    with writing(tmp_path, 8) as home:
        (tmp_path / FOLDER).mkdir()
        (tmp_path / FOLDER / "own.yml").write_text("title: [", "utf-8")
        assert remove(home, "own.yml", "carl").path.name == "own.yml"
        assert known(tmp_path) == []


def test_those_that_begin_alike_are_not_taken_for_one(tmp_path: Path) -> None:
    with writing(tmp_path, 8) as home:
        (tmp_path / FOLDER).mkdir()
        for number in range(2):
            text = yaml.safe_dump(filter_of(wanted()) | {"id": f"0a{number}"})
            (tmp_path / FOLDER / f"{number}.yml").write_text(text, "utf-8")
        with pytest.raises(UsageError, match="2 exceptions begin so"):
            remove(home, "0a", "carl")
        assert len(known(tmp_path)) == 2


def test_one_whose_end_has_come_is_not_made(tmp_path: Path) -> None:
    over = filter_of(replace(wanted(), until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)))
    with writing(tmp_path / "home", 64) as home, pytest.raises(UsageError, match="in the past"):
        make(home, over)
    assert exception_roots(tmp_path / "home") == ()
    assert exception_roots(None) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [", "not YAML"),
        ("a: b", "no Sigma filter"),
        ("filter: [1]", "no Sigma filter"),
        ("x: " + "y" * (1 << 20), "larger than 1 MiB"),
        ("a: &a [*a]", "holds itself"),
    ],
)
def test_a_damaged_exception_is_listed_as_such(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "a.yml").write_text(text, "utf-8")
    (found,) = known(tmp_path)
    assert problem in found.problem


@pytest.mark.parametrize("expires", ["soon", "[1]", "12", "2027-03-01", "2027-03-01T00:00:00+01:00", "null"])
def test_an_end_that_somebody_wrote(tmp_path: Path, expires: str) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "a.yml").write_text(f"filter: {{rules: x}}\nexpires: {expires}\n", "utf-8")
    (found,) = known(tmp_path)
    assert (found.until is not None) is expires.startswith("2027")
    assert not found.problem
