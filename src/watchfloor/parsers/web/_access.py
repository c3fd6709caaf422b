"""Shapes of access log lines that Apache and nginx share: common, combined, and what is put around them."""

from __future__ import annotations

from watchfloor.parsers.plugin import Pattern
from watchfloor.parsers.web._records import ACCESS as FIELDS

TIMES = ("%d/%b/%Y:%H:%M:%S %z", "%d/%b/%Y:%H:%M:%S%.f %z", "%d/%b/%Y:%H:%M:%S")
SIEVE = r"\[\d{1,2}/[A-Z][a-z]{2}/\d{4}:"
TIME = r"\[(?P<_time>\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d{4})?) ?\]"
_IP = r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)"
_MEMBER = r"(?:unix:|\[[0-9A-Fa-f:.%]+\]|[0-9A-Za-z_:][0-9A-Za-z_.:%-]*)"
_LIST = rf'"?(?P<_clients>{_MEMBER}(?:, ?{_MEMBER}|"? {_IP})*)"?'
_SERVER = r'(?P<_server>\[[0-9A-Fa-f:.]+\]|[^\s",:\[]+)(?::(?P<destination.port>\d{1,5}))?'
QUOTED = r'(?:[^"\\]|\\.)*'
REQUEST = rf'"(?P<_request>{QUOTED})"'
ANSWER = r"(?P<http.response.status_code>\d{3}) (?P<http.response.body.bytes>\d+|-)"
AGENT = rf' "(?P<http.request.referrer>{QUOTED})" "(?P<user_agent.original>{QUOTED})"'
_FORWARDED = r'(?: (?:X-Forwarded-For=)?"(?P<_forwarded>[0-9A-Fa-f.:][0-9A-Fa-f.:, ]*|-)")?'
_USER = r"(?P<user.name>.*?)"
_HEADS = (
    rf"{_SERVER} {_LIST} - {_USER}",  # name of the virtual host in front
    rf"{_LIST} - {_USER}",
    rf"(?P<source.address>{_MEMBER}) \S+ (?P<user.name>\S+)",  # an answer of the client's ident service
)
ACCESS = tuple(
    Pattern(rf"^{head} {TIME} (?:[^\s\"]+ )?{REQUEST} {ANSWER}{tail}", FIELDS)
    for tail in (rf"{AGENT}{_FORWARDED}(?: .*|\s*)$", r"(?: .*|\s*)$")
    for head in _HEADS
)
