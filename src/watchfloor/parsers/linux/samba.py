"""Samba's own log: authentication results, connections to shares, and the heads of the lines that follow them."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.linux._log import CLOSED, LOGIN, OPENED
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_HEAD = (
    r"^\[(?P<_time>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?), +(?P<samba.level>\d+)(?:, pid=(?P<process.pid>\d+)"
    r"(?:, effective\(\d+, \d+\), real\(\d+, \d+\))?)?(?:, class=(?P<log.logger>\w+))?\]"
    r" (?P<log.origin.file.name>\S+?):(?P<log.origin.file.line>\d+)\((?P<log.origin.function>\w+)\)"
)
_HOST = r"(?:ipv[46]:|unix:)?(?P<{}.address>[^\]\s]*?)(?::(?P<{}.port>\d{{1,5}}))?"
_REMOTE = _HOST.format("source", "source")
_LOCAL = _HOST.format("destination", "destination")
_SMB: Fields = {"network.protocol": "smb"}
_BODIES: tuple[tuple[str, Fields], ...] = (
    (
        (
            r"Auth: \[(?P<samba.service>[^\]]*)\] user \[(?P<user.domain>[^\]]*)\]\\\[(?P<user.name>.*)"
            r"\] at \[(?P<_when>[^\]]*)\]"
            r" with \[(?P<samba.authentication>[^\]]*)\] status \[(?P<samba.status>NT_STATUS_\w+)"
            r"\] workstation \[(?P<_station>.*)\]"
            rf" remote host \[{_REMOTE}\](?: (?:became|mapped to) \[.*\]\\\[.*\](?: \[S-[\d-]+\])?)"
            rf"?\. local host \[{_LOCAL}\].*$"
        ),
        LOGIN,
    ),
    (
        (
            r"Successful AuthZ: \[(?P<samba.service>[^\]]*)\] user \[(?P<user.domain>[^\]]*)"
            r"\]\\\[(?P<user.name>.*)\] \[(?P<user.id>S-[\d-]+)\]"
            rf" at \[(?P<_when>[^\]]*)\] Remote host \[{_REMOTE}\] local host \[{_LOCAL}\].*$"
        ),
        {**LOGIN, "event.type": ["info"], "event.action": "authorized", "event.outcome": "success"},
    ),
    (
        (
            r"check_ntlm_password: +[Aa]uthentication for user \[(?P<user.name>.*)\] -> \[.*\] FAILED with error "
            r"(?P<samba.status>NT_STATUS_\w+)"
            r"(?:, authoritative=\d)?\s*$"
        ),
        LOGIN,
    ),
    (
        (
            r"check_ntlm_password: +[Aa]uthentication for user \[(?P<user.name>.*)\] -> \[.*\] -> \[.*\] "
            r"(?P<samba.status>succeeded)\s*$"
        ),
        LOGIN,
    ),
    (
        (
            rf"(?P<_machine>\S+) \({_REMOTE}\) (?:signed )?connect to service (?P<samba.share>.*?) (?:initially )"
            rf"?as user (?P<user.name>.*)"
            r" \(uid=(?P<user.id>\d+), gid=\d+\) \(pid (?P<process.pid>\d+)\)\s*$"
        ),
        {**OPENED, "event.action": "share-connected"},
    ),
    (
        rf"(?P<_machine>\S+) \({_REMOTE}\) closed connection to service (?P<samba.share>.*?)\s*$",
        {**CLOSED, "event.action": "share-closed"},
    ),
    (
        rf"(?:Denied connection from|Connection denied from) (?:\S+ \()?{_REMOTE}\)?(?: to .*)?\s*$",
        {"event.category": ["network"], "event.type": ["connection", "denied"], "event.outcome": "failure"},
    ),
)
_SPACES = r"^\s{0,4}"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Outcome by the NT status; addresses as IP or name."""
    if "samba.status" in frame.columns:
        done = pl.col("samba.status").is_in(["NT_STATUS_OK", "succeeded"])
        known = [pl.col("event.outcome")] if "event.outcome" in frame.columns else []
        outcome = pl.when(pl.col("samba.status").is_not_null()).then(
            pl.when(done).then(pl.lit("success")).otherwise(pl.lit("failure"))
        )
        frame = frame.with_columns(
            pl.coalesce(*known, outcome).alias("event.outcome"),
            pl.when(~done).then("samba.status").alias("error.code"),
        )
    return split_address(split_address(frame, "source"), "destination")


PARSER = LineParser(
    reference="https://wiki.samba.org/index.php/Setting_up_Audit_Logging",
    patterns=(
        *(
            Pattern(rf"{_HEAD}(?:\s+)(?P<message>{regex})", {**fields, **_SMB})
            for regex, fields in _BODIES
            if "process.pid" not in regex
        ),
        *(Pattern(rf"{_SPACES}{regex}", {**fields, **_SMB}) for regex, fields in _BODIES),
        Pattern(rf"{_HEAD}\s*(?P<message>(?s:.*))$", {**_SMB, "event.category": ["network"], "event.type": ["info"]}),
    ),
    times=("%Y/%m/%d %H:%M:%S%.f",),
    sieve=(
        r"^(?:\[\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?, +\d+|\s{0,4}(?:Auth: \[|Successful AuthZ: \[|"
        r"check_ntlm_password: "
        r"|\S+ \(\S*\) (?:signed )?(?:connect|closed connection) to service |Denied connection from |"
        r"Connection denied from ))"
    ),
    sources=("smbd",),
    finish=_finish,
)
