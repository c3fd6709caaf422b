"""Messages of OpenDKIM and OpenDMARC: signatures made and checked, verdicts of DMARC and SPF."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.mail._parts import EMAIL, STARTED, STOPPED, with_client
from watchfloor.parsers.plugin import MessageParser, Pattern

_ID = r"^(?P<email.local_id>[0-9A-Za-z]{5,30}):? "
_CHECKED = {**EMAIL, "event.action": "dkim-verified"}


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The client, and a verdict of DMARC as outcome."""
    if "_verdict" in frame.columns:
        outcomes = {
            "pass": "success",
            "fail": "failure",
            "softfail": "failure",
            "neutral": "unknown",
            "none": "unknown",
        }
        verdict = frame["_verdict"].replace_strict(outcomes, default=None, return_dtype=pl.String)
        given = frame["event.outcome"] if "event.outcome" in frame.columns else verdict
        frame = frame.with_columns(
            pl.select(pl.coalesce(verdict, given)).to_series().alias("event.outcome"),
            pl.coalesce("event.reason", "_verdict").alias("event.reason") if "event.reason" in frame.columns
            else pl.col("_verdict").alias("event.reason"),
        )  # fmt: skip
    return with_client(frame)


PARSER = MessageParser(
    reference="https://manpages.debian.org/bookworm/opendkim/opendkim.conf.5.en.html",
    programs=frozenset({"opendkim", "opendmarc", "dkim-filter"}),
    patterns=(
        Pattern(
            rf"{_ID}DKIM-Signature (?:header added|field added) \(s=(?P<opendkim.selector>[^,]*), d="
            r"(?P<opendkim.domain>[^)]*)\)\s*$",
            {**EMAIL, "event.action": "dkim-signed", "event.outcome": "success"},
        ),
        Pattern(rf"{_ID}DKIM verification successful\s*$", {**_CHECKED, "event.outcome": "success"}),
        Pattern(
            rf"{_ID}s=(?P<opendkim.selector>\S+) d=(?P<opendkim.domain>\S+)(?: a=\S+)? SSL ?(?P<event.reason>.*)$",
            _CHECKED,
        ),
        Pattern(
            rf"{_ID}(?P<event.reason>(?:bad signature|signature .*(?:fail|invalid|expired)"
            r"|key retrieval failed|external host"
            r"|failed to parse).*)$",
            {**_CHECKED, "event.outcome": "failure"},
        ),
        Pattern(
            rf"{_ID}(?:(?P<_name>[^\s\[\]]+) )?\[(?P<source.address>[^\]\s]+)\] (?:\[[^\]]*\] )?"
            r"(?P<event.reason>not internal)\s*$",
            EMAIL,
        ),
        Pattern(
            rf"{_ID}SPF\((?:mailfrom|helo)\): (?P<email.from.address>\S+) (?P<_verdict>\w+)\s*$",
            {**EMAIL, "event.action": "spf"},
        ),
        Pattern(
            rf"{_ID}(?P<opendkim.domain>[A-Za-z0-9._-]+\.[A-Za-z0-9-]+) (?P<_verdict>pass|fail|none"
            r"|softfail|neutral)\s*$",
            {**EMAIL, "event.action": "dmarc"},
        ),
        Pattern(
            rf"{_ID}(?P<event.reason>(?:no signature|not authenticated|can't|ignoring|message has|DKIM|key).*)$", EMAIL
        ),
        Pattern(r"^Open(?:DKIM|DMARC)(?: Filter)?:? v?(?P<service.version>[\d.]+\S*) starting.*$", STARTED),
        Pattern(r"^Open(?:DKIM|DMARC)(?: Filter)? v?\S+ terminating.*$", STOPPED),
    ),
    finish=_finish,
)
