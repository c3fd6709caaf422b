"""What access logs of Amazon's load balancers share: the region and account in their resource names."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._columns import by_value
from watchfloor.parsers.web._records import as_utc, finish_access

TIME = r"(?P<_time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z)"
SECONDS = (
    r"(?P<aws.elb.request_processing_time.sec>-?[\d.]+) (?P<aws.elb.backend_processing_time.sec>-?[\d.]+) "
    r"(?P<aws.elb.response_processing_time.sec>-?[\d.]+) "
)
_ARN = r"arn:aws[a-z-]*:[a-z0-9-]+:([a-z0-9-]*):(\d{12}):"
"""Region and account."""


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """What follows from a request, and the cloud that it was in by the first resource name in `_arn` or `_arn2`."""
    arns = [pl.col(name) for name in ("_arn", "_arn2") if name in frame.columns]
    if arns:
        arn = frame.select(pl.coalesce(arns)).to_series()
        parts = [
            by_value(arn, lambda distinct: distinct.str.extract(_ARN, 1).replace("", None)).alias("cloud.region"),
            by_value(arn, lambda distinct: distinct.str.extract(_ARN, 2)).alias("cloud.account.id"),
        ]
        frame = frame.hstack(parts)
    return as_utc(finish_access(frame.with_columns(pl.lit("aws").alias("cloud.provider"))))
