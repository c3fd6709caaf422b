"""Shapes of access log lines that Apache and nginx share: common, combined, and what others put around them."""

from __future__ import annotations

from watchfloor.parsers.plugin import Pattern
from watchfloor.parsers.web import _records

TIMES = ("%d/%b/%Y:%H:%M:%S %z", "%d/%b/%Y:%H:%M:%S%.f %z", "%d/%b/%Y:%H:%M:%S")
SIEVE = (
    r'^(?:"?(?:[^\s"<>{}]*[.:]|[A-Za-z_-])[^\s"<>{}]*"? .*)?'
    r'\[\d{1,2}/[A-Z][a-z]{2}/\d{4}:[^\]]{8,24}\] (?:[^\s"]+ ){0,3}"'
)
"""An address or a name that no markup begins with, a time in brackets, soon followed by a request in quotes.

Between them is what clients say of themselves, and some servers do not escape it.
"""
TIME = r"\[(?P<_time>\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d{4})?) ?\]"
IP = r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)"
HOST = rf"(?:{IP}|(?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9_-]+)"
_MEMBER = r"(?:unix:|\[[0-9A-Fa-f:.%]+\]|[0-9A-Za-z_:][0-9A-Za-z_.:%-]*)"
_LIST = rf'"?(?P<_clients>{_MEMBER}(?:, ?{_MEMBER}|"? {IP})*)"?'
_SERVER = r'(?P<_server>\[[0-9A-Fa-f:.]+\]|[^\s",:\[]+)(?::(?P<destination.port>\d{1,5}))?'
QUOTED = r'(?:[^"\\]|\\.)*'
REQUEST = rf'"(?P<_request>{QUOTED})"'
ANSWER = r"(?P<http.response.status_code>\d{3}) (?P<http.response.body.bytes>\d+|-)"
AGENT = rf' "(?P<http.request.referrer>{QUOTED})" "(?P<user_agent.original>{QUOTED})"'
_FORWARDED = r'(?: (?:X-Forwarded-For=)?"(?P<_forwarded>[0-9A-Fa-f.:][0-9A-Fa-f.:, ]*|-)")?'
_TOOK = r'(?: (?:(?:rt|request_time)=)?"?(?P<_seconds>\d+\.\d{3})"?)?'
"""Seconds with three decimals, as nginx writes its `$request_time`."""
_USER = r"(?P<user.name>.*?)"
_HEADS = (
    rf"{_SERVER} {_LIST} - {_USER}",  # name of the virtual host in front
    rf"{_LIST} - {_USER}",
    rf"(?P<source.address>{_MEMBER}) \S+ (?P<user.name>\S+)",  # an answer of the client's ident service
)
TRAEFIK = Pattern(
    rf'^(?P<source.address>\S+) - (?P<user.name>.*?) {TIME} {REQUEST} {ANSWER} (?:-|"'
    rf'(?P<http.request.referrer>{QUOTED})")'
    rf' (?:-|"(?P<user_agent.original>{QUOTED})") (?P<traefik.access.request_count>\d+)'
    rf' (?:-|"(?P<traefik.access.frontend_name>{QUOTED})") (?:-|"(?P<traefik.access.backend_url>{QUOTED})")'
    r" (?P<_millis>\d+)ms\s*$",
    {**_records.ACCESS, "event.dataset": "web.traefik_access"},
)
_UPSTREAM = (
    r" (?P<http.request.bytes>\d+) (?P<nginx.request_time>[\d.]+) \[(?P<nginx.upstream_name>[^\]]*)\]"
    r" \[(?P<nginx.upstream_alternative_name>[^\]]*)\] (?P<nginx.upstream_address>\S+(?:, \S+)*)"
    r" (?P<nginx.upstream_response_length>[\d-]+(?:, [\d-]+)*) (?P<nginx.upstream_response_time>[\d.-]+(?:, [\d.-]+)*)"
    r" (?P<nginx.upstream_status>[\d-]+(?:, [\d-]+)*) (?P<http.request.id>[0-9a-f]+)\s*$"
)
INGRESS = Pattern(
    rf"^(?P<_clients>[^\s\",\[]+|\[[^\]]*\]) - (?:\[[^\]]*\] - )?(?P<user.name>.*?)"
    rf" {TIME} {REQUEST} {ANSWER}{AGENT}{_UPSTREAM}",
    {**_records.ACCESS, "event.dataset": "web.nginx_access"},
)
RAW = Pattern(
    rf'^(?P<source.address>{_MEMBER}) \S+ (?P<user.name>\S+) {TIME} "(?P<_request>.*)" {ANSWER}\s*$', _records.ACCESS
)
"""A request whose quotes are not escaped: it ends where the server's own figures end the line."""
ACCESS = tuple(
    Pattern(rf"^{head} {TIME} (?:[^\s\"]+ )?{REQUEST} {ANSWER}{tail}", _records.ACCESS)
    for tail in (rf"{AGENT}{_FORWARDED}{_TOOK}(?: .*|\s*)$", r"(?: .*|\s*)$")
    for head in _HEADS
)
