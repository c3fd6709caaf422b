"""Takes the syslog envelope off: RFC 5424, RFC 3164 and its common variants."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._patterns import extract
from watchfloor.parsers._times import LOCAL, YEARLESS, parse_times
from watchfloor.parsers.plugin import Pattern

_PRI = r"(?:<(?P<_pri>\d{1,3})>)?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = r"\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?"
_TIME = (
    rf"(?:(?P<_yearless>{_MONTH} [ \d]?\d {_CLOCK}):?"
    rf"|(?P<_dated>{_MONTH} [ \d]?\d \d{{4}} {_CLOCK}|{_MONTH} [ \d]?\d {_CLOCK} \d{{4}}):?"
    rf"|(?P<_iso>\d{{4}}-\d{{2}}-\d{{2}}[T ]{_CLOCK}(?:Z|[+-]\d{{2}}:?\d{{2}})?))"
)
_HOST = r"(?P<host.hostname>[A-Za-z0-9_](?:[A-Za-z0-9._:%-]*[A-Za-z0-9_])?)"
_WITH_PID = r"(?P<_tag>[^\[\]:]{1,64})\[(?P<_pid>\d+)(?:[^\]]*)\](?: \([^)]*\)){0,2}:"
_NO_PID = r"(?P<_tag>[^\s\[\]:]{1,64})(?:\[[^\]]{0,64}\])?:"
_MESSAGE = r"\s?(?P<message>(?s:.*))$"

_PATTERNS = (
    Pattern(
        r"^<(?P<_pri>\d{1,3})>(?P<log.syslog.version>[1-9]\d?) (?P<_iso>\S+) (?P<host.hostname>\S{1,255})"
        r" (?P<_tag>\S{1,128}) (?P<_procid>\S{1,128}) (?P<log.syslog.msgid>\S{1,64})"
        r' (?P<log.syslog.structured_data>-|(?:\[(?:[^\]\\"]|"(?:[^"\\]|\\.)*"|\\.)*\])+)(?: \x{FEFF}?(?P<message>(?s:.*)))?$'
    ),
    *(
        Pattern(rf"^{_PRI}{_TIME}\s+{rest}{_MESSAGE}")
        for rest in (
            rf"{_HOST}\s+{_WITH_PID}",
            rf"{_HOST}\s+{_NO_PID}",
            _WITH_PID,
            _NO_PID,
            rf"{_HOST}(?:\s+|$)",
        )
    ),
    Pattern(rf"^{_PRI}{_TIME}\s+(?P<message>-+ last message repeated (?s:.*))$"),
    Pattern(rf"^{_PRI}{_HOST} (?P<_tag>[A-Za-z0-9_./()-]{{1,64}})\[(?P<_pid>\d+)\]:{_MESSAGE}"),
    Pattern(rf"^<(?P<_pri>\d{{1,3}})>{_NO_PID}{_MESSAGE}"),
)
_ISO = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f", "%b %e %Y %H:%M:%S%.f", "%b %e %H:%M:%S%.f %Y")
_FACILITIES = ["kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"]
_SEVERITIES = ["emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"]


def peel(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with an envelope, its fields and `message` filled, and rows without one."""
    parsed, rest = extract(frame, _PATTERNS)
    if parsed.is_empty():
        return parsed, rest
    wanted = ("_iso", "_dated", YEARLESS, "_tag", "_procid", "_pid", "_pri", "message")
    parsed = parsed.with_columns(
        pl.lit(None, dtype=pl.String).alias(name) for name in wanted if name not in parsed.columns
    )
    texts = pl.coalesce("_iso", "_dated")
    cleaned = texts.str.replace(r"^(\d{4}-\d\d-\d\d) ", "${1}T").str.replace(",", ".", literal=True)
    utc, local = parse_times(parsed.select(cleaned).to_series(), _ISO)
    tag = pl.col("_tag").str.strip_chars()
    priority = pl.col("_pri").cast(pl.Int64, strict=False)
    valid = pl.when(priority < 192).then(priority)
    return parsed.with_columns(
        utc.alias("@timestamp"),
        local.alias(LOCAL),
        pl.col(YEARLESS).str.replace(",", ".", literal=True).str.replace(r"^(\w{3}) (\d) ", "${1}  ${2} "),
        pl.when(tag.str.starts_with("/")).then(tag.str.extract(r"([^/]+)/*$")).otherwise(tag).alias("process.name"),
        pl.coalesce("_pid", pl.col("_procid").str.extract(r"^(\d+)$"))
        .cast(pl.Int64, strict=False)
        .alias("process.pid"),
        pl.coalesce("message", pl.lit("")).alias("message"),
        valid.alias("log.syslog.priority"),
        (valid // 8).alias("log.syslog.facility.code"),
        (valid % 8).alias("log.syslog.severity.code"),
        (valid // 8).replace_strict(dict(enumerate(_FACILITIES)), default=None).alias("log.syslog.facility.name"),
        (valid % 8).replace_strict(dict(enumerate(_SEVERITIES)), default=None).alias("log.syslog.severity.name"),
    ).drop("_iso", "_dated", "_tag", "_procid", "_pid", "_pri"), rest
