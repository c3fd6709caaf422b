"""Messages of amavis: what was passed or blocked, and why."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.mail._parts import EMAIL, REJECTED, with_addresses, with_client
from watchfloor.parsers.plugin import MessageParser, Pattern

_ID = r"^\((?P<amavis.task_id>[0-9A-Za-z-]+)\) (?P<amavis.task>(?:!|\(!+\))?)"
_WHAT = (
    r"(?P<rule.category>[A-Z][A-Z-]*)(?: \((?P<amavis.detail>[^()]*(?:\([^()]*\))?[^()]*)\))?(?: \{"
    r"(?P<amavis.actions>[^{}]*)\})?"
)
_WHERE = (
    r",(?: (?P<amavis.policy>[A-Z][A-Z/_ -]*[A-Z]))?(?: \[(?P<source.address>[0-9A-Fa-f.:]+)\](?::"
    r"(?P<source.port>\d+))?)?"
    r"(?: \[[0-9A-Fa-f.:]+\])? <(?P<email.from.address>[^<>]*)> -> (?P<_to><[^<>]*>(?:,<[^<>]*>)*)"
    r"(?:, quarantine: (?P<amavis.quarantine>[^,\s]+))?(?P<_more>,? .*)?$"
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Recipients, ids, score and size out of the list at the end."""
    frame = with_addresses(with_client(frame))
    if "_more" not in frame.columns:
        return frame
    more = pl.col("_more")
    local = more.str.extract(r", Queue-ID: ([0-9A-Za-z]+)")
    return frame.with_columns(
        local.alias("email.local_id"),
        more.str.extract(r", Message-ID: <([^<>]*)>").alias("email.message_id"),
        more.str.extract(r", mail_id: ([^,\s]+)").alias("amavis.mail_id"),
        more.str.extract(r", Hits: (-?[\d.]+)").alias("amavis.score"),
        more.str.extract(r", size: (\d+)").alias("amavis.size"),
        more.str.extract(r", queued_as: ([0-9A-Za-z/]+)").alias("amavis.queued_as"),
        more.str.extract(r', Subject: "((?:[^"\\]|\\.)*)"').alias("email.subject"),
    ).drop("_more")


PARSER = MessageParser(
    reference="https://amavis.org/README.customize.txt",
    programs=frozenset({"amavis", "amavisd", "amavisd-new", "/usr/sbin/amavisd-new"}),
    patterns=(
        Pattern(rf"{_ID}Passed {_WHAT}{_WHERE}", {**EMAIL, "event.action": "passed", "event.outcome": "success"}),
        Pattern(rf"{_ID}Blocked {_WHAT}{_WHERE}", {**REJECTED, "event.action": "blocked"}),
        Pattern(rf"{_ID}(?P<event.reason>.*)$", EMAIL),
    ),
    finish=_finish,
)
