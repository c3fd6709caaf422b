"""What error logs of web servers have in common: what a level means."""

from __future__ import annotations

import polars as pl

_ERRORS = ["emerg", "alert", "crit", "error", "warn"]
_ASSET = r"\.(?:ico|png|jpe?g|gif|svg|webp|css|js|map|txt|xml|json|woff2?|ttf|html?|pdf|webmanifest)\b"
_KINDS = (
    (
        "authentication_failed",
        (
            r"password mismatch|Password Mismatch|user .* not found(?:: /|, referer|$)|was not found in \"|"
            r"authentication failure|"
            r"in realm .* not found|used wrong authentication scheme|(?:invalid (?:nonce|qop|opaque)|"
            r"realm mismatch|unknown algorithm|"
            r"uri mismatch|nonce) .*(?:received|expected)|client used wrong auth"
        ),
    ),
    ("authorization_failed", r"authorization failure|Authorization of user .* failed|authorization failed"),
    ("denied", r"client denied by server configuration|Access denied with code|access forbidden by rule|forbidden by"),
    ("missing_script", r"script .*not found or unable to stat|script not found|Primary script unknown"),
    (
        "invalid_request",
        (
            r"[Ii]nvalid URI|[Ii]nvalid method|request failed|URI too long|client sent (?:invalid|malformed|"
            r"HTTP|plain|too long|too large)|"
            r"Hostname .* provided via|erroneous characters|function definition|error importing function|invalid host|"
            r"client intended to send too large|Request header|malformed"
        ),
    ),
    ("rate_limited", r"limiting (?:requests|connections)|delaying request"),
    ("handshake_failed", r"SSL_do_handshake\(\) failed|SSL_read\(\) failed|SSL (?:Library Error|handshake)"),
    ("file_not_found", r"File does not exist|No such file or directory|is not found \(2"),
)
_TARGET = r"(?:File does not exist: |open\(\) \"|: \*\d+ \"|^\")([^\",]*)"
"""What the messages of Apache and nginx are about, the first that fits. Both quote what clients send, at the end."""


def with_type(frame: pl.DataFrame) -> pl.DataFrame:
    """`event.category` and `event.type`: an error from the level `warn` up, else information."""
    kind = pl.when(pl.col("log.level").is_in(_ERRORS)).then(pl.lit("error")).otherwise(pl.lit("info"))
    return frame.with_columns(
        pl.concat_list(pl.lit("web")).alias("event.category"), pl.concat_list(kind).alias("event.type")
    )


def with_action(frame: pl.DataFrame) -> pl.DataFrame:
    """`event.action` from the message, where it is one of the everyday kinds.

    A file that is missing is told from a script, or a place without extension: nobody links to those by mistake.
    """
    message = pl.col("message").str.replace(r"^\[client [^\]]*\] ", "")
    action = pl.lit(None, pl.String)
    for name, pattern in reversed(_KINDS):
        action = pl.when(message.str.contains(pattern)).then(pl.lit(name)).otherwise(action)
    probed = (action == "file_not_found") & ~message.str.extract(_TARGET).str.contains(_ASSET).fill_null(value=True)
    given = [pl.col("event.action")] if "event.action" in frame.columns else []
    return frame.with_columns(
        pl.coalesce(*given, pl.when(probed).then(pl.lit("missing_script")).otherwise(action)).alias("event.action")
    )
