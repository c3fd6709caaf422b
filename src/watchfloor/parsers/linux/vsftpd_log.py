"""The FTP server vsftpd's own log file."""

from __future__ import annotations

from watchfloor.parsers.linux._log import logged
from watchfloor.parsers.linux.vsftpd import PATTERNS, finish
from watchfloor.parsers.plugin import LineParser

_HEAD = r"(?P<_time>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}) \[pid (?P<process.pid>\d+)\] "

PARSER = LineParser(
    dataset="linux.vsftpd",
    reference="https://security.appspot.com/vsftpd/vsftpd_conf.html",
    patterns=logged(_HEAD, PATTERNS),
    times=("%a %b %e %H:%M:%S %Y",),
    sieve=rf"^{_HEAD}(?:CONNECT: |FTP |DEBUG: |\[.*\] (?:OK |FAIL |FTP |DEBUG: ))",
    finish=finish,
)
