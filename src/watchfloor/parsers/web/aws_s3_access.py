"""Server access logs of Amazon S3: who asked what of which bucket, and how it was answered."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._columns import by_value
from watchfloor.parsers.plugin import LineParser, Pattern
from watchfloor.parsers.web._aws import finish
from watchfloor.parsers.web._records import ACCESS

_TEXT = r'(?:-|"(?:-|(?P<{name}>[^"]*))")'
_PATTERN = (
    r"^(?P<aws.s3access.bucket_owner>[0-9a-f]{64}|-) (?P<aws.s3access.bucket>\S+)"
    r" \[(?P<_time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] (?P<source.address>\S+)"
    r" (?P<user.id>\S+) (?P<http.request.id>\S+) (?P<event.action>[A-Z0-9]+(?:\.[A-Za-z0-9_-]+)+) "
    r"(?P<aws.s3access.key>\S+)"
    rf" {_TEXT.format(name='_request')} (?P<http.response.status_code>\d{{3}}|-) (?P<event.code>\S+)"
    r" (?P<http.response.body.bytes>\d+|-) (?P<aws.s3access.object_size>\d+|-) (?P<_millis>\d+|-) "
    r"(?P<aws.s3access.turn_around_time>\d+|-)"
    rf' {_TEXT.format(name="http.request.referrer")} (?:-|"(?:-|(?P<user_agent.original>.*?))") '
    rf"(?P<aws.s3access.version_id>\S+)"
    r"(?: (?P<aws.s3access.host_id>\S+))?(?: (?P<aws.s3access.signature_version>\S+) (?P<tls.cipher>\S+)"
    r" (?P<aws.s3access.authentication_type>\S+) (?P<url.domain>\S+)(?: (?P<_tls>\S+))?(?: (?P<_arn>\S+))?(?: "
    r".*)?)?\s*$"
)


_USER = r"^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(?:user|assumed-role)/(?:.*/)?([^/]+)$"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """What follows from a request; the name of the user of an IAM identity."""
    frame = finish(frame)
    if "user.id" not in frame.columns:
        return frame
    name = by_value(frame["user.id"], lambda distinct: distinct.str.extract(_USER))
    return frame.with_columns(name.alias("user.name"))


PARSER = LineParser(
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html",
    patterns=(Pattern(_PATTERN, ACCESS),),
    times=("%d/%b/%Y:%H:%M:%S %z",),
    sieve=r"^(?:[0-9a-f]{64}|-) \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] \S+ \S+ \S+ [A-Z0-9]+\.",
    finish=_finish,
)
