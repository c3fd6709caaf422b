"""Postfix's names and what follows from its records."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.mail._parts import with_client, with_login, with_reply, with_tls

_DAEMONS = [
    "anvil",
    "bounce",
    "cleanup",
    "defer",
    "discard",
    "dnsblog",
    "error",
    "flush",
    "lmtp",
    "local",
    "master",
    "nqmgr",
    "oqmgr",
    "pickup",
    "pipe",
    "postalias",
    "postcat",
    "postdrop",
    "postfix-script",
    "postlog",
    "postlogd",
    "postmap",
    "postmulti",
    "postqueue",
    "postscreen",
    "postsuper",
    "postkick",
    "proxymap",
    "qmgr",
    "qmqpd",
    "relay",
    "retry",
    "scache",
    "sendmail",
    "showq",
    "smtp",
    "smtpd",
    "spawn",
    "tlsmgr",
    "tlsproxy",
    "trace",
    "trivial-rewrite",
    "verify",
    "virtual",
    "postfix-tls-script",
    "postfix-wrapper",
]
_SERVICES = [
    "submission",
    "smtps",
    "submissions",
    "smtp",
    "amavis",
    "scan",
    "reinject",
    "localhost",
    "10025",
    "25",
    "465",
    "587",
    "postscreen",
    "dkim",
]
_INSTANCES = [
    "postfix",
    "postfix-in",
    "postfix-out",
    "postfix-incoming",
    "postfix-outgoing",
    "postfix-submission",
    "postfix-mx",
    "postfix-relay",
    "postfix-smtp",
    "postfix-smtps",
    "postfix-bulk",
    "postfix-internal",
    "postfix-external",
    "postfix-local",
    "postfix-smo",
    "postfix-mta",
    "postfix1",
    "postfix2",
    "postfix-1",
    "postfix-2",
    "postfix-filter",
    "postfix-amavis",
    "postfix-pickup",
    "postfix-test",
]
PROGRAMS = frozenset(
    [*_INSTANCES]
    + [f"{instance}/{daemon}" for instance in _INSTANCES for daemon in _DAEMONS]
    + [
        f"{instance}/{service}/{daemon}"
        for instance in _INSTANCES
        for service in _SERVICES
        for daemon in ("smtpd", "smtp", "cleanup", "lmtp", "trivial-rewrite")
    ]
)
_OUTCOMES = {
    "sent": "success",
    "deliverable": "success",
    "bounced": "failure",
    "deferred": "failure",
    "expired": "failure",
    "undeliverable": "failure",
    "SOFTBOUNCE": "failure",
}
_ACTIONS = {"sent": "delivered"}


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Peers as IP and name, the log-in, the delivery's outcome, the subject that a header check shows."""
    frame = _with_status(_with_text(_normal(frame)))
    if "_listed" in frame.columns:
        frame = frame.drop("_listed")
    if "user.name" in frame.columns:
        frame = _with_login_of_client(frame)
    frame = with_client(with_client(frame), "destination", "_server")
    if "postfix.commands" in frame.columns:
        refused = frame["postfix.commands"].str.contains(r"(?:^| )auth=0/").fill_null(value=False)
        frame = _outcome(frame, refused, "failure")
    if "email.local_id" in frame.columns:
        frame = frame.with_columns(pl.col("email.local_id").alias("postfix.queue_id"))
    return with_tls(with_login(frame))


def _normal(frame: pl.DataFrame) -> pl.DataFrame:
    if "network.protocol" in frame.columns:
        protocol = pl.col("network.protocol")
        frame = frame.with_columns(
            pl.when(protocol.str.contains(r"^(?i)e?smtp$"))
            .then(pl.lit("smtp"))
            .otherwise(None)
            .alias("network.protocol")
        )
    if "event.action" in frame.columns:
        names = {"reject": "rejected", "milter-reject": "rejected", "hold": "held", "milter-hold": "held",
                 "discard": "discarded", "milter-discard": "discarded", "established": "tls-established",
                 "reused": "tls-reused"}  # fmt: skip
        frame = frame.with_columns(pl.col("event.action").replace(names))
    return frame


def _with_text(frame: pl.DataFrame) -> pl.DataFrame:
    if "_text" not in frame.columns:
        return frame
    return frame.drop("_text").with_columns(
        frame["_text"].str.extract(r"^(?i)Subject: (.*)$").alias("email.subject"),
    )


def _with_status(frame: pl.DataFrame) -> pl.DataFrame:
    if "postfix.status" in frame.columns:
        status = pl.col("postfix.status")
        frame = frame.with_columns(
            pl.when(status.is_not_null())
            .then(status.replace(_ACTIONS))
            .otherwise("event.action")
            .alias("event.action"),
        )
        outcome = frame["postfix.status"].replace_strict(_OUTCOMES, default=None, return_dtype=pl.String)
        frame = _outcome(frame, outcome.is_not_null(), outcome)
    return with_reply(frame, "event.reason")


def _outcome(frame: pl.DataFrame, where: pl.Series, value: str | pl.Series) -> pl.DataFrame:
    given = pl.col("event.outcome") if "event.outcome" in frame.columns else pl.lit(None, dtype=pl.String)
    chosen = pl.lit(value)
    return frame.with_columns(pl.when(where).then(chosen).otherwise(given).alias("event.outcome"))


def _with_login_of_client(frame: pl.DataFrame) -> pl.DataFrame:
    """A message that was taken from a client who had logged in is also a log-in that worked."""
    frame = frame.with_columns(pl.when(pl.col("user.name") != "(unavailable)").then("user.name").alias("user.name"))
    accepted = (frame["event.action"] == "received") & frame["user.name"].is_not_null()
    categories = pl.lit(["email", "authentication"], dtype=pl.List(pl.String))
    return frame.with_columns(pl.when(accepted).then(categories).otherwise("event.category").alias("event.category"))
