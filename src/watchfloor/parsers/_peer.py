"""The other side of a message that no parser knows, where its wording leaves one address only."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import ip_of, split_address
from watchfloor.parsers._patterns import TEXT

_IPV4 = r"(?:\d{1,3}\.){3}\d{1,3}"
_IP = rf"(?:::ffff:)?{_IPV4}|[0-9A-Fa-f]{{0,4}}:[0-9A-Fa-f:]{{1,36}}[0-9A-Fa-f]"
_LEAD = (
    r"\b(?i:from|client|peer|remote|rhost)(?: (?:host|client|peer|address|addr|ip|IP|calling number))?"
    r"(?: ?[=:])?[ =]?[\[(<]?(?:[A-Za-z0-9._-]{1,100} ?[\[(])?"
)
_PEER = rf"{_LEAD}({_IP})[\])]?(?:(?:[:#]|,? port[ =])(\d{{1,5}}))?(?:[^0-9A-Za-z.:]|[.:](?:\s|$)|$)"


def with_peer(frame: pl.DataFrame) -> pl.DataFrame:
    """`source.address`, `.ip` and `.port` of messages with one address that stands behind `from`, `client` or the like.

    A client's text may look the same: with two addresses, or a quotation mark in front, nobody's is taken. What it says
    unquoted where the program gives no address passes for one, so these events have no category that rules count.
    """
    text = frame[TEXT]
    parts = text.str.extract_groups(f"(?s)^(.*?){_PEER}").struct
    address = parts.field("2").str.strip_prefix("::ffff:")
    alone = (text.str.count_matches(_PEER) == 1) & (
        text.str.extract_all(_IPV4).list.n_unique() == address.str.contains(".", literal=True).cast(pl.UInt32)
    )
    sure = alone & ~parts.field("1").str.contains("[\"'`]") & ip_of(address).is_not_null()
    if not sure.any():
        return frame
    found = frame.with_columns(
        pl.select(pl.when(sure).then(address)).to_series().alias("source.address"),
        pl.select(pl.when(sure).then(parts.field("3"))).to_series().cast(pl.Int64, strict=False).alias("source.port"),
    )
    return split_address(found, "source")
