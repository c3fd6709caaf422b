"""Uvicorn access logs, as the server prints them by default."""

from __future__ import annotations

from watchfloor.parsers.plugin import LineParser, Pattern
from watchfloor.parsers.web._records import ACCESS, finish_access

_COLOURS = r"(?:\x1b\[\d+m)?"

PARSER = LineParser(
    reference="https://www.uvicorn.org/settings/#logging",
    patterns=(
        Pattern(
            rf"^{_COLOURS}(?P<log.level>INFO){_COLOURS}: +(?P<_client>\S+:\d+) - \"{_COLOURS}(?P<_request>.*)"
            rf"\"{_COLOURS} "
            rf"{_COLOURS}(?P<http.response.status_code>\d{{3}})(?: [A-Za-z' -]+)?{_COLOURS}\s*$",
            ACCESS,
        ),
    ),
    times=(),
    sieve=rf"^{_COLOURS}INFO{_COLOURS}: +\S+:\d+ - \"",
    sources=("uvicorn",),
    finish=finish_access,
)
