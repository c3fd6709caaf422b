"""Messages of the FTP server vsftpd: connections, log-ins, what was done with which file."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.linux import _ftp
from watchfloor.parsers.linux._log import LOGGED_IN, LOGIN_FAILED, NETWORK, OPENED, REFUSED
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_USER = r"^(?:\[pid \d+\] )?(?:\[(?P<user.name>.*)\] )?"
_CLIENT = r'Client "(?P<source.address>[0-9A-Fa-f.:]+)"'
_SPEED = r"(?:, (?P<_bytes>\d+) bytes)?, [\d.]+Kbyte/sec\s*$"
_FTP: Fields = {"network.protocol": "ftp"}
_PATH = r', "(?P<file.path>.*)"'


def _file(word: str, end: str, fields: Fields) -> tuple[Pattern, Pattern]:
    return (
        Pattern(rf"{_USER}OK {word}: {_CLIENT}{_PATH}{end}", {**fields, **_FTP, **_ftp.DONE}),
        Pattern(rf"{_USER}FAIL {word}: {_CLIENT}{_PATH}{end}", {**fields, **_FTP, **_ftp.FAILED}),
    )


PATTERNS = (
    Pattern(rf'{_USER}CONNECT: {_CLIENT}, "(?P<event.reason>Connection refused: .*)"\s*$', {**REFUSED, **_FTP}),
    Pattern(rf"{_USER}CONNECT: {_CLIENT}", {**OPENED, **_FTP}),
    Pattern((rf'{_USER}OK LOGIN: {_CLIENT}(?:, anon password "(?P<vsftpd.anonymous_password>.*)")'
             rf'?\s*$'), {**LOGGED_IN, **_FTP}),
    Pattern((rf'{_USER}FAIL LOGIN: {_CLIENT}(?:, anon password "(?P<vsftpd.anonymous_password>.*)")'
             rf'?\s*$'), {**LOGIN_FAILED, **_FTP}),
    *_file("UPLOAD", _SPEED, _ftp.UPLOAD),
    *_file("DOWNLOAD", _SPEED, _ftp.DOWNLOAD),
    *_file("APPEND", _SPEED, {**_ftp.UPLOAD, "event.type": ["change"], "event.action": "append"}),
    *_file("UNIQUE UPLOAD", _SPEED, _ftp.UPLOAD),
    *_file("MKDIR", r"\s*$", _ftp.MAKE),
    *_file("RMDIR", r"\s*$", _ftp.REMOVE),
    *_file("DELETE", r"\s*$", _ftp.DELETE),
    *_file("RENAME", r"\s*$", _ftp.RENAME),
    *_file("CHMOD", r"\s*$", _ftp.MODE),
    Pattern((rf'{_USER}FTP command: {_CLIENT}, "(?P<vsftpd.command>.*)'
             rf'"\s*$'), {**NETWORK, **_FTP, "event.action": "command"}),
    Pattern(
        rf'{_USER}FTP response: {_CLIENT}, "(?P<vsftpd.response_code>\d{{3}})[ -]?(?P<event.reason>.*)"\s*$',
        {**NETWORK, **_FTP, "event.action": "response"},
    ),
    Pattern(rf'{_USER}(?:DEBUG|FTP): {_CLIENT}, "(?P<event.reason>.*)"\s*$', {**NETWORK, **_FTP}),
)  # fmt: skip


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Bytes to whom they went; a renamed file's two names; the mode apart from the file's name."""
    if "_bytes" in frame.columns:
        size = pl.col("_bytes").cast(pl.Int64, strict=False)
        frame = frame.with_columns(size.alias("file.size")).drop("_bytes")
    if "file.path" in frame.columns:
        path = pl.col("file.path")
        renamed = pl.col("event.action") == "rename"
        changed = pl.col("event.action") == "chmod"
        frame = frame.with_columns(
            pl.when(renamed).then(path.str.extract(r"^(?:/.*) (/.*)$")).alias("file.target_path"),
            pl.when(changed).then(path.str.extract(r" ([0-7]{3,4})$")).alias("file.mode"),
            pl.when(renamed).then(pl.coalesce(path.str.extract(r"^(/.*) /.*$"), path))
            .when(changed).then(path.str.replace(r" [0-7]{3,4}$", "")).otherwise(path).alias("file.path"),
        )  # fmt: skip
    return split_address(frame, "source")


PARSER = MessageParser(
    reference="https://security.appspot.com/vsftpd/vsftpd_conf.html",
    programs=frozenset({"vsftpd"}),
    patterns=PATTERNS,
    finish=finish,
)
