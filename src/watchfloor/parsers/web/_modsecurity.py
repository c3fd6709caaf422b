"""What ModSecurity writes about a match, in Apache's and nginx's error logs and in its audit logs."""

from __future__ import annotations

import re

import polars as pl

DATASET = "web.modsecurity"
_ALERT = (
    r"ModSecurity(?:-nginx)?: (?:Access denied|Warning|Audit log|Rule|Pausing|Allowing|collection_|Output filter|"
    r"Request|Response|JSON|Multipart|XML|Rejected)"
)
_TAGGED = r'(?: \[[a-z_]+ "(?:[^"\\]|\\.)*"\])*'
# Values between quotes have their own quotes escaped, so the last `[file` that only such values follow is the server's.
_TAGS = rf'^(?s:.*?ModSecurity(?:-nginx)?: (?P<what>.*)) (?P<tags>\[file "(?:[^"\\]|\\.)*"\]{_TAGGED})(?:,? .*)?$'
_NAMES = {
    "id": "rule.id",
    "msg": "rule.name",
    "ver": "rule.ruleset",
    "rev": "rule.version",
    "severity": "modsecurity.severity",
    "data": "modsecurity.data",
    "hostname": "url.domain",
    "uri": "url.path",
    "unique_id": "http.request.id",
    "file": "modsecurity.file",
    "line": "modsecurity.line",
    "maturity": "modsecurity.maturity",
    "accuracy": "modsecurity.accuracy",
}
_TAG = re.compile(r'\[tag "((?:[^"\\]|\\.)*)"\]')
SEVERITIES = {
    name: at
    for at, name in enumerate(["EMERGENCY", "ALERT", "CRITICAL", "ERROR", "WARNING", "NOTICE", "INFO", "DEBUG"])
}


def with_match(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of an error log whose message is ModSecurity's, as events of its own dataset; other rows as they are."""
    message = frame["message"]
    mine = message.str.contains(_ALERT).fill_null(value=False)
    if not mine.any():
        return frame
    ours = pl.select(pl.when(mine).then(message)).to_series()
    parts = ours.str.extract_groups(_TAGS).struct
    tags = parts.field("tags")
    found = {field: tags.str.extract(rf'\[{name} "((?:[^"\\]|\\.)*)"\]') for name, field in _NAMES.items()}
    what = parts.field("what").fill_null(ours.str.extract(r"ModSecurity(?:-nginx)?: (?s:(.*))$"))
    denied = what.str.starts_with("Access denied").fill_null(value=False)
    severity = found["modsecurity.severity"].str.to_uppercase()
    number = severity.replace(SEVERITIES).cast(pl.Int64, strict=False)
    columns: dict[str, pl.Series | pl.Expr] = {
        **found,
        "event.reason": what,
        "event.severity": number,
        "event.action": pl.when(denied).then(pl.lit("denied")),
        "event.outcome": pl.when(denied).then(pl.lit("failure")),
        "http.response.status_code": what.str.extract(r"^Access denied with code (\d{3})"),
        "event.kind": pl.when(found["rule.id"].is_not_null()).then(pl.lit("alert")),
        "modsecurity.tags": pl.Series([None if each is None else _TAG.findall(each) for each in tags]).cast(
            pl.List(pl.String)
        ),
        "event.dataset": pl.when(mine).then(pl.lit(DATASET)),
        "event.category": pl.when(mine).then(pl.lit(["intrusion_detection", "web"])),
        "event.type": pl.when(denied).then(pl.lit(["denied"])).when(mine).then(pl.lit(["info"])),
    }
    return frame.with_columns(
        (pl.coalesce(column, name) if name in frame.columns else column).alias(name) for name, column in columns.items()
    )
