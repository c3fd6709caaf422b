"""Takes the syslog envelope off: RFC 5424, RFC 3164 and what syslog daemons and journalctl make of it.

Lengths are not limited where the specification does: long names are slower to count than to read.
Specification: https://www.rfc-editor.org/rfc/rfc5424, https://www.rfc-editor.org/rfc/rfc3164,
https://www.rsyslog.com/doc/configuration/templates.html
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._patterns import HEAD, REMAINDER, TEXT, extract, stacked
from watchfloor.parsers._severity import NAMES
from watchfloor.parsers._times import LOCAL, YEARLESS, offsets, parse_times
from watchfloor.parsers.plugin import Pattern

_PRI = r"(?:(?:\d{1,6} )?<(?P<log.syslog.priority>\d{1,4})>)?\s?"  # RFC 6587 may put the record's length in front
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_DAY = r"(?: ?\d|\d{2})"
_CLOCK = r"\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?"
_OFFSET = r"(?:Z| UTC|[+-]\d{2}:?\d{2})?"
_WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?"
_TIME = (
    rf"{_WEEKDAY}(?:(?P<_yearless>{_MONTH} {_DAY} {_CLOCK})(?: (?P<_year>\d{{4}}))?:?"
    rf"|(?P<_dated>{_MONTH} {_DAY} \d{{4}} {_CLOCK}|\d{{4}} {_MONTH} {_DAY} {_CLOCK}):?"
    rf"|(?P<_iso>\d{{4}}-\d{{2}}-\d{{2}}[T ]{_CLOCK}{_OFFSET}))"
)
_HOST = r"(?P<host.hostname>[A-Za-z0-9_](?:[A-Za-z0-9._:%-]*[A-Za-z0-9_])?)"
_HOST_AGAIN = r"[A-Za-z0-9_.:-]+"
_WORDS = r"[^\s\[\]:][^\[\]:]{0,63}"
_WITH_PID = rf"(?P<_tag>{_WORDS})\]?\[(?P<process.pid>\d+)[^\]]*\](?: ?\([^)]*\)){{0,2}}:"
_MESSAGE = rf"\s?{REMAINDER}"
_SD = r'(?P<log.syslog.structured_data>-|(?:\[(?:[^\]\\"]|"(?:[^"\\]|\\.)*"|\\.)*\])+)'
_RFC5424 = (
    r"^(?:(?:\d{1,6} )?<(?P<log.syslog.priority>\d{1,4})>)?"
    r"(?P<log.syslog.version>[1-9]\d?) (?:-|(?P<_iso>\d{4}-\d\d-\d\dT\S+))"
    rf" (?P<host.hostname>\S+) (?P<_tag>\S+) (?P<_procid>\S+) (?P<log.syslog.msgid>\S+)? {_SD}"
)

_ZONE_NAME = r"(?: [A-Z]{1,5})?"
_ZONE = r"(?: (?P<_zone>[A-Z]{1,5}))?"
_MARKED = (
    r"(?:%%?[0-9A-Z][A-Z0-9_]*[-:/]|CEF: ?\d|LEEF: ?\d|@cee:|\[?\{\s?\"|<Event "
    r"|(?:date|id|device|devname|logver|EFW|src)=|\[[^\s\]]{1,64}\] DESCR=)"
)
"""Messages that say themselves of what format they are, so that their start is no program's name."""
_MARKS = r'%|CEF:|LEEF:|@cee:|\{ ?"|<Event |date=|id=|device=|devname=|logver=|EFW=|src=|\] DESCR='
"""What every such message has somewhere."""

