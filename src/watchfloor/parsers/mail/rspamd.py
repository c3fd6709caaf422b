"""Rspamd's log, from its own file or from syslog: what became of each message, and connections."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.mail._parts import CONNECTED, DENIED, EMAIL, with_addresses, with_client, with_login
from watchfloor.parsers.plugin import LineParser, Pattern

_HEAD = (
    r"^(?:(?P<_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) #(?P<process.pid>\d+)\((?P<rspamd.process>\w+)\) )?"
    r"<(?P<rspamd.task_id>[0-9A-Za-z]*)>; (?P<log.logger>[\w-]+); "
)
_RESULT = (
    r"rspamd_task_write_log: (?:loga: )?id: <(?:undef|(?P<email.message_id>.*?))>, (?:qid: <"
    r"(?P<email.local_id>[0-9A-Za-z]*)>, )?"
    r"(?:ip: (?P<source.address>[0-9A-Fa-f.:]+), )?(?:user: (?P<user.name>[^,\s]+), )?"
    r"(?:(?:smtp_)?from: <(?P<email.from.address>[^<>]*)>, )?"
    r"\((?P<rspamd.metric>\w+): (?P<rspamd.is_spam>[TFS]) \((?P<rspamd.action>[a-z ]+)\): \[(?P<rspamd.score>-?[\d.]+)"
    r"/(?P<rspamd.required_score>-?[\d.]+)\] \[(?P<rspamd.symbols>.*?)\]\), len: (?P<rspamd.size>\d+)"
    r"(?:, .*?)??(?:, rcpts: <(?P<_to>[^<>]*)>)?(?:, .*)?$"
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The action in the words of the family, recipients, the client."""
    if "rspamd.action" in frame.columns:
        action = pl.col("rspamd.action")
        frame = frame.with_columns(
            action.replace({"reject": "rejected", "no action": "accepted", "soft reject": "deferred"}).alias(
                "event.action"
            ),
            pl.when(action.is_in(["reject", "soft reject"]))
            .then(pl.lit("failure"))
            .when(action.is_not_null())
            .then(pl.lit("success"))
            .alias("event.outcome"),
        )
    return with_login(with_client(with_addresses(frame)))


PARSER = LineParser(
    reference="https://docs.rspamd.com/configuration/logging/",
    patterns=(
        Pattern(rf"{_HEAD}{_RESULT}", EMAIL),
        Pattern(
            rf"{_HEAD}\w+: (?:got|accepted) (?:\w+ )?connection from (?P<source.address>[0-9A-Fa-f.:]+?)"
            r"(?:(?: port |:)(?P<source.port>\d{1,5}))?\s*$",
            CONNECTED,
        ),
        Pattern(
            rf"{_HEAD}(?P<event.reason>\w+: .*(?:not? (?:allowed|authorized)|[Ii]ncorrect|invalid) .*password.*)$",
            DENIED,
        ),
        Pattern(rf"{_HEAD}(?P<event.reason>[\w:]+: .*)$"),
    ),
    times=("%Y-%m-%d %H:%M:%S%.f",),
    sieve=r"^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? #\d+\(\w+\) )?<[0-9A-Za-z]*>; [\w-]+; ",
    finish=_finish,
)
