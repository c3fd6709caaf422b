"""Messages of the dropbear SSH server as it writes them to its standard error."""

from __future__ import annotations

from watchfloor.parsers.linux._log import logged
from watchfloor.parsers.linux.dropbear import PATTERNS, finish
from watchfloor.parsers.plugin import LineParser

_HEAD = r"\[(?P<process.pid>\d+)\] (?P<_yearless>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) "

PARSER = LineParser(
    dataset="linux.dropbear",
    reference="https://github.com/mkj/dropbear/blob/master/src/svr-main.c",
    patterns=logged(_HEAD, PATTERNS),
    times=(),
    sieve=(
        rf"^{_HEAD}(?:Child conn|[Bb]ad (?:PAM )?pass|(?:PAM )?[Pp]assword auth|[Pp]ubkey auth|Auth succ|"
        rf"[Ll]ogin att|(?:user|User) '"
        r"|root login|Max auth|Exit|Not back|Running in|Early exit|Premature exit|Failed )"
    ),
    finish=finish,
)