_MARKED_PATTERNS = (
    Pattern(rf"^(?P<{HEAD}>{_PRI}(?:\d{{0,10}}: ?)?[*.]?{_TIME}{_ZONE}:?\s+(?:{_HOST} )?(?:\d+: )?:? ?){_MARKED}"),
    Pattern(rf"^(?P<{HEAD}>{_PRI}(?:\d{{1,10}}: ?)?{_HOST}: (?:\d{{1,10}}: )?[*.]?{_TIME}{_ZONE}: ?){_MARKED}"),
    Pattern(
        rf"^(?P<{HEAD}>{_PRI}{_TIME}\s+{_HOST} \d{{1,10}}: (?:{_HOST_AGAIN}: )?"
        rf"[*.]?{_MONTH} {_DAY} (?:\d{{4}} )?{_CLOCK}{_ZONE_NAME}: ?){_MARKED}"
    ),
    Pattern(rf"^(?P<{HEAD}><(?P<log.syslog.priority>\d{{1,4}})>(?:\d{{1,10}}: ?)?:? ?){_MARKED}"),
)
_PATTERNS = (
    Pattern(rf"^(?P<_iso>\d{{4}}-\d\d-\d\dT{_CLOCK}{_OFFSET}) (?:stdout|stderr) [FP] {REMAINDER}"),
    Pattern(
        rf"^{_TIME}\s+(?P<log.syslog.facility.name>[A-Z][A-Za-z0-9]{{2,8}})\.(?P<log.syslog.severity.name>[A-Z][a-z]+)"
        rf"\s+{_HOST}\s+{REMAINDER}"
    ),
    Pattern(rf"{_RFC5424} \x{{FEFF}}?{REMAINDER}"),
    Pattern(rf"{_RFC5424}$"),
    Pattern(
        rf"^{_PRI}{_TIME}\s+{_HOST}\s+"
        r"(?P<host.ip>\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)\s+"
        rf"(?P<_tag>[^\s\[\]:]+)(?:\[(?P<process.pid>\d+)\])?:{_MESSAGE}"
    ),
    Pattern(rf"^{_PRI}{_TIME}\s+{_HOST}\s+{_WITH_PID}{_MESSAGE}"),
    Pattern(rf"^{_PRI}{_TIME}\s+{_HOST}\s+(?P<_tag>[^\s\[\]:]+)(?:\[[^\]]*\]|\])?:{_MESSAGE}"),
    Pattern(rf"^{_PRI}{_TIME}\s+{_WITH_PID}{_MESSAGE}"),
    Pattern(rf"^{_PRI}{_TIME}\s+(?:{_HOST}\s+)?\[(?P<_tag>[A-Za-z][^\s\[\]:]*)\]:?{_MESSAGE}"),
    Pattern(rf"^{_PRI}{_TIME}\s+(?P<_tag>[^\s\[\]:]+)(?:\[[^\]]*\])?:{_MESSAGE}"),
    Pattern(rf"^{_PRI}{_TIME} {_HOST}(?: {_MESSAGE}|$)"),
    Pattern(rf"^{_PRI}{_TIME}(?:\s{_MESSAGE}|$)"),
    Pattern(rf"^{_PRI}{_HOST} (?P<_tag>[A-Za-z0-9_./()@-]{{1,64}})\[(?P<process.pid>\d+)\]:{_MESSAGE}"),
    Pattern(rf"^<(?P<log.syslog.priority>\d{{1,4}})>(?P<_tag>[^\s\[\]:]+)(?:\[(?P<process.pid>\d+)\])?:{_MESSAGE}"),
    Pattern(rf"^<(?P<log.syslog.priority>\d{{1,4}})>{_MESSAGE}"),
)
_IN_FULL = r"\b([A-Z][a-z]{2})[a-z]+"
"""A month whose name is written out."""
_FORMATS = (
    "%Y-%m-%dT%H:%M:%S%.f%#z",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%b %e %Y %H:%M:%S%.f%z",
    "%Y %b %e %H:%M:%S%.f%z",
    "%b %e %Y %H:%M:%S%.f",
    "%Y %b %e %H:%M:%S%.f",
)
_TEXTS = (
    "_iso",
    "_dated",
    YEARLESS,
    "_year",
    "_zone",
    "_tag",
    "_procid",
    "process.pid",
    "log.syslog.priority",
    "log.syslog.facility.name",
    "log.syslog.severity.name",
    "message",
)
_FACILITIES = [
    "kern",
    "user",
    "mail",
    "daemon",
    "auth",
    "syslog",
    "lpr",
    "news",
    "uucp",
    "cron",
    "authpriv",
    "ftp",
    "ntp",
    "audit",
    "alert",
    "clock",
    "local0",
    "local1",
    "local2",
    "local3",
    "local4",
    "local5",
    "local6",
    "local7",
]


