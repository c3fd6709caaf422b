"""Category, type and outcome of records of any product, as far as their own words for action and outcome tell."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._columns import column, first, gathered, word

_DENIED = (
    "deny", "denied", "drop", "dropped", "block", "blocked", "reject", "rejected", "reset", "reset-both",
    "reset-client",
    "reset-server", "prevent", "prevented", "quarantine", "quarantined", "discard", "terminate", "terminated", "refuse",
    "block-url", "sinkhole", "clean", "cleaned",
)  # fmt: skip
_ALLOWED = (
    "allow", "allowed", "accept", "accepted", "permit", "permitted", "pass", "passed", "passthrough", "detect",
    "detected",
    "monitor", "alert", "log", "not blocked", "start", "close", "timeout", "forward", "bypass",
)  # fmt: skip
_VERDICTS = dict.fromkeys(_DENIED, "denied") | dict.fromkeys(_ALLOWED, "allowed")
_OUTCOMES = {
    "success": "success", "succeeded": "success", "successful": "success", "ok": "success", "passed": "success",
    "true": "success", "failure": "failure", "failed": "failure", "fail": "failure", "error": "failure",
    "false": "failure", "unknown": "unknown", "attempt": "unknown",
}  # fmt: skip
_SIGN_IN = r"(?i)\b(?:log[ -]?(?:in|on)|logged (?:in|on)|sign[ -]?in|authenticat\w*)\b"
_SIGN_OUT = r"(?i)\b(?:log[ -]?(?:out|off)|logged (?:out|off)|sign[ -]?out)\b"
_FAILED = r"(?i)\b(?:fail\w*|denied|invalid|rejected|unsuccessful|incorrect)\b"
_MALWARE = r"(?i)malware|virus|trojan|ransom|spyware|worm\b"
_INTRUSION = r"(?i)\bips\b|\bids\b|intrusion|exploit|signature|sql injection|attack|scan detected|vulnerability"


def classified(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with category, type and outcome by `@verdict`, `@outcome`, `@category`, `@name` and both sides."""
    about = pl.concat_str([column(frame, "@name"), column(frame, "@category")], separator=" ", ignore_nulls=True)
    text = frame.select(about.alias("about")).to_series()
    verdict = word(column(frame, "@verdict"), _VERDICTS)
    both = first(frame, "source.address").is_not_null() & first(frame, "destination.address").is_not_null()
    sign_in, sign_out = text.str.contains(_SIGN_IN), text.str.contains(_SIGN_OUT)
    signs = sign_in | sign_out
    malware, intrusion = text.str.contains(_MALWARE), text.str.contains(_INTRUSION)
    said = word(column(frame, "@outcome"), _OUTCOMES)
    guessed = pl.when(text.str.contains(_FAILED)).then(pl.lit("failure")).otherwise(pl.lit("success"))
    categories = gathered(
        pl.when(signs).then(pl.lit("authentication")),
        pl.when(malware & ~signs).then(pl.lit("malware")),
        pl.when(intrusion & ~malware & ~signs).then(pl.lit("intrusion_detection")),
        pl.when(both & ~signs).then(pl.lit("network")),
        default=None,
    )
    types = gathered(
        pl.when(sign_in).then(pl.lit("start")).when(sign_out).then(pl.lit("end")),
        pl.when(both & ~signs & verdict.is_not_null()).then(pl.lit("connection")),
        pl.when(~signs).then(verdict),
    )
    return frame.with_columns(
        categories.alias("event.category"),
        types.alias("event.type"),
        pl.coalesce(said, pl.when(signs).then(guessed), pl.when(verdict.is_not_null()).then(pl.lit("success"))).alias(
            "event.outcome"
        ),
    )
