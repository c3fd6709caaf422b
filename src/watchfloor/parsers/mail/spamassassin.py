"""Messages of SpamAssassin's spamd: connections, verdicts and scores."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.mail._parts import CONNECTED, DENIED, EMAIL, STARTED, STOPPED, with_client, with_login
from watchfloor.parsers.plugin import MessageParser, Pattern

_SCORE = r"\((?P<spamassassin.score>-?[\d.]+)/(?P<spamassassin.required_score>-?[\d.]+)\)"
_USER = r"for (?P<user.name>.*?):(?P<user.id>\d+)"
_LEVEL = r"^(?:(?P<log.level>info|warn|error|dbg): )?(?:spamd: )?"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The client, the user whose mail it was, the verdict."""
    if "_spam" in frame.columns:
        verdicts = {"Y": "spam", ".": "clean"}
        verdict = pl.col("_spam").replace_strict(verdicts, default=None, return_dtype=pl.String)
        frame = frame.with_columns(pl.coalesce(verdict, "event.action").alias("event.action"))
    return with_login(with_client(frame))


PARSER = MessageParser(
    reference="https://spamassassin.apache.org/full/4.0.x/doc/spamd.html",
    programs=frozenset({"spamd", "spamassassin"}),
    patterns=(
        Pattern(
            rf"{_LEVEL}connection from (?P<_name>[^\s\[\]]+) \[(?P<source.address>[^\]]+)\](?::| at port )"
            r"(?P<source.port>\d+).*$",
            CONNECTED,
        ),
        Pattern(rf"{_LEVEL}(?:processing|checking) message <?(?P<email.message_id>.*?)>? {_USER}\s*$", EMAIL),
        Pattern(rf"{_LEVEL}identified spam {_SCORE} {_USER} in .*$", {**EMAIL, "event.action": "spam"}),
        Pattern(rf"{_LEVEL}clean message {_SCORE} {_USER} in .*$", {**EMAIL, "event.action": "clean"}),
        Pattern(
            rf"{_LEVEL}result: (?P<_spam>[Y.])\s+(?P<spamassassin.score>-?\d+) - (?P<spamassassin.tests>\S*)"
            r" scantime=(?P<spamassassin.scantime>[\d.]+),size=(?P<spamassassin.size>\d+),user=(?P<user.name>.*?)"
            r",uid=(?P<user.id>\d+),required_score=(?P<spamassassin.required_score>[\d.]+),rhost=(?P<_name>[^,\s]+)"
            r",raddr=(?P<source.address>[^,\s]+),rport=(?P<source.port>\d+|/\S+?),mid=<?(?P<email.message_id>.*?)>?"
            r"(?:,(?:bayes|autolearn|shortcircuit)=.*)?$",
            {**EMAIL, "event.action": "result"},
        ),
        Pattern(
            rf"{_LEVEL}(?P<event.reason>unauthorized connection) from (?P<_name>[^\s\[\]]+)"
            r" \[(?P<source.address>[^\]]+)\].*$",
            DENIED,
        ),
        Pattern(rf"{_LEVEL}server started on .*$", STARTED),
        Pattern(rf"{_LEVEL}server (?:killed by|hit by|shutting down|got ).*$", STOPPED),
        Pattern(r"^(?P<log.level>warn|error): (?P<event.reason>.*)$"),
    ),
    finish=_finish,
)
