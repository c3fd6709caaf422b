"""Messages of the FTP server Pure-FTPd: connections, log-ins, what was done with which file."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.linux import _ftp
from watchfloor.parsers.linux._log import LOGGED_IN, LOGGED_OUT, LOGIN_FAILED, NETWORK, OPENED, REFUSED
from watchfloor.parsers.plugin import MessageParser, Pattern

_HEAD = r"^\((?P<user.name>.*)@(?P<source.address>[0-9A-Za-z._:?-]+)\) \[(?P<log.level>[A-Z]+)\] "
_SIZE = r" +\((?P<file.size>\d+) bytes, [\d.]+ ?KB/sec\)\s*$"
_KNOWN = (
    (r"New connection from (?P<_peer>\S+)\s*$", OPENED),
    (r"Authentication failed for user \[(?P<_user>.*)\]\s*$", LOGIN_FAILED),
    (
        r"Can't login as \[(?P<_user>.*)\]: (?P<event.reason>account disabled) \(uid < \d+\)\s*$",
        LOGIN_FAILED,
    ),
    (r"(?P<event.reason>Too many authentication failures)\s*$", LOGIN_FAILED),
    (r"(?P<_user>.*) is now logged in\s*$", LOGGED_IN),
    (r"Anonymous user logged in\.?.*$", LOGGED_IN),
    (r"Logout\.?\s*$", LOGGED_OUT),
    (r"Timeout.*$", {**LOGGED_OUT, "event.reason": "timeout"}),
    (rf"(?P<file.path>.*) uploaded{_SIZE}", {**_ftp.UPLOAD, **_ftp.DONE}),
    (rf"(?P<file.path>.*) downloaded{_SIZE}", {**_ftp.DOWNLOAD, **_ftp.DONE}),
    (r"Deleted (?P<file.path>.*)$", {**_ftp.DELETE, **_ftp.DONE}),
    (
        r"File successfully renamed or moved: \[(?P<file.path>.*)\]->\[(?P<file.target_path>.*)\]\s*$",
        {**_ftp.RENAME, **_ftp.DONE},
    ),
    (r"(?P<event.reason>.*(?:refused|rejected|too many connections|denied).*?)\s*$", REFUSED),
    (r"(?P<event.reason>.*?)\s*$", NETWORK),
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """`?` is nobody; the name in the message is the one that was tried."""
    if "user.name" not in frame.columns:
        return frame
    user = pl.when(pl.col("user.name") != "?").then("user.name")
    named = [pl.col("_user")] if "_user" in frame.columns else []
    return split_address(frame.with_columns(pl.coalesce(*named, user).alias("user.name")), "source")


PARSER = MessageParser(
    reference="https://github.com/jedisct1/pure-ftpd/blob/master/src/messages_en.h",
    programs=frozenset({"pure-ftpd"}),
    patterns=tuple(Pattern(rf"{_HEAD}{regex}", {**fields, "network.protocol": "ftp"}) for regex, fields in _KNOWN),
    finish=_finish,
)
