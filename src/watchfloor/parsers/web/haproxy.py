"""HAProxy: what was asked of which backend (HTTP, HTTPS, TCP and common log formats), failed handshakes, states."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.plugin import Fields, MessageParser, Pattern
from watchfloor.parsers.web._access import TIME
from watchfloor.parsers.web._records import ACCESS, finish_access, with_time

_CONNECTED: Fields = {"event.category": ["network"], "event.type": ["connection"]}
_REFUSED: Fields = {**_CONNECTED, "event.outcome": "failure"}
_HEAD = r"^(?P<_client>\S+) \[(?P<_time>\d\d?/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d{4})?)\] "
_ENDS = r"(?P<haproxy.frontend_name>\S+) (?P<haproxy.backend_name>[^\s/]+)/(?P<haproxy.server_name>\S+) "
_HOST = r"(?:(?P<destination.address>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+) )?"
_TIMES = (
    r"(?P<haproxy.http.request.time_wait_ms>-?\d+)/(?P<haproxy.total_waiting_time_ms>-?\d+)/"
    r"(?P<haproxy.connection_wait_time_ms>-?\d+)/\+?(?P<haproxy.http.request.time_wait_without_data_ms>-?\d+)/"
    r"\+?(?P<_millis>-?\d+) "
)
_COUNTS = (
    r"(?P<haproxy.connections.active>\d+)/(?P<haproxy.connections.frontend>\d+)/(?P<haproxy.connections.backend>\d+)/"
    r"(?P<haproxy.connections.server>\d+)/\+?(?P<haproxy.connections.retries>\d+) "
    r"(?P<haproxy.server_queue>\d+)/(?P<haproxy.backend_queue>\d+)"
)
# HAProxy writes quotes and braces inside captured text as #22, #7B and #7D.
_CAPTURED = (
    r"(?: \{(?P<haproxy.http.request.captured_headers>[^\"]*?)\})?(?: \{"
    r"(?P<haproxy.http.response.captured_headers>[^\"]*?)\})?"
)
_HANDSHAKE = (
    r"(?: (?P<haproxy.errors>\d+/[0-9A-Fa-f]+/\d+/\d+/\d) (?P<tls.client.server_name>[^/\s]*)/(?P<_tls>[^/\s]*)/"
    r"(?P<tls.cipher>\S+))?"
)
_HTTP = (
    rf"{_HEAD}{_ENDS}{_HOST}{_TIMES}(?P<http.response.status_code>-?\d+) \+?(?P<http.response.bytes>\d+)"
    r" (?P<haproxy.http.request.captured_cookie>\S+) (?P<haproxy.http.response.captured_cookie>\S+)"
    rf" (?P<haproxy.termination_state>\S{{4}}) {_COUNTS}{_CAPTURED} \"(?P<_request>[^\"]*)(?:\"{_HANDSHAKE}.*)?$"
)
_TCP = (
    rf"{_HEAD}{_ENDS}(?P<haproxy.total_waiting_time_ms>-?\d+)/(?P<haproxy.connection_wait_time_ms>-?\d+)/"
    r"\+?(?P<_millis>-?\d+) \+?(?P<destination.bytes>\d+)"
    rf" (?P<haproxy.termination_state>\S{{2,4}}) {_COUNTS}(?: .*)?$"
)
_COMMON = (
    rf"^\"?(?P<source.address>[0-9A-Fa-f.:]+) - - {TIME} \"(?P<_request>[^\"]*)\" (?P<http.response.status_code>\d+)"
    r" (?P<http.response.bytes>\d+) \"\" \"\" (?P<source.port>\d+) \d+ \"(?P<haproxy.frontend_name>[^\"]*)\""
    r" \"(?P<haproxy.backend_name>[^\"]*)\" \"(?P<haproxy.server_name>[^\"]*)\" .*$"
)
_ACCEPTED = (
    r"^Connect from (?P<_client>\S+) to (?P<_peer>\S+) \((?P<haproxy.frontend_name>[^/\s]+)/"
    r"(?P<haproxy.mode>HTTP|TCP)\)"
)
_STATE = (
    r"^(?:\[\w+\] +(?:\d+/\d+ )?\(\d+\) : )?(?:Health check for )?(?:[Bb]ackup )?[Ss]erver "
    r"(?P<haproxy.backend_name>[^\s/]+)/(?P<haproxy.server_name>\S+) "
    r"(?:is (?:going )?(?P<event.action>UP|DOWN|DRAIN|MAINT)|(?P<event.reason>succeeded|failed)).*$"
)
_TIME_FORMATS = ("%d/%b/%Y:%H:%M:%S%.f %z", "%d/%b/%Y:%H:%M:%S%.f")


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The time of the request, and all that follows from it."""
    return finish_access(with_time(frame, _TIME_FORMATS))


PARSER = MessageParser(
    reference="https://docs.haproxy.org/2.6/configuration.html#8.2",
    programs=frozenset({"haproxy"}),
    patterns=(
        Pattern(_HTTP, ACCESS),
        Pattern(_TCP, _CONNECTED),
        Pattern(_COMMON, ACCESS),
        Pattern(
            rf"{_HEAD}(?P<haproxy.frontend_name>[^\s/]+)/(?P<haproxy.bind_name>[^:]+): (?P<event.reason>.*?)\s*$",
            _REFUSED,
        ),
        Pattern(_ACCEPTED, _CONNECTED),
        Pattern(rf"{_HEAD}(?P<haproxy.frontend_name>\S+) \d+/\d+{_HANDSHAKE.removesuffix('?')}\s*$", _REFUSED),
        Pattern(_STATE),
    ),
    finish=_finish,
)
