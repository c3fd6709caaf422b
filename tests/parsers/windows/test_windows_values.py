"""Single values: what Windows writes, what becomes of it."""

import datetime as dt
from typing import Any

import pytest

from watchfloor.parsers.windows import _codes, _values
from watchfloor.parsers.windows._convert import ecs
from watchfloor.parsers.windows._pieces import Pieces
from watchfloor.parsers.windows._times import local_times, utc_times


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", "a"),
        ("", None),
        (None, None),
        (7, "7"),
        (2**64 - 1, "18446744073709551615"),
        (True, "true"),
        (False, "false"),
        (1.5, "1.5"),
        ({"a": [1]}, '{"a":[1]}'),
        ([], None),
    ],
)
def test_text(value: Any, expected: str | None) -> None:
    assert _values.text(value) == expected
    assert list(_values.texts([value, value])) == [expected, expected]


def test_texts_keeps_numbers_and_booleans_apart() -> None:
    assert list(_values.texts([1, True, 0, False, "x", ""])) == ["1", "true", "0", "false", "x", None]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0x1f4", 500),
        ("0X1F4", 500),
        ("500", 500),
        (500, 500),
        ("", None),
        ("-", None),
        ("0xffffffffffffffff", None),
        (True, None),
        ("9" * 5000, None),
    ],
)
def test_long(value: Any, expected: int | None) -> None:
    assert _values.long(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("192.0.2.1", ("192.0.2.1", None, None)),
        ("::ffff:192.0.2.1", ("192.0.2.1", None, None)),
        ("0:0:0:0:0:0:0:1", ("::1", None, None)),
        ("fe80::1%12", ("fe80::1", None, None)),
        ("192.0.2.1:3389", ("192.0.2.1", None, 3389)),
        ("[2001:db8::1]:3389", ("2001:db8::1", None, 3389)),
        ("LOCAL", (None, None, None)),
        ("\\\\AW-WS99", (None, "AW-WS99", None)),
        ("host:port", (None, None, None)),
    ],
)
def test_endpoint(value: str, expected: tuple[str | None, str | None, int | None]) -> None:
    assert _values.endpoint(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ALPENWERK\\m.huber", ("m.huber", "ALPENWERK")),
        ("m.huber", ("m.huber", None)),
        ("m.huber@alpenwerk.example", ("m.huber", "alpenwerk.example")),
        ("@x", ("@x", None)),
        ("ALPENWERK\\", (None, "ALPENWERK")),
        ("CN=Huber\\, M,OU=Staff,DC=alpenwerk", ("Huber, M", None)),
    ],
)
def test_account(value: str, expected: tuple[str | None, str | None]) -> None:
    assert _values.account(value) == expected


@pytest.mark.parametrize(
    ("value", "path", "hive", "key", "name"),
    [
        ("HKLM\\A\\B\\C", "HKLM\\A\\B\\C", "HKLM", "A\\B", "C"),
        ("\\REGISTRY\\MACHINE\\A\\C", "HKLM\\A\\C", "HKLM", "A", "C"),
        ("\\Registry\\User\\S-1-5-18\\A", "HKU\\S-1-5-18\\A", "HKU", "S-1-5-18", "A"),
        ("HKEY_USERS\\S-1-5-18\\A\\(Default)", "HKU\\S-1-5-18\\A\\(Default)", "HKU", "S-1-5-18\\A", "(Default)"),
        ("\\REGISTRY\\WC\\x", "\\REGISTRY\\WC\\x", None, "\\REGISTRY\\WC", "x"),
    ],
)
def test_registry(value: str, path: str, hive: str | None, key: str, name: str) -> None:
    columns = ecs("registry.with_value", [value, None])
    expected = {"registry.path": path, "registry.hive": hive, "registry.key": key, "registry.value": name}
    assert {column: values[0] for column, values in columns.items()} == expected
    assert all(values[1] is None for values in columns.values())


