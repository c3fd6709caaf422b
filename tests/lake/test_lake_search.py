"""Search against a slow and obvious reference: each query is generated together with the predicate that it means."""

from __future__ import annotations

import datetime as dt
import fnmatch
import ipaddress
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.core.errors import QueryError
from watchfloor.lake.search import search

Event = dict[str, Any]
_START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
_USERS = ["root", "Root", "Élodie", "alice", "al_ce", "50%", 'a"b', "a\\b", "x y", "", "*", "AND"]
_ADDRESSES = [
    "10.0.0.1",
    "10.0.1.1",
    "10.200.0.1",
    "192.0.2.255",
    "100.0.0.1",
    "fe80::1",
    "2001:db8::",
    "::ffff:1.2.3.4",
]
_LINES = ["cmd.exe /c whoami", "C:\\Windows\\cmd.exe", "50% off_", "GET /a?b=*", "ünïcode ÜBER", '{"p":"C:\\\\a\\"b"}']
_CODES = ["4624", "4625", "0x10", "error", "Error", "-5", "7.5"]
_NETWORKS = [
    "10.0.0.0/8",
    "10.0.0.0/23",
    "10.0.0.1/32",
    "0.0.0.0/0",
    "192.0.2.128/25",
    "fe80::/10",
    "2001:db8::/127",
    "::/0",
]


def _event(source: random.Random, number: int) -> Event:
    event: Event = {
        "@timestamp": _START + dt.timedelta(hours=source.randrange(100), microseconds=source.randrange(3)),
        "event.id": f"e{number:04}",
        "event.original": source.choice(_LINES),
    }
    optional = {
        "user.name": source.choice(_USERS),
        "process.command_line": source.choice(_LINES),
        "source.ip": source.choice(_ADDRESSES),
        "related.ip": source.sample(_ADDRESSES, 2),
        "http.response.status_code": source.choice([200, 404, 500, -1]),
        "event.code": source.choice(_CODES),
        "event.category": source.sample(["web", "Network", "file"], 2),
        "file.hash.md5": source.choice(["0123456789abcdef" * 2, "0123456789ABCDEF" * 2]),
        "winlog.event_data.User": source.choice(_USERS),
    }
    event |= {name: value for name, value in optional.items() if source.random() < 0.7}
    rest = {"v.text": source.choice(_USERS), "v.list": source.sample(_CODES, 2), "v.number": source.choice([5, 7.5])}
    kept = {name: value for name, value in rest.items() if source.random() < 0.5}
    return event | ({"watchfloor.rest": orjson.dumps(kept).decode()} if kept else {})


@dataclass(frozen=True)
class Filled:
    home: Any
    events: list[Event]


@pytest.fixture(scope="module")
def filled(new_home: Callable[[], Any]) -> Filled:
    home = new_home()
    source = random.Random(5)
    rows = [_event(source, number) for number in range(240)]
    for start in range(0, len(rows), 30):
        home.commit(rows[start : start + 30])
        if start in (60, 120):
            home.lake.compact()
    flat = [{**row, **orjson.loads(row.get("watchfloor.rest", "{}"))} for row in rows]
    return Filled(home, sorted(flat, key=lambda event: (event["@timestamp"], event["event.id"]), reverse=True))


# --- the reference ---------------------------------------------------------------------------------------------------

Predicate = Callable[[Event], bool]


def _any(field: str, test: Callable[[Any], bool]) -> Predicate:
    def predicate(event: Event) -> bool:
        value = event.get(field)
        if value is None:
            return False
        return any(test(each) for each in (value if isinstance(value, list) else [value]))

    return predicate


def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(pattern.lower().replace("[", "[[]")))


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


# --- queries with their meaning --------------------------------------------------------------------------------------

Meaning = tuple[str, Predicate]


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _bare(value: str) -> str:
    """The value without quotes, all that is special escaped."""
    escaped = re.sub(r'([-+&|!(){}\[\]^"~*?:\\/\s<>=])', r"\\\1", value)
    return _quoted(value) if not value or value in {"AND", "OR", "NOT", "TO"} else escaped


