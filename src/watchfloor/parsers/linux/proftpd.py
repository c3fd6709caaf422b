"""Messages of the FTP server proftpd and its SFTP module, in syslog and in its own log: sessions, log-ins, refusals.

The user's name is the client's text; the address is the one that the server writes before it.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.linux import _ftp
from watchfloor.parsers.linux._log import BROKEN, CLOSED, LOGGED_IN, LOGIN_FAILED, NETWORK, OPENED, REFUSED
from watchfloor.parsers.plugin import MessageParser, Pattern

_HEAD = (
    r"^(?:proftpd\[(?P<process.pid>\d+)\]:? )?(?P<proftpd.server>\S+)"
    r" \((?P<_client>[^\s\[\]()]*)\[(?P<source.address>[0-9A-Fa-f.:]+)\]\)(?: - |: )"
)
_SERVER = r"^(?:proftpd\[(?P<process.pid>\d+)\]:? )?(?P<proftpd.server>\S+) - "
_FAILING = {
    "(?:STOR|STOU)": _ftp.UPLOAD,
    "RETR": _ftp.DOWNLOAD,
    "DELE": _ftp.DELETE,
    "(?:MKD|XMKD)": _ftp.MAKE,
    "(?:RMD|XRMD)": _ftp.REMOVE,
}
"""What is tried by the commands whose failure is logged."""
_KNOWN = (
    (r"(?:USER|ANON) (?P<user.name>.*): Login successful\.?\s*$", LOGGED_IN),
    (r"USER (?P<user.name>.*): (?P<event.reason>no such user)(?: found)?(?: from .*)?\s*$", LOGIN_FAILED),
    (
        (
            r"(?P<event.reason>Refusing empty password) from user '(?P<user.name>.*)'"
            r"(?: \(AllowEmptyPasswords false\))?\s*$"
        ),
        LOGIN_FAILED,
    ),
    (r"(?:USER|ANON) (?P<user.name>.*) \(Login failed\): (?P<event.reason>.*?)\s*$", LOGIN_FAILED),
    (
        r"(?:USER|ANON) (?P<user.name>.*): (?P<event.reason>(?:Limit access|AnonRejectPasswords) denies login)\s*$",
        LOGIN_FAILED,
    ),
    (
        r"(?i:SECURITY VIOLATION): (?i:(?P<user.name>root)) login attempted\.?\s*$",
        {**LOGIN_FAILED, "event.reason": "root login attempted"},
    ),
    (
        r"SECURITY VIOLATION: (?P<event.reason>.*?)\s*$",
        {**REFUSED, "event.category": ["intrusion_detection"], "event.type": ["denied"]},
    ),
    (r"(?P<event.reason>Maximum login attempts) \(\d+\) exceeded(?:, connection refused)?\.?\s*$", LOGIN_FAILED),
    (r"(?P<event.reason>FTP login timed out), disconnected\s*$", LOGIN_FAILED),
    (r"(?:FTP|SSH2|SFTP|SCP) session (?:opened|requested from .*)\.?\s*$", OPENED),
    (r"(?:FTP|SSH2|SFTP|SCP) session closed\.?\s*$", CLOSED),
    (r"(?P<event.reason>FTP (?:no transfer|session idle|idle|stalled transfer) time(?:out|d out).*?)\s*$", CLOSED),
    (
        (
            r"(?P<event.reason>Connection refused.*|Connection from .* denied.*|Refused (?:PORT|EPRT) .*|"
            r"Denied connection.*)$"
        ),
        REFUSED,
    ),
    (
        r"(?:mod_sftp/\S+: )?(?:user|User) '(?P<user.name>.*)' authenticated via '(?P<sshd.method>[^']*)' method\s*$",
        LOGGED_IN,
    ),
    (r"(?:mod_\w+/\S+: )?(?P<event.reason>.*(?:no such user|authentication fail).*?)\s*$", LOGIN_FAILED),
    (r"(?P<event.reason>Preparing to chroot to directory '(?P<file.path>.*)')\s*$", NETWORK),
    (r"(?:mod_(?:tls|sftp)/\S+: )(?P<event.reason>.*(?:error|unable|unexpected|fail).*?)\s*$", BROKEN),
    (r"STOR (?P<file.path>.*)$", _ftp.UPLOAD),
    *(
        (
            (
                rf"{command}, user '(?P<user.name>.*)' \(UID (?P<user.id>\d+), GID \d+\): error [a-z' ]+ "
                r"'(?P<file.path>.*)': (?P<event.reason>[^:']*?)\s*$"
            ),
            {**fields, **_ftp.FAILED},
        )
        for command, fields in _FAILING.items()
    ),
    (
        r"(?P<event.reason>.* (?:command )?denied by (?:<Limit> config(?:uration)?|(?:Path)?(?:Allow|Deny)Filter))\s*$",
        {**REFUSED, "event.category": ["file"], "event.type": ["info"], "event.action": "denied"},
    ),
    (r"(?P<event.reason>.*?)\s*$", NETWORK),
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses as IP; the client's name where the server looked it up."""
    frame = split_address(frame, "source")
    if "_client" in frame.columns:
        name = pl.col("_client").str.replace("^::ffff:", "")
        # A name that only repeats the address says nothing; another address would be the client's own word.
        frame = frame.with_columns(pl.when(name.str.contains(r"[G-Zg-z]")).then(name).alias("source.domain"))
    return frame


PARSER = MessageParser(
    reference="https://github.com/proftpd/proftpd/blob/master/modules/mod_auth.c",
    starts=(
        r"^(?:proftpd\[\d+\]:? )?(?:\S+ \([^\s\[\]()]*\[[0-9A-Fa-f.:]+\]\)(?: - |: )|\S+ - (?:ProFTPD |daemon |"
        r"error: ))"
    ),
    patterns=(
        *(Pattern(rf"{_HEAD}{regex}", {**fields, "network.protocol": "ftp"}) for regex, fields in _KNOWN),
        Pattern(
            rf"{_SERVER}ProFTPD (?:\S+ )?(?:\([^)]*\) )*.*(?P<_state>STARTUP)\s*$",
            {"event.category": ["process"], "event.type": ["start"]},
        ),
        Pattern(
            rf"{_SERVER}ProFTPD (?:killed|.*(?P<_state>SHUTDOWN)).*$",
            {"event.category": ["process"], "event.type": ["end"]},
        ),
        Pattern(rf"{_SERVER}(?P<event.reason>.*?)\s*$", {"event.category": ["process"], "event.type": ["info"]}),
    ),
    finish=_finish,
)