def test_hashes() -> None:
    digest = "0cc175b9c0f1b6a831c399e269772661"
    assert _values.hashes(f"MD5={digest.upper()},IMPHASH={'0' * 32}") == {"hash.md5": digest}
    assert _values.hashes(digest) == {"hash.md5": digest}
    assert _values.hashes("=,,=x") == {}


def test_file_of_a_quarantined_archive_member() -> None:
    columns = ecs("file.path", ["containerfile:_C:\\a.zip; file:_C:\\a.zip->x.exe", "C:\\Windows\\NTDS", "/tmp/x.SH"])
    assert list(columns["file.path"]) == ["C:\\a.zip", "C:\\Windows\\NTDS", "/tmp/x.SH"]
    assert list(columns["file.name"]) == ["a.zip", "NTDS", "x.SH"]
    assert list(columns["file.directory"]) == ["C:", "C:\\Windows", "/tmp"]
    assert list(columns["file.extension"]) == ["zip", None, "sh"]


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("C:\\Windows\\Temp\\svc.exe -k run", "C:\\Windows\\Temp\\svc.exe"),
        ('"C:\\Program Files\\A\\a.exe" --x b.exe', "C:\\Program Files\\A\\a.exe"),
        ("C:\\Program Files\\A\\a.EXE", "C:\\Program Files\\A\\a.EXE"),
        ("\\SystemRoot\\System32\\drivers\\x.sys", "\\SystemRoot\\System32\\drivers\\x.sys"),
        ("%COMSPEC% /c echo x", "%COMSPEC% /c echo x"),
    ],
)
def test_program_of_a_service(command: str, path: str) -> None:
    assert list(ecs("service.image", [command])["file.path"]) == [path]


def test_failure_is_told_in_words() -> None:
    columns = ecs("failure.nt", ["0xC000006A", "-1073741718", "0x0", None, "0xc0ffee00"])
    assert list(columns["error.code"]) == ["0xc000006a", "0xc000006a", None, None, "0xc0ffee00"]
    assert list(columns["event.reason"]) == ["wrong password", "wrong password", None, None, None]


@pytest.mark.parametrize(("value", "expected"), [("10", "RemoteInteractive"), ("3", "Network"), ("99", None)])
def test_logon_type(value: str, expected: str | None) -> None:
    assert _codes.logon_type(value) == expected


def test_times() -> None:
    second = dt.datetime(2031, 3, 4, 7, 12, 45, tzinfo=dt.UTC)
    cases = {
        "2031-03-04T07:12:45Z": second,
        "2031-03-04T07:12:45.1234567Z": second.replace(microsecond=123456),
        "2031-03-04 09:12:45.5+02:00": second.replace(microsecond=500000),
        1930374765000: second,
        "135748483650000000": second,
        "1601-01-01T00:00:00.000Z": dt.datetime(1601, 1, 1, tzinfo=dt.UTC),
        "2031-03-04 07:12:45": None,
        "soon": None,
        10**30: None,
        None: None,
    }
    assert utc_times(list(cases)).to_list() == list(cases.values())


def test_local_times() -> None:
    times = local_times(["2031-03-04 07:12:45", "2031-03-04T07:12:45.1234567", "soon", None]).to_list()
    second = dt.datetime(2031, 3, 4, 7, 12, 45)  # noqa: DTZ001 a time without zone is what is meant
    assert times == [second, second.replace(microsecond=123456), None, None]


def test_pieces_put_values_back_in_their_rows() -> None:
    pieces = Pieces([[0, 3], [1], [2, 4]])
    pieces.put("user.name", 0, ["a", "d"])
    pieces.put("user.name", 2, ["c", None])
    pieces.put_one("event.category", 1, ["process"])
    pieces.put_one("process.pid", 2, 4)
    columns = {column.name: column.to_list() for column in pieces.columns()}
    assert columns == {
        "user.name": ["a", None, "c", "d", None],
        "event.category": [None, ["process"], None, None, None],
        "process.pid": [None, None, 4, None, 4],
    }
