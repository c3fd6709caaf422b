"""lighttpd: access logs with the server's name in place of the identity, error logs with failed log-ins."""

from __future__ import annotations

from watchfloor.parsers._patterns import REMAINDER
from watchfloor.parsers.plugin import Fields, LineParser, Pattern
from watchfloor.parsers.web._access import AGENT, ANSWER, IP, REQUEST, TIME, TIMES
from watchfloor.parsers.web._records import ACCESS, finish_access

_FAILED: Fields = {
    "event.category": ["authentication", "web"],
    "event.type": ["info"],
    "event.outcome": "failure",
}
_HEAD = (
    r"^(?:(?P<_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?): )?\((?:(?P<log.level>[a-z]+)\) \()?"
    r"(?P<log.logger>[\w-]+\.c)\.(?P<log.origin.file.line>\d+)\) "
)
_IP = r"[,:]? IP: (?P<source.address>[0-9A-Fa-f.:]+)\s*$"

PARSER = LineParser(
    reference="https://redmine.lighttpd.net/projects/lighttpd/wiki/Mod_accesslog",
    patterns=(
        Pattern(
            rf"^(?P<source.address>{IP}) (?P<_server>-|\[[0-9A-Fa-f:.]+\]|[^\s:\[-][^\s:]*)(?::"
            rf"(?P<destination.port>\d+))? (?P<user.name>.*?)"
            rf" {TIME} {REQUEST} {ANSWER}{AGENT}(?: .*)?$",
            ACCESS,
        ),
        Pattern(
            rf"{_HEAD}(?P<event.reason>(?:password doesn't match|get_password failed|not authorized|auth failed)) for "
            rf"(?P<url.original>\S+),? (?:username|user): (?P<user.name>.*?){_IP}",
            _FAILED,
        ),
        Pattern(
            rf"{_HEAD}(?P<event.reason>digest: auth failed) for +(?P<user.name>.*?) ?: (?:wrong password|uri mismatch)"
            rf".*?{_IP}",
            _FAILED,
        ),
        Pattern(
            rf"{_HEAD}(?P<event.reason>\S.*?(?:password|auth|digest|nonce|username).*?){_IP}",
            _FAILED,
        ),
        Pattern(rf"{_HEAD}{REMAINDER}", {"event.category": ["web"], "event.type": ["info"]}),
    ),
    times=(*TIMES, "%Y-%m-%d %H:%M:%S%.f"),
    sieve=(
        r"^(?:[0-9A-Fa-f.:]+ \S+ [^(]*?\[\d{1,2}/[A-Z][a-z]{2}/\d{4}:|(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?: )"
        r"?\((?:[a-z]+\) \()?[\w-]+\.c\.\d+\) )"
    ),
    sources=("lighttpd",),
    finish=finish_access,
)
