"""Messages of the dropbear SSH server: who logged in or failed to, from where, and why connections ended."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.linux._log import ADDRESS_PORT, CLOSED, ENDED, LOGGED_IN, LOGIN_FAILED, OPENED, STARTED
from watchfloor.parsers.plugin import MessageParser, Pattern

HEAD = r"(?:\[\d+\] (?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )?)?"
_FROM = rf" from {ADDRESS_PORT}\s*$"
_EXIT_FROM = rf" from <{ADDRESS_PORT}>: "
_FAILS = r"\(user '(?P<user.name>.*)', \d+ fails?\): (?P<event.reason>.*?)\s*$"

PATTERNS = tuple(
    Pattern(rf"^{HEAD}{regex}", fields)
    for regex, fields in (
        (rf"Child connection{_FROM}", OPENED),
        (rf"(?P<event.reason>Too-long password) attempt for '(?P<user.name>.*)'{_FROM}", LOGIN_FAILED),
        (
            (
                r"(?P<event.reason>Pubkey auth bad signature) for '(?P<user.name>.*)' with key (?P<sshd.signature>\S.*)"
                rf"{_FROM}"
            ),
            LOGIN_FAILED,
        ),
        (
            (
                r"(?:Password|Pubkey) auth succeeded for '(?P<user.name>.*)'(?: with (?:\S+) key (?P<_key>\S.*))? from "
                rf"{ADDRESS_PORT}, (?P<event.reason>extra auth required)\s*$"
            ),
            {**LOGGED_IN, "event.category": ["authentication"], "event.outcome": "unknown"},
        ),
        (r"User account '(?P<user.name>.*)' is (?P<event.reason>locked)\s*$", LOGIN_FAILED),
        (
            (
                r"Logins are (?P<event.reason>restricted to the group) (?P<group.name>\S+) but user '(?P<user.name>.*)'"
                r" is not a member\s*$"
            ),
            LOGIN_FAILED,
        ),
        (r"pam_authenticate\(\) failed, rc=(?P<event.code>\d+), (?P<event.reason>.*?)\s*$", LOGIN_FAILED),
        (rf"(?:[Bb]ad (?:PAM )?password) attempt for '(?P<user.name>.*)'{_FROM}", LOGIN_FAILED),
        (rf"(?:PAM )?[Pp]assword auth succeeded for '(?P<user.name>.*)'{_FROM}", LOGGED_IN),
        (
            (
                r"[Pp]ubkey auth succeeded for '(?P<user.name>.*)' with (?:(?P<sshd.signature>\S+) )?key "
                rf"(?P<_key>\S.*){_FROM}"
            ),
            LOGGED_IN,
        ),
        (rf"Auth succeeded with blank password for '(?P<user.name>.*)'{_FROM}", LOGGED_IN),
        (
            (
                r"(?P<event.reason>[Ll]ogin attempt for nonexistent user|[Ll]ogin attempt with wrong user)"
                rf"(?: '?(?P<user.name>.*?)'?)?{_FROM}"
            ),
            LOGIN_FAILED,
        ),
        (r"(?P<event.reason>[Ll]ogin attempt for nonexistent user)\s*$", LOGIN_FAILED),
        (
            (
                r"(?:(?:user|User) '(?P<user.name>.*)' has |(?P<_who>root) )"
                r"(?P<event.reason>blank password, rejected|invalid shell, rejected|login rejected)(?: from \S+)?\s*$"
            ),
            LOGIN_FAILED,
        ),
        (rf"Max auth tries reached - user '(?P<user.name>.*)'{_FROM}", LOGIN_FAILED),
        (rf"Exit before auth{_EXIT_FROM}{_FAILS}", LOGIN_FAILED),
        (
            (
                rf"Exit before auth{_EXIT_FROM}(?P<event.reason>Max auth tries reached)"
                rf"(?: - user '(?P<user.name>.*)')?\s*$"
            ),
            LOGIN_FAILED,
        ),
        (rf"Exit before auth{_EXIT_FROM}(?P<event.reason>.*?)\s*$", CLOSED),
        (rf"Exit before auth {_FAILS}", LOGIN_FAILED),
        (r"Exit before auth: (?P<event.reason>.*?)\s*$", CLOSED),
        (
            rf"Exit \((?P<user.name>.*)\){_EXIT_FROM}(?P<event.reason>.*?)\s*$",
            {**CLOSED, "event.category": ["network", "session"], "event.type": ["end"]},
        ),
        (
            r"[Ee]xit (?:after auth )?\((?P<user.name>.*?)\): (?P<event.reason>.*?)\s*$",
            {"event.category": ["session"], "event.type": ["end"]},
        ),
        (r"(?:Not backgrounding|Running in background)\s*$", STARTED),
        (r"(?:Early exit|Premature exit): (?P<event.reason>.*?)\s*$", ENDED),
    )
)


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses as IP or name; the name that dropbear gives when there is no such user is none."""
    if "user.name" in frame.columns:
        frame = frame.with_columns(pl.when(pl.col("user.name") != "is invalid").then("user.name").alias("user.name"))
    return split_address(frame, "source")


PARSER = MessageParser(
    reference="https://github.com/mkj/dropbear/blob/master/src/svr-auth.c",
    programs=frozenset({"dropbear"}),
    patterns=PATTERNS,
    finish=finish,
)