_written = st.sampled_from([_quoted, _bare])
_keywords = st.sampled_from(["user.name", "event.code", "event.category", "winlog.event_data.User", "v.text", "v.list"])
_values = st.sampled_from([*_USERS, *_CODES, "web", "NETWORK", "ROOT", "éLODIE"]) | st.text("aré%_\\*", max_size=3)


@st.composite
def _keyword(draw: st.DrawFn) -> Meaning:
    field, value, written = draw(_keywords), draw(_values), draw(_written)
    return f"{field}:{written(value)}", _any(field, lambda each: each.lower() == value.lower())


@st.composite
def _wildcard(draw: st.DrawFn) -> Meaning:
    field = draw(_keywords)
    pattern = draw(
        st.sampled_from(["r*", "*e", "*o*", "r??t", "al?ce", "*%", "4*5", "?"])
        | st.text("ro*?", min_size=2, max_size=4)
    )
    if pattern.strip("*") == "":
        return f"{field}:*", _any(field, lambda _: True)
    return f"{field}:{pattern}", _any(field, lambda each: _pattern(pattern).match(each.lower()) is not None)


@st.composite
def _text(draw: st.DrawFn) -> Meaning:
    line = draw(st.sampled_from(_LINES))
    start = draw(st.integers(0, len(line) - 1))
    part = draw(st.sampled_from([str, str.upper, str.lower]))(line[start : start + draw(st.integers(1, 9))])  # type: ignore[operator]  # a choice of callables
    written = draw(_written)
    if draw(st.booleans()):
        return f"process.command_line:{written(part)}", _any(
            "process.command_line", lambda x: part.lower() in x.lower()
        )
    forms = {part.lower(), orjson.dumps(part).decode()[1:-1].lower()}
    return written(part), lambda event: any(form in event["event.original"].lower() for form in forms)


@st.composite
def _address(draw: st.DrawFn) -> Meaning:
    field = draw(st.sampled_from(["source.ip", "related.ip"]))
    text = draw(st.sampled_from([*_ADDRESSES, *_NETWORKS]))
    network = ipaddress.ip_network(text)
    return f"{field}:{draw(_written)(text)}", _any(field, lambda each: ipaddress.ip_address(each) in network)


@st.composite
def _range(draw: st.DrawFn) -> Meaning:
    field = draw(st.sampled_from(["http.response.status_code", "event.code", "v.number", "v.list"]))
    low, high = (
        draw(st.sampled_from(["-5", "0", "200", "4625", "*"])),
        draw(st.sampled_from(["7.5", "404", "5000", "*"])),
    )
    opening, closing = draw(st.sampled_from("[{")), draw(st.sampled_from("]}"))

    def inside(each: Any) -> bool:
        if low == high == "*":
            return True
        number = _number(each)
        if number is None:
            return False
        above = low == "*" or number > float(low) or (opening == "[" and number == float(low))
        return above and (high == "*" or number < float(high) or (closing == "]" and number == float(high)))

    return f"{field}:{opening}{low} TO {high}{closing}", _any(field, inside)


@st.composite
def _compared(draw: st.DrawFn) -> Meaning:
    operator = draw(st.sampled_from([">", ">=", "<", "<="]))
    tests = {">": lambda a, b: a > b, ">=": lambda a, b: a >= b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b}
    test = tests[operator]
    if draw(st.booleans()):
        word = draw(st.sampled_from(["alice", "Root", "x"]))
        return f"user.name:{operator}{word}", _any("user.name", lambda each: test(each.lower(), word.lower()))  # type: ignore[no-untyped-call]  # a choice of callables
    day = _START + dt.timedelta(days=draw(st.integers(-1, 5)))
    bound = day + dt.timedelta(days=1) if operator in {">", "<="} else day
    exact = {">": tests[">="], "<=": tests["<"]}.get(operator, test)
    return f"@timestamp:{operator}{day:%Y-%m-%d}", _any("@timestamp", lambda each: exact(each, bound))  # type: ignore[no-untyped-call]  # a choice of callables


