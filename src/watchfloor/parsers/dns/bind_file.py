"""Files that BIND's named writes itself, with or without time, category and level in front."""

from __future__ import annotations

from watchfloor.parsers.dns._bind import CATEGORIES, LEVELS, finish, patterns
from watchfloor.parsers.dns._question import INFO, IP
from watchfloor.parsers.plugin import LineParser, Pattern

_DATE = r"\d{2}-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d{1,6})?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z?"
_TIME = rf"(?:(?:(?P<_time>{_DATE})|(?P<_yearless>[A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d)) )?"
_PREFIX = rf"{_TIME}(?:(?P<log.logger>{CATEGORIES}): )?(?:(?P<log.level>{LEVELS}): )?"

PARSER = LineParser(
    dataset="dns.bind",
    reference="https://bind9.readthedocs.io/en/latest/reference.html#the-channel-phrase",
    sieve=(
        rf"^(?:(?:{_DATE}) (?:{CATEGORIES}: |{LEVELS}: |client |zone |transfer of )"
        rf"|[A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d {CATEGORIES}: {LEVELS}: "
        rf"|(?:{CATEGORIES}: )?(?:{LEVELS}: )?client (?:@0x[0-9a-f]+ )?{IP}#\d)"
    ),
    patterns=(
        *patterns(_PREFIX),
        Pattern(
            rf"^{_TIME}(?P<log.logger>{CATEGORIES}): (?:(?P<log.level>{LEVELS}): )?(?P<bind.message>.*)$",
            INFO,
        ),
        Pattern(
            rf"^(?P<_time>{_DATE}) (?P<log.level>{LEVELS}): (?P<bind.message>.*)$",
            INFO,
        ),
    ),
    times=("%d-%b-%Y %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f"),
    finish=finish,
)
