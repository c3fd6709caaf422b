"""What the entries of lease files have in common: each says who had an address, and since and until when."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from watchfloor.parsers._address import ip_of
from watchfloor.parsers._columns import column, listed, word
from watchfloor.parsers.dhcp._exchange import action, message, with_client
from watchfloor.parsers.plugin import Fields

ENDLESS = 2**32 - 1
"""Seconds of a lease that never ends (RFC 2131, 3.3)."""


class State(NamedTuple):
    """What an entry says of its address, and which of its two moments it is about."""

    fields: Fields
    at_end: bool = False


STATES: dict[str, State] = {
    "held": State(message("ack")),
    "released": State(message("release"), at_end=True),
    "expired": State(message("expire"), at_end=True),
    "unusable": State(action("dhcp-lease-abandoned", "connection", "error", outcome="failure")),
    "told": State(action("dhcp-lease", "connection", "info")),
    "failover": State(action("dhcp-failover-state", "info")),
}
"""Held by the client; given back; run out; used by somebody unknown; anything else of a lease; of no lease, but of the
server's peer."""


def with_state(
    frame: pl.DataFrame, state: pl.Series, start: pl.Series, end: pl.Series, seconds: pl.Series
) -> pl.DataFrame:
    """The entries as events of the moment that they are about.

    Args:
        frame: with `client.ip`, and as far as they are known `client.mac`, `dhcp.client_id`, `dhcp.hostname`.
        state: of each entry, a key of `STATES`.
        start: since when it holds, UTC.
        end: until when, UTC; null where it does not end.
        seconds: how long a lease lasts; `ENDLESS` where it does not end.
    """
    held = state == "held"
    # Without its moment and length nobody knows when the client had the address.
    untold = held & (start.is_null() | (seconds <= 0).fill_null(value=True))
    state = pl.select(pl.when(untold).then(pl.lit("told")).otherwise(state)).to_series()
    ends = word(state, {name: "end" for name, each in STATES.items() if each.at_end}).is_not_null()
    frame = frame.with_columns(
        ip_of(column(frame, "client.ip")).alias("client.ip"),
        pl.when(ends).then(end).otherwise(start).alias("@timestamp"),
        start.alias("event.start"),
        end.alias("event.end"),
        pl.when(state == "held").then(seconds).alias("dhcp.lease_seconds"),
        # The name of who asked last stays with an address that nobody got.
        pl.when(state != "unusable").then(column(frame, "dhcp.hostname")).alias("dhcp.hostname"),
        pl.lit(["network"]).alias("event.category"),
        listed(state, {name: _words(each.fields["event.type"]) for name, each in STATES.items()}).alias("event.type"),
        pl.lit("dhcp").alias("network.protocol"),
        *(
            word(state, {name: str(each.fields[field]) for name, each in STATES.items() if field in each.fields})
            .alias(field)
            for field in ("event.action", "event.outcome", "dhcp.type")
        ),
    )  # fmt: skip
    return with_client(frame)


def _words(value: str | int | list[str]) -> list[str]:
    return value if isinstance(value, list) else [str(value)]