@st.composite
def _other(draw: st.DrawFn) -> Meaning:
    hour = _START + dt.timedelta(hours=draw(st.integers(0, 99)))
    second, day = dt.timedelta(seconds=1), dt.timedelta(days=1)
    return draw(  # type: ignore[no-any-return]  # a choice of callables
        st.sampled_from(
            [
                ("http.response.status_code:404", _any("http.response.status_code", lambda each: each == 404)),
                ("http.response.status_code:-1", _any("http.response.status_code", lambda each: each == -1)),
                ("http.response.status_code:4*", _any("http.response.status_code", lambda each: str(each)[0] == "4")),
                ("v.number:7.5", _any("v.number", lambda each: each == 7.5)),
                (f"file.hash.md5:{'0123456789ABCDEF' * 2}", _any("file.hash.md5", lambda _: True)),
                (f"@timestamp:{hour:%Y-%m-%dT%H:%M:%S}", _any("@timestamp", lambda x: hour <= x < hour + second)),
                (f"@timestamp:{_START:%Y-%m-%d}", _any("@timestamp", lambda x: _START <= x < _START + day)),
                (
                    f"@timestamp:{hour.isoformat()}.000001Z".replace("+00:00", ""),
                    _any("@timestamp", lambda x: x == hour.replace(microsecond=1)),
                ),
                ("source.ip:[10.0.0.1 TO 10.0.255.255]", _any("source.ip", lambda x: x in {"10.0.0.1", "10.0.1.1"})),
                ("no.such.field:x", lambda _: False),
            ]
        )
    )


def _combined(parts: st.SearchStrategy[Meaning]) -> st.SearchStrategy[Meaning]:
    def every(pair: tuple[Meaning, Meaning]) -> Meaning:
        (one, p), (two, q) = pair
        return f"({one} AND {two})", lambda event: p(event) and q(event)

    def implied(pair: tuple[Meaning, Meaning]) -> Meaning:
        (one, p), (two, q) = pair
        return f"({one} {two})", lambda event: p(event) and q(event)

    def either(pair: tuple[Meaning, Meaning]) -> Meaning:
        (one, p), (two, q) = pair
        return f"({one} OR {two})", lambda event: p(event) or q(event)

    def negated(part: Meaning) -> Meaning:
        return f"NOT {part[0]}", lambda event: not part[1](event)

    pairs = st.tuples(parts, parts)
    return pairs.map(every) | pairs.map(implied) | pairs.map(either) | parts.map(negated)


_terms = st.one_of(_keyword(), _wildcard(), _text(), _address(), _range(), _compared(), _other())
_queries = st.recursive(_terms, _combined, max_leaves=5)


@settings(max_examples=120, deadline=None)
@given(query=_queries, limit=st.sampled_from([1, 3, 20, 1000]))
def test_search_finds_what_the_query_means(filled: Filled, query: Meaning, limit: int) -> None:
    text, meaning = query
    expected = [event["event.id"] for event in filled.events if meaning(event)][:limit]
    assert [event["event.id"] for event in search(filled.home.lake, text, limit=limit).events] == expected


@settings(max_examples=25, deadline=None)
@given(bounds=st.tuples(*[st.none() | st.integers(-2, 102)] * 2), limit=st.sampled_from([1, 7, 1000]))
def test_window_of_time(filled: Filled, bounds: tuple[int | None, int | None], limit: int) -> None:
    since, until = (None if hours is None else _START + dt.timedelta(hours=hours) for hours in bounds)
    inside = [
        event["event.id"]
        for event in filled.events
        if (since is None or event["@timestamp"] >= since) and (until is None or event["@timestamp"] < until)
    ]
    found = search(filled.home.lake, "*", since=since, until=until, limit=limit).events
    assert [event["event.id"] for event in found] == inside[:limit]


