"""Suggested parsers: they load, are laid out as the formatter wants, and take the samples that they were made of."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.app.suggest.files import write
from watchfloor.app.suggest.samples import Samples, samples
from watchfloor.app.suggest.suggestion import Suggestion, default_name, suggest
from watchfloor.app.suggest.trial import REFERENCE, UNSTABLE, loaded
from watchfloor.core.catalog import plugins
from watchfloor.core.errors import UsageError
from watchfloor.parsers.plugin import LineParser, MessageParser
from watchfloor.parsers.trial import installed
from watchfloor.schema.fields import declared

TESTS = Path(__file__).parents[2]
APP = [
    "2026-11-25 10:00:00,123 INFO [main] Login of user bob from 192.0.2.1:4411 ok",
    "2026-11-25 10:00:01,123 INFO [main] Login of user alice from 192.0.2.2:4412 ok",
    "2026-11-25 10:00:02,123 WARN [w-2] Login of user alice from 192.0.2.2:4413 failed: bad password",
    "2026-11-25 10:00:03,123 WARN [w-3] Login of user carl from 2001:db8::7 failed: bad password",
    "2026-11-25 10:00:04,123 ERROR [w-3] disk /dev/sda1 full at  99%",
    '2026-11-25 10:00:05,123 DEBUG [w-3] "it\'s" \\ (odd) [text é+?',
]
FROBD = [
    "Nov 25 07:50:43 watch01 frobd[71]: user bob moved 12 boxes to 192.0.2.9",
    "Nov 25 07:50:44 watch01 frobd[71]: user alice moved 13 boxes to 192.0.2.9",
    "Nov 25 07:50:44 watch01 frobd[71]: client 192.0.2.77 port 712 rejected: token 'abc'",
    "Nov 25 07:50:45 watch01 frobd[71]: started",
]
ACCESS = [
    '1764057600.123 frob 192.0.2.1 - [x] "GET /a?b HTTP/1.1" 200 12 "http://example.org/" "Mozilla/5.0 (X11; it\'s)"',
    '1764057601.123 frob 192.0.2.1 - [x] "GET /a HTTP/1.1" 404 12 "-" "Mozilla/5.0"',
]
OBJECTS = [
    '{"type":"frobber","ts":"2026-11-25T10:00:00Z","client":{"ip":"192.0.2.1"},"userName":"bob","it\'s \\"x\\"":1}',
    '{"type":"frobber","ts":"2026-11-25T10:00:01Z","client":{"ip":"192.0.2.1"},"userName":"al","it\'s \\"x\\"":1}',
]
PAIRS = [
    'frob=1 date="2026-11-25 10:00:00" src=192.0.2.1 spt=12 dst=192.0.2.2 user="bob b" act=drop',
    'frob=1 date="2026-11-25 10:00:01" src=192.0.2.1 spt=13 dst=192.0.2.2 user="bob b" act=drop',
]
TABLE = ['2026-11-25 10:00:00,192.0.2.1,"a,b",192.0.2.2,drop', "2026-11-25 10:00:00,192.0.2.1,x,192.0.2.2,drop"]
HEADER = "time,srcip,weird name,dstip,action"
FORMATS = {
    "LineParser": (APP, "", {"user.name", "source.ip", "source.port", "log.level"}),
    "MessageParser": (FROBD, "", {"user.name", "source.ip", "source.port", "destination.ip", "process.name"}),
    "JsonParser": (OBJECTS, "", {"user.name", "source.ip"}),
    "FieldsParser": (PAIRS, "", {"user.name", "source.ip", "source.port", "destination.ip", "event.action"}),
    "FieldsParser of a table": (TABLE, HEADER, {"source.ip", "destination.ip", "event.action"}),
    "LineParser of requests": (
        ACCESS,
        "",
        {"source.ip", "http.request.method", "url.original", "http.response.status_code", "user_agent.original"},
    ),
}


def suggested(texts: list[str], header: str = "") -> Suggestion:
    return suggest("own.frob", Samples(texts, header, []))


def golden_tests() -> ModuleType:
    spec = importlib.util.spec_from_file_location("golden_tests", TESTS / "parsers" / "test_golden.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ruff(code: str) -> str:
    program = [sys.executable, "-m", "ruff", "format", "--line-length", "120", "--diff", "-"]
    return subprocess.run(program, input=code, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(("kind", "given"), FORMATS.items(), ids=list(FORMATS))
def test_a_suggested_parser_takes_its_samples(kind: str, given: tuple[list[str], str, set[str]]) -> None:
    texts, header, fields = given
    found = suggested(texts, header)
    assert found.kind == kind.split(maxsplit=1)[0]
    assert (found.trial.taken, found.trial.timed, found.trial.samples) == (len(texts), len(texts), len(texts))
    assert not found.trial.others
    assert fields <= set(found.trial.fields)
    assert ruff(found.text) == ""
    assert "own.frob" not in plugins("watchfloor.parsers", "PARSER")


@pytest.mark.parametrize("name", ["LineParser", "MessageParser", "LineParser of requests"])
def test_suggested_patterns_hold_what_is_asked_of_every_parser(name: str) -> None:
    texts, header, _ = FORMATS[name]
    parser = loaded("own.frob", suggested(texts, header).text)
    assert isinstance(parser, LineParser | MessageParser)
    assert parser.reference.startswith("https://")
    for pattern in parser.patterns:
        assert pattern.regex.startswith("^")
        groups = {part.split(">", 1)[0] for part in pattern.regex.split("(?P<")[1:]}
        assert all(group.startswith("_") or group in declared() for group in groups)


def test_a_time_without_year_and_an_envelope_of_its_own() -> None:
    found = suggested(["Nov 25 07:50:43 <frob> bob is in", "Nov 25 07:50:44 <frob> alice is in"])
    assert (found.kind, found.trial.taken, found.trial.timed) == ("LineParser", 2, 2)
    assert "(?P<_yearless>" in found.text


@pytest.mark.parametrize("line", ["x: session opened for user bob by root", "x: good key for bob from 192.0.2.1"])
def test_a_user_whom_all_samples_name_is_no_text_of_the_pattern(line: str) -> None:
    found = suggested([line, line])
    assert "bob" not in found.text
    assert found.trial.fields["user.name"] == 2


def test_files_for_a_checkout(tmp_path: Path) -> None:
    for folder in ("src/watchfloor/parsers", "tests/golden/parsers"):
        (tmp_path / folder).mkdir(parents=True)
    found = suggested(TABLE, HEADER)
    paths = [path.relative_to(tmp_path).as_posix() for path in write(found, tmp_path)]
    assert paths == [
        "src/watchfloor/parsers/own/frob.py",
        "tests/golden/parsers/own.frob/samples.csv",
        "tests/golden/parsers/own.frob/samples.expected.jsonl",
        "src/watchfloor/parsers/own/__init__.py",
    ]
    assert (tmp_path / paths[1]).read_text("utf-8").split("\n")[:-1] == [HEADER, *TABLE]
    expected = [orjson.loads(line) for line in (tmp_path / paths[2]).read_bytes().splitlines()]
    assert [event["source.ip"] for event in expected] == ["192.0.2.1"] * 2
    assert not UNSTABLE & set(expected[0])
    with pytest.raises(UsageError, match="already"):
        write(found, tmp_path)
    with pytest.raises(UsageError, match="checkout"):
        write(found, tmp_path / "src")


@pytest.mark.parametrize("given", FORMATS.values(), ids=FORMATS)
def test_golden_tests_take_what_is_written(tmp_path: Path, given: tuple[list[str], str, set[str]]) -> None:
    for folder in ("src/watchfloor/parsers", "tests/golden/parsers"):
        (tmp_path / folder).mkdir(parents=True)
    found = suggested(*given[:2])
    sample = next(path for path in write(found, tmp_path) if path.suffix in {".log", ".csv"})
    golden = golden_tests()
    golden.GOLDEN = tmp_path / "tests/golden/parsers"  # type: ignore[attr-defined]
    with installed(found.name, loaded(found.name, found.text)):
        golden.test_sample_gives_what_is_expected(sample, update_golden=False)
        golden.test_sample_gets_its_own_parser(sample)


def test_golden_tests_resolve_dates_against_the_same_moment() -> None:
    golden = golden_tests()
    assert (golden.REFERENCE, golden.UNSTABLE) == (REFERENCE, UNSTABLE)


@pytest.mark.parametrize(
    "name", ["frob", "own.frob.x", "own.class", "Own.frob", "own._x", "linux.sshd", "own.x/../y", ""]
)
def test_wrong_names(name: str) -> None:
    with pytest.raises(UsageError):
        suggest(name, Samples(APP, "", []))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/var/log/frob.log.1", "custom.frob"),
        ("-", "custom.log"),
        ("class.log", "custom.log_class"),
        ("7é.x", "custom.log_7"),
    ],
)
def test_names_by_path(path: str, name: str) -> None:
    assert default_name(path) == name


def test_no_samples(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("\n\n", "utf-8")
    with pytest.raises(UsageError, match="no sample"):
        samples(str(tmp_path / "a.log"), None, 100)


PIECES = st.sampled_from(
    ["Nov 25 07:50:41 ", "2026-11-25T07:50:41Z ", "h p[7]: ", "192.0.2.1", ":80 ", ' "', "'", '"""', "\\", "{", "}",
     "\ue000", "\x1b[31m", "\u2028", "a=", "(?P<x>", "user ", "bob ", '"GET / HTTP/1.1" ', "200 ", "\x00", "x" * 200,
     "INFO ", "é"]
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(PIECES, min_size=1, max_size=8).map("".join), min_size=1, max_size=6))
def test_hostile_samples_give_a_parser_that_loads(texts: list[str]) -> None:
    found = suggested([text for text in texts if text.strip()] or ["x"])
    assert found.text.isascii()
    assert all(line.isprintable() for line in found.text.split("\n"))
    assert max(map(len, found.text.split("\n"))) <= 120
    compile(found.text, "x", "exec")


def test_hostile_samples_are_laid_out_too() -> None:
    texts = [
        *APP,
        *(f'"{quote}\\{quote}\'" {"x" * size} (?P<a>{quote}\x1b' for size in (1, 90, 200) for quote in "\"'`é"),
    ]
    assert ruff(suggested(texts).text) == ""
