"""Alerts on one line, as Snort and Suricata write them into files and to syslog.

What a rule is called stands between marks of the sensor's own, and both addresses at the end of the line, so that no
name of a rule can give addresses.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import endpoints, ip_of
from watchfloor.parsers.plugin import Fields, Pattern

ALERT: Fields = {
    "event.kind": "alert",
    "event.category": ["network", "intrusion_detection"],
    "event.type": ["info"],
}
_CLOCK = r"\d\d:\d\d:\d\d(?:\.\d{1,6})?"
_VERDICT = r"(?:\[(?P<event.action>[A-Za-z_ ]{3,20})\] +)?"
_RULE = (
    r"\[(?P<snort.gid>\d+):(?P<rule.id>\d+):(?P<rule.version>\d+)\] +"
    r"(?:<(?P<observer.ingress.interface.name>[^>\s]+)> +)?"
)
_CLASS = (
    r"(?: *\[Classification: (?:\(null\)|(?P<rule.category>[^\]]*))\])?(?: *\[Priority: (?P<event.severity>\d+)\])?:?"
    r"(?: *\[AppID: (?P<network.application>[^\]]*)\])?(?: *<(?P<_interface>[^>\s]+)>)?"
)
_ENDS = r" *\{(?P<_proto>[^{}]{1,20})\} (?P<_source>[0-9A-Fa-f.:\[\]]+) -> (?P<_destination>[0-9A-Fa-f.:\[\]]+)\s*$"
_BODY = rf'{_VERDICT}\[\*\*\] +{_RULE}"?(?P<rule.name>.*?)"? \[\*\*\]{_CLASS}{_ENDS}'
YEAR = Pattern(rf"^(?P<_time>\d\d/\d\d/\d{{4}}-{_CLOCK})\s+{_BODY}", ALERT)
SHORT_YEAR = Pattern(rf"^(?P<_time>\d\d/\d\d/\d\d-{_CLOCK})\s+{_BODY}", ALERT)
NO_YEAR = Pattern(rf"^(?P<_month>\d\d)/(?P<_day>\d\d)-(?P<_clock>{_CLOCK})\s+{_BODY}", ALERT)
MESSAGE = Pattern(rf'^{_VERDICT}(?:\[\*\*\] +)?{_RULE}"?(?P<rule.name>.*?)"?(?: \[\*\*\])?{_CLASS}{_ENDS}', ALERT)
SIEVE = r"^\d\d/\d\d(?:/\d{2,4})?-\d\d:\d\d:\d\d"
TIMES = ("%m/%d/%Y-%H:%M:%S%.f", "%y/%m/%d-%H:%M:%S%.f", "%m/%d/%y-%H:%M:%S%.f")
"""Suricata's, Snort 3's and Snort 2's with a year."""
_MONTHS = dict(
    zip(
        (f"{n:02}" for n in range(1, 13)),
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        strict=True,
    )
)
_WITH_PORTS = ("tcp", "udp", "sctp")
_DENIED = r"(?i)^(?:drop|block|reject|reset|react)"


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The time without a year, both sides, and what became of the packet; Suricata gives ICMP's type as a port."""
    if "_month" in frame.columns:
        month = frame["_month"].replace_strict(_MONTHS, default=None, return_dtype=pl.String)
        frame = frame.with_columns((month + " " + frame["_day"] + " " + frame["_clock"]).alias("_yearless"))
    transport = frame["_proto"].str.to_lowercase() if "_proto" in frame.columns else None
    if transport is None:
        return frame
    ported = transport.is_in(_WITH_PORTS)
    for side in ("source", "destination"):
        frame = frame.with_columns(_side(frame[f"_{side}"], ported, side))
    new = [transport.alias("network.transport"), frame["rule.name"].alias("message")]
    if "_interface" in frame.columns:
        held = "observer.ingress.interface.name"
        known = [frame[held]] if held in frame.columns else []
        new.append(pl.select(pl.coalesce(*known, frame["_interface"])).to_series().alias(held))
    if "event.action" in frame.columns:
        denied = frame["event.action"].str.contains(_DENIED).fill_null(value=False)
        kinds = pl.select(pl.when(denied).then(pl.lit("denied")).otherwise(pl.lit("info"))).to_series()
        new += [
            frame["event.action"].str.to_lowercase(),
            kinds.reshape((len(frame), 1)).cast(pl.List(pl.String)).alias("event.type"),
        ]
    return frame.with_columns(new)


def _side(text: pl.Series, ported: pl.Series, side: str) -> list[pl.Series]:
    """Address and port; what has no port of its own is an address as a whole, where it is one."""
    before, behind = endpoints(text, ported=True)
    whole = ip_of(text)
    split = ip_of(before)
    apart = split.is_not_null() & (ported | whole.is_null())
    address = pl.select(pl.when(apart).then(split).otherwise(whole)).to_series()
    port = pl.select(pl.when(ported & apart).then(behind)).to_series()
    return [address.alias(f"{side}.ip"), address.alias(f"{side}.address"), port.alias(f"{side}.port")]