def peel(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with an envelope, its fields and `message` filled, and rows without one."""
    may_be = frame[TEXT].str.contains(_MARKS)
    marked, unmarked = extract(frame.filter(may_be), _MARKED_PATTERNS)
    others, rest = extract(stacked([frame.filter(~may_be), unmarked]), _PATTERNS)
    parsed = stacked([marked, others])
    if parsed.is_empty():
        return parsed, rest
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in _TEXTS if name not in parsed.columns]
    parsed = parsed.with_columns(absent)
    tag = pl.col("_tag").str.strip_chars()
    parsed = parsed.with_columns(
        *_time_columns(parsed),
        pl.when(tag.str.starts_with("/")).then(tag.str.extract(r"([^/]+)/*$")).otherwise(tag).alias("process.name"),
        pl.when(tag.str.starts_with("/")).then(tag).alias("process.executable"),
        pl.coalesce("process.pid", pl.col("_procid").str.extract(r"^(\d+)$"))
        .cast(pl.Int64, strict=False)
        .alias("process.pid"),
        pl.col("message").fill_null(""),
        *_priority_columns(),
    )
    return parsed.drop("_iso", "_dated", "_year", "_zone", "_tag", "_procid"), rest


def _time_columns(parsed: pl.DataFrame) -> tuple[pl.Series, pl.Series, pl.Series]:
    """(UTC, local, yearless) times of the envelopes."""
    yearless = parsed[YEARLESS].str.replace(",", ".", literal=True).str.replace(_IN_FULL, "$1")
    with_year = pl.col("_year") + " " + yearless
    dated = pl.concat_str(
        pl.coalesce(pl.col("_dated").str.replace(_IN_FULL, "$1"), with_year),
        offsets(parsed["_zone"]).fill_null(""),
    )
    texts = parsed.select(pl.coalesce("_iso", dated)).to_series()
    if texts.null_count() < len(texts):
        texts = texts.str.replace(r"^(\d{4}-\d\d-\d\d) ", "${1}T").str.replace(" UTC", "Z", literal=True)
        texts = texts.str.replace(",", ".", literal=True)
    utc, local = parse_times(texts, _FORMATS if texts.null_count() < len(texts) else ())
    return utc.alias("@timestamp"), local.alias(LOCAL), yearless.alias(YEARLESS)


def _priority_columns() -> tuple[pl.Expr, ...]:
    priority = pl.col("log.syslog.priority").cast(pl.Int64, strict=False)
    valid = pl.when(priority < 192).then(priority)
    names = {
        "facility": (valid // 8, dict(enumerate(_FACILITIES))),
        "severity": (valid % 8, dict(enumerate(NAMES))),
    }
    columns = [valid.alias("log.syslog.priority")]
    for name, (code, known) in names.items():
        columns.append(code.alias(f"log.syslog.{name}.code"))
        text = code.replace_strict(known, default=None, return_dtype=pl.String)
        columns.append(pl.coalesce(text, f"log.syslog.{name}.name").alias(f"log.syslog.{name}.name"))
    return tuple(columns)


def bare(name: str) -> pl.Expr:
    """The message without what relays put around it: Solaris message ids, kernel clocks, `message repeated`."""
    text = pl.col(name).str.strip_chars_start()
    text = text.str.replace(r"^\[ID \d+ [a-z0-9.]+\] ", "").str.replace(r"^kernel:\s?\[ *\d+\.\d+\]:? ", "")
    return text.str.replace(r"^message repeated \d+ times: \[ (.*)\]$", "$1")
