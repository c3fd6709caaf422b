"""Activity: which kinds of events there are, how many of each, first and last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from watchfloor.hunting.span import ALWAYS, Span
from watchfloor.lake.lake import Lake
from watchfloor.lake.sql import sql

MOST = 100_000
"""Kinds that are read at most, the most frequent ones."""

_TEXT = """
SELECT
    coalesce(event_dataset, '') AS dataset,
    min(coalesce(winlog_channel, '')) AS channel,
    coalesce(winlog_provider_name, '') AS provider,
    coalesce(event_code, '') AS code,
    coalesce(event_action, array_to_string(list_concat(event_category, event_type), ' '), '') AS meaning,
    count(*) AS events,
    count(*) / sum(count(*)) OVER () AS share,
    min(timestamp) AS first,
    max(timestamp) AS last
FROM events WHERE {span} GROUP BY 1, lower(winlog_channel), 3, 4, 5
ORDER BY events DESC, dataset, channel, provider, code, meaning
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """Events of one kind.

    Attributes:
        dataset: parser that read them, empty for what none did.
        channel, provider: of Windows events, else empty.
        code: the source's own number or name, empty when it has none.
        meaning: the events' action in words, else their category and type.
        events: how many.
        share: of all events, 0 to 1.
        first, last: time of the earliest and latest.
    """

    dataset: str
    channel: str
    provider: str
    code: str
    meaning: str
    events: int
    share: float
    first: dt.datetime
    last: dt.datetime


def activity(lake: Lake, span: Span = ALWAYS) -> list[Kind]:
    """The kinds of events of a home, the most frequent first.

    Raises:
        StoreError: it needs too much memory or time, or the lake cannot be read.
    """
    rows = sql(lake, _TEXT.format(span=span.condition), limit=MOST).rows
    return [
        Kind(dataset, channel, provider, code, _words(meaning), *counted)
        for dataset, channel, provider, code, meaning, *counted in rows
    ]


def _words(meaning: str) -> str:
    return meaning.replace("-", " ").replace("_", " ")
