"""Cisco IOS, IOS XE, IOS XR and NX-OS: access lists, log-ins, configuration, interfaces, any `%FACILITY-n-MNEMONIC`."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import with_macs
from watchfloor.parsers._connection import with_sides, with_transport
from watchfloor.parsers._patterns import REMAINDER, typed
from watchfloor.parsers.firewall._templates import told
from watchfloor.parsers.network._iosmessages import INFO, MESSAGES
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_OBSERVED: Fields = {
    "observer.vendor": "Cisco",
    "observer.product": "IOS",
    "observer.type": "network",
    "event.kind": "event",
}
_UNKNOWN = (Pattern("^", INFO),)
_LEVELS = ["emergencies", "alert", "critical", "error", "warning", "notification", "informational", "debug"]
_DID = {"permitted": ("allow", "allowed", "success"), "denied": ("deny", "denied", "failure")}
_OUTCOMES = {"Succeeded": "success", "Failed": "failure"}


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """What the mnemonic and the text say."""
    frame = told(frame, "event.code", lambda code: MESSAGES.get(code, _UNKNOWN))
    frame = with_macs(with_sides(with_transport(typed(frame))))
    level = {str(code): name for code, name in enumerate(_LEVELS)}
    if "network.transport" in frame.columns:  # lists that match no protocol log number 0, which is not IPv6's here
        frame = frame.with_columns(frame["network.transport"].replace({"hopopt": None}))
    columns = [pl.col("event.severity").cast(pl.String).replace_strict(level, default=None).alias("log.level")]
    if "source.packets" in frame.columns:
        columns.append(pl.col("source.packets").alias("network.packets"))
    if "event.outcome" in frame.columns:
        columns.append(pl.col("event.outcome").replace(_OUTCOMES))
    if "network.protocol" in frame.columns:
        protocol = pl.col("network.protocol").str.to_lowercase()
        transport = protocol.is_in(["tcp", "udp", "icmp"])
        known = pl.col("network.transport") if "network.transport" in frame.columns else pl.lit(None, dtype=pl.String)
        columns.append(pl.when(~transport).then(protocol).alias("network.protocol"))
        columns.append(pl.coalesce(known, pl.when(transport).then(protocol)).alias("network.transport"))
    return _listed(frame.with_columns(columns))


def _listed(frame: pl.DataFrame) -> pl.DataFrame:
    """What an access list did."""
    if "_did" not in frame.columns:
        return frame
    parts = [
        frame["_did"].replace_strict(
            {name: words[at] for name, words in _DID.items()}, default=None, return_dtype=pl.String
        )
        for at in range(3)
    ]
    before = {
        name: frame[name] if name in frame.columns else pl.lit(None, dtype=pl.String)
        for name in ("event.action", "event.outcome")
    }
    kinds = pl.when(parts[1].is_not_null()).then(pl.concat_list(pl.lit("info"), parts[1]))
    return frame.drop("_did").with_columns(
        pl.coalesce(parts[0], before["event.action"]).alias("event.action"),
        kinds.otherwise("event.type").alias("event.type"),
        pl.coalesce(parts[2], before["event.outcome"]).alias("event.outcome"),
    )


PARSER = LineParser(
    reference="https://www.cisco.com/c/en/us/td/docs/ios/system/messages/guide/consol_smg.html",
    patterns=(
        Pattern(
            r"^\s?(?:[\w./-]+(?:\[\d+\])?: )?%(?P<cisco.ios.facility>[A-Z][A-Z0-9_/-]*?)-(?:[A-Z0-9_]+-)?"
            r"(?P<event.severity>[0-7])-"
            rf"(?P<event.code>[A-Z][A-Z0-9_]*) ?: ?{REMAINDER}",
            _OBSERVED,
        ),
    ),
    times=(),
    sieve=r"^\s?(?:[\w./-]+(?:\[\d+\])?: )?%[A-Z][A-Z0-9_/-]*-[0-7]-[A-Z][A-Z0-9_]* ?:",
    finish=_finish,
)
