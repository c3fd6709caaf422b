"""Whether an attack on a web server worked, as far as the answer to it tells by itself.

What only comparison with other answers can tell is the work of the behaviour `answer`.
"""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa

from watchfloor.enrich.plugin import Answers, Enrichment, Place, Questions

_SECOND = 1_000_000_000
_ON_TIME = 0.95
"""Share of the asked delay that counts as one: clocks and rounding."""
_PAGES = ("text/html", "application/xhtml+xml")
_CLOSED_BY_CLIENT = 499


class Exchange(NamedTuple):
    """What is known of an attack and of the answer to it; `duration` in nanoseconds, `delay` in seconds."""

    aim: str
    status: int | None
    body: int | None
    whole: int | None
    duration: int | None
    delay: int | None
    mime: str | None
    method: str | None


def verdict(exchange: Exchange) -> tuple[str, str]:
    """`worked`, `failed` or `unknown`, and why.

    Status codes mean what https://www.rfc-editor.org/rfc/rfc9110#section-15 says.
    """
    if exchange.delay and exchange.duration is not None:
        return _by_time(exchange.duration / _SECOND, exchange.delay)
    if exchange.aim == "callback":
        return "unknown", "whether it was looked up shows in connections of the server, not in the answer"
    if exchange.status is None or exchange.status == _CLOSED_BY_CLIENT or exchange.status < 200:
        return "unknown", "no answer is known"
    return _of_content(exchange) if exchange.status < 300 else _by_status(exchange.aim, exchange.status)


def _by_status(aim: str, status: int) -> tuple[str, str]:
    if status >= 500:
        return "failed" if aim in {"file", "page", "download"} else "unknown", f"the server failed with {status}"
    if status >= 400:
        return "failed", f"refused with {status}"
    if status == 304:
        return "unknown", "answered with 304: the visitor has it already"
    return "unknown" if aim in {"data", "echo"} else "failed", f"sent elsewhere with {status}"


def _by_time(seconds: float, delay: int) -> tuple[str, str]:
    if seconds >= delay * _ON_TIME:
        return "worked", f"answered after {seconds:.1f} s, {delay} s were asked for"
    return "failed", f"answered after {seconds:.1f} s, though {delay} s were asked for"


def _of_content(exchange: Exchange) -> tuple[str, str]:
    size = exchange.body if exchange.body is not None else exchange.whole
    if exchange.method in {"HEAD", "OPTIONS"}:
        return "unknown", f"answered a {exchange.method} request with {exchange.status}"
    if exchange.aim in {"file", "data", "output", "download"} and (exchange.body == 0 or exchange.status == 204):
        return "failed", f"answered with {exchange.status} and nothing in it"
    said = f"answered with {exchange.status}" + (f" and {size:,} bytes" if size is not None else "")
    if exchange.aim == "download" and exchange.mime:
        if exchange.mime.partition(";")[0].strip().lower() in _PAGES:
            return "failed", f"{said} of {exchange.mime}, a page instead of the file"
        return "worked", f"{said} of {exchange.mime}"
    return "unknown", said


def _answer(asked: Questions) -> Answers:
    found = [verdict(Exchange(*each)) for each in zip(*(values.to_pylist() for values in asked.values), strict=True)]
    return {
        "verdict": pa.array([each for each, _ in found], pa.string()),
        "reason": pa.array([each for _, each in found], pa.string()),
    }


ENRICHMENT = Enrichment(
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-15",
    places=(
        Place(
            (
                "watchfloor.web.attack_aim",
                "http.response.status_code",
                "http.response.body.bytes",
                "http.response.bytes",
                "event.duration",
                "watchfloor.web.attack_delay",
                "http.response.mime_type",
                "http.request.method",
            ),
            {"verdict": "watchfloor.web.verdict", "reason": "watchfloor.web.verdict_reason"},
        ),
    ),
    answer=_answer,
    after=("web_attack",),
    of_record=True,
)
