"""Native audit blocks whose visitors mean to deceive: what counts as a section, and what stays text."""

import pytest

from watchfloor.parsers.web.modsecurity_native import PARSER

AUDIT = "[29/Nov/2026:08:37:40.927381 +0000] awvkVF1tjoOd88Pi 203.0.113.9 57834 192.0.2.1 80"
REQUEST = "POST /form HTTP/1.1\nHost: shop.example.com\n"
TRAILER = 'Message: Warning. Found it. [id "7"]\nAction: Intercepted (phase 2)\n'


def block(body: str, boundary: str = "6c96b627", between: str = "\n") -> str:
    parts = {"A": AUDIT, "B": REQUEST, "C": body, "F": "HTTP/1.1 403 Forbidden\n", "H": TRAILER, "Z": ""}
    return between.join(f"--{boundary}-{letter}--{between}{text}" for letter, text in parts.items())


def read(record: str) -> dict[str, object]:
    [found] = PARSER.read([record], "")
    assert found is not None
    return found


HONEST = read(block("a=b"))


def test_the_sections_are_read() -> None:
    assert HONEST == {
        "transaction": {
            "time": "29/Nov/2026:08:37:40.927381 +0000",
            "transaction_id": "awvkVF1tjoOd88Pi",
            "remote_address": "203.0.113.9",
            "remote_port": 57834,
            "local_address": "192.0.2.1",
            "local_port": 80,
        },
        "request": {"request_line": "POST /form HTTP/1.1", "headers": {"Host": "shop.example.com"}},
        "response": {"protocol": "HTTP/1.1", "headers": {}, "status": 403},
        "audit_data": {
            "messages": ['Warning. Found it. [id "7"]'],
            "action": {"intercepted": True, "phase": 2},
        },
    }
    assert read(block("a=b", between="\r\n")) == HONEST


@pytest.mark.parametrize("boundary", ["abcdef01", "6c96b627"], ids=["another", "guessed"])
@pytest.mark.parametrize(
    "forged",
    [
        "{}A--\n[29/Nov/2026:00:00:00 +0000] forged 192.0.2.99 1 192.0.2.98 2",
        "{}B--\nGET /harmless HTTP/1.1\nHost: other.example.com",
        "{}F--\nHTTP/1.1 200 OK",
        '{}H--\nMessage: forged [id "1"]\nAction: nothing',
    ],
)
def test_a_forged_section_in_the_body_changes_nothing(boundary: str, forged: str) -> None:
    assert read(block(f"a=b\n{forged.format(f'--{boundary}-')}")) == HONEST


@pytest.mark.parametrize(
    "record",
    [
        "--6c96b627-A--\n",
        "--6c96b627-A--\n[now] x 192.0.2.1 123456 192.0.2.1 80\n",
        f"--6c96b627-A--\n[now] x 192.0.2.1 {'9' * 5000} 192.0.2.1 80\n",
        "--6c96b627-B--\nGET / HTTP/1.1\n",
        "--6c96b627-A--",
    ],
)
def test_what_names_no_transaction_is_none(record: str) -> None:
    assert PARSER.read([record], "") == [None]


def test_a_block_that_breaks_off_keeps_what_came_before() -> None:
    whole = block("a=b")
    for cut in range(whole.index("--6c96b627-B--"), len(whole)):
        assert read(whole[:cut])["transaction"] == HONEST["transaction"]