def test_found_events_are_whole(filled: Filled) -> None:
    found = search(filled.home.lake, "*", limit=1000).events
    for event, expected in zip(found, filled.events, strict=True):
        wanted = {name: value for name, value in expected.items() if name != "watchfloor.rest"}
        assert {**event, "event.ingested": None} == {**wanted, "event.ingested": None}


def test_more_files_than_one_reading_takes(home: Any) -> None:
    for number in range(12):
        home.commit([{"user.name": f"u{number}"}, {"user.name": "all"}])
    ids = [event["event.id"] for event in search(home.lake, "user.name:all", limit=100).events]
    assert ids == [f"s{number:03}:1" for number in reversed(range(12))]
    assert [event["event.id"] for event in search(home.lake, "user.name:u0").events] == ["s000:0"]
    assert len(search(home.lake, "user.name:all", limit=5).events) == 5


def test_many_events_at_one_moment(home: Any) -> None:
    for _ in range(3):
        home.commit([{"@timestamp": _START}] * 50)
    found = [event["event.id"] for event in search(home.lake, "*", limit=60).events]
    assert found == sorted((f"s{batch:03}:{at}" for batch in range(3) for at in range(50)), reverse=True)[:60]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("http.response.status_code:abc", "'abc' is no long \\(position 26\\)"),
        ("http.response.status_code:[a TO 5]", "is a long"),
        ("@timestamp:yesterday", "'yesterday' is no time"),
        ("@timestamp:[x TO now]", "'x' is no time"),
        ("source.ip:nowhere", "'nowhere' is no address or network"),
        ("source.ip:[1 TO 2]", "'1' is no address"),
        ("a OR", "cannot be read"),
        ("user.name:\udcff", "no text at position 10"),
        ("\udcff", "no text at position 0"),
        ("@timestamp:>9999-12-31T23:59:59-12:00", "is no time"),
        ("@timestamp:<0001-01-01T00:00:00+12:00", "is no time"),
    ],
)
def test_values_that_do_not_fit_are_errors_with_their_place(filled: Filled, query: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        search(filled.home.lake, query)


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("usr.name:root", "no field is called usr.name; did you mean user.name"),
        ("User.Name:root", "no field is called User.Name; did you mean user.name?"),
        ("xyzzy:1", "no field is called xyzzy; only events that carry it"),
        ("a or b", "'or' at position 2 is taken as a word"),
    ],
)
def test_notes(filled: Filled, query: str, note: str) -> None:
    assert any(each.startswith(note) for each in search(filled.home.lake, query).notes)


@pytest.mark.parametrize(
    "query",
    [
        'user.name:"\'; DROP TABLE events; --"',
        'a"b.c:x',
        "a'b.c:x",
        "a/b~c.d:x",
        'Odd\\ "name:x',
        "x" * 20_000,
        "x " * 9_000,
        "user.name:x " * 300,
        "(" * 50 + "x" + ")" * 50,
        "user.name:" + "*?" * 500,
        " OR ".join(f"user.name:u{at}" for at in range(300)),
        "\x00",
        "http.response.status_code:99999999999999999999999",
        "@timestamp:9999-12-31",
        "@timestamp:>0001-01-01",
        "log.line:>1e5",
    ],
)
def test_hostile_queries_end(filled: Filled, query: str) -> None:
    try:
        search(filled.home.lake, query)
    except QueryError as error:
        assert error.place  # noqa: PT017 a query may also be fine


def test_empty_lake(home: Any) -> None:
    assert search(home.lake, "user.name:root AND source.ip:10.0.0.0/8").events == []


def test_numbers_beyond_any_integer_match_nothing(filled: Filled) -> None:
    assert search(filled.home.lake, "log.line:" + "9" * 5_000).events == []


@pytest.mark.parametrize("limit", [0, -1])
def test_no_events_wanted(filled: Filled, limit: int) -> None:
    assert search(filled.home.lake, "*", limit=limit).events == []
