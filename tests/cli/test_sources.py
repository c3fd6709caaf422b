"""`sources test` and `parsers new` as a user runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

LINES = (
    "Nov 25 07:50:41 watch01 sshd[71]: Failed password for root from 192.0.2.1 port 22 ssh2\n"
    "Nov 25 07:50:43 watch01 frobd[9]: user bob moved 12 boxes\n"
    'gibberish \x1b]0;owned\x07 \u202e 77 [bold red]"\n'
    '192.0.2.1 - - [25/Nov/2026:07:51:43 +0000] "GET / HTTP/1.1" 2O0 6 "-" "curl/8"\n'
)
FROB = (
    "2026-11-25 10:00:00 frob: user bob from 192.0.2.1 [\x1b[x]\n"
    "2026-11-25 10:00:01 frob: user al from 192.0.2.22 [\x1b[x]\n"
)


def watchfloor(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from watchfloor.cli.main import main; main()", *arguments]
    return subprocess.run(
        program, input=stdin, capture_output=True, text=True, check=False, env={"PATH": "", "COLUMNS": "120"}
    )


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "a.log"
    path.write_text(LINES, "utf-8")
    return str(path)


def test_what_is_not_known_is_shown_and_nothing_hostile(log: str) -> None:
    done = watchfloor("sources", "test", log, "--now", "2026-11-26T00:00:00Z")
    assert done.returncode == 1, done.stderr
    assert "4 records, 50.0 % parsed" in done.stdout
    assert "user bob moved <number> boxes" in done.stdout
    assert "2026-11-25 07:50:41" in done.stdout
    assert "nearest: web.apache_access pattern" in done.stdout
    assert "(http.response.status_code)" in done.stdout
    assert "[bold red]" in done.stdout
    assert not {"\x1b", "\x07", "\u202e"} & set(done.stdout + done.stderr)


def test_json_has_a_document_for_each_thing(log: str) -> None:
    done = watchfloor("sources", "test", log, "--json", "--limit", "2")
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    kinds = [each["kind"] for each in documents]
    assert kinds == ["dataset", "dataset", "failure", "shape", "shape", "summary"]
    assert documents[-1] == {"kind": "summary", "records": 4, "failed": 2, "further_shapes": 1, "other": 0}


@pytest.mark.parametrize(("stdin", "code"), [("", 0), (LINES.splitlines()[0], 0), ("gibberish", 1)])
def test_standard_input_and_exit_codes(stdin: str, code: int) -> None:
    done = watchfloor("sources", "test", "-", stdin=stdin)
    assert done.returncode == code, done.stderr


@pytest.mark.parametrize("arguments", [["sources", "test", "/nonexistent"], ["parsers", "new", "/nonexistent"]])
def test_a_file_that_is_not_there(arguments: list[str]) -> None:
    done = watchfloor(*arguments)
    assert done.returncode == 2
    assert "/nonexistent" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_suggested_parser_is_printed_and_its_trial_told(tmp_path: Path) -> None:
    path = tmp_path / "frob.log"
    path.write_text(FROB, "utf-8")
    done = watchfloor("parsers", "new", str(path), "--name", "own.frob")
    assert done.returncode == 0, done.stderr
    compile(done.stdout, "frob.py", "exec")
    assert "(?P<source.address>" in done.stdout
    assert "own.frob: a LineParser that takes 2 of 2 samples, 100 %" in done.stderr
    assert "user.name 100 %" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_a_suggested_parser_is_written_once(tmp_path: Path) -> None:
    for folder in ("src/watchfloor/parsers", "tests/golden/parsers"):
        (tmp_path / folder).mkdir(parents=True)
    arguments = ["parsers", "new", "-", "--name", "own.frob", "--into", str(tmp_path)]
    done = watchfloor(*arguments, "--json", stdin=FROB)
    told = json.loads(done.stdout)
    assert (told["kind"], told["taken"], told["samples"], done.returncode) == ("LineParser", 2, 2, 0)
    assert [Path(each).is_file() for each in told["written"]] == [True] * 4
    again = watchfloor(*arguments, stdin=FROB)
    assert again.returncode == 2
    assert "is there already" in again.stderr
