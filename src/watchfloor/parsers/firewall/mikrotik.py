"""MikroTik RouterOS: firewall packets, log-ins, and what else a topic announces."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import endpoints, split_address, with_macs
from watchfloor.parsers._connection import with_mapped, with_sides, with_transport
from watchfloor.parsers._patterns import REMAINDER
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_OBSERVED: Fields = {
    "event.kind": "event",
    "observer.vendor": "MikroTik",
    "observer.product": "RouterOS",
    "observer.type": "firewall",
}
_PACKET: Fields = {**_OBSERVED, "event.category": ["network"], "event.type": ["connection"]}
_LOGIN: Fields = {
    **_OBSERVED,
    "event.category": ["authentication"],
    "event.type": ["start"],
    "event.action": "logged-in",
    "event.outcome": "success",
}
_DIALLED: Fields = {**_LOGIN, "event.action": "client-vpn-connected"}
_LOGOUT: Fields = {**_LOGIN, "event.type": ["end"], "event.action": "logged-out"}
_HUNG_UP: Fields = {**_LOGOUT, "event.action": "client-vpn-disconnected"}
_FAILED: Fields = {**_LOGIN, "event.type": ["info"], "event.action": "logon-failed", "event.outcome": "failure"}
_CHANGED: Fields = {
    **_OBSERVED,
    "event.category": ["configuration"],
    "event.type": ["change"],
    "event.outcome": "success",
}
_INFO: Fields = {**_OBSERVED, "event.category": ["network"], "event.type": ["info"]}

_TIME = r"(?:(?P<_time>(?:(?:[a-z]{3}/\d\d(?:/\d{4})?|\d{4}-\d\d-\d\d|\d\d-\d\d) )?\d\d:\d\d:\d\d) )?"
_TOPICS = (
    r"(?P<mikrotik.topics>(?:[a-z0-9!-]+,)+[a-z0-9!-]+|(?:firewall|system|wireless|account|script|interface))[: ] *"
)
_WHO = r"user (?P<user.name>.*)"
_FROM = r"from (?P<source.address>[0-9A-Fa-f.:%]+(?:%\S+)?|[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})"
_VIA = r"via (?P<mikrotik.via>[a-z0-9-]+)(?: (?:on|by) .*)?\s*$"
_TUNNEL = r"(?P<mikrotik.topics>(?:l2tp|pptp|ppp|sstp|ovpn|pppoe|hotspot|ipsec),(?:[a-z0-9!-]+,)*[a-z0-9!-]+) "
_DIAL = r"(?P<mikrotik.topics>(?:l2tp|pptp|ppp|sstp|ovpn|ipsec),(?:[a-z0-9!-]+,)*[a-z0-9!-]+) "
_ENTERED = (
    r"(?P<user.name>.+) logged in, (?P<client.address>[0-9A-Fa-f.:]+)"
    r"(?: from (?P<source.address>[0-9A-Fa-f.:]+))?\s*$"
)
_LEFT = r"(?P<user.name>.+) logged out, [\d ]+(?:from (?P<source.address>[0-9A-Fa-f.:]+))?\s*$"
_VISIT = (
    r"(?P<mikrotik.topics>hotspot,(?:[a-z0-9!-]+,)*[a-z0-9!-]+) "
    r"(?P<user.name>.+) \((?P<source.address>[0-9A-Fa-f.:]+)\): "
)
_IP4 = r"\d{1,3}(?:\.\d{1,3}){3}"
_IP6 = r"[0-9A-Fa-f]*:[0-9A-Fa-f:.]*"
_CHAIN = (
    # The prefix is the rule's own text; it has no clock, which would be an envelope's.
    r"(?:(?P<_prefix>(?:[^=\"{}<:]|:[ A-Za-z])*?) )?(?P<mikrotik.chain>[\w.-]+): in:"
    r"(?P<observer.ingress.interface.name>.+?)"
    r" out:(?P<observer.egress.interface.name>[^,]+?), ?(?:connection-mark:\S* )?(?:connection-state:"
    r"(?P<mikrotik.connection_state>\S*) )?"
    r"(?:src-mac (?P<source.mac>[0-9A-Fa-f:]{17}),? )?(?:dst-mac (?P<destination.mac>[0-9A-Fa-f:]{17}),? )?"
    r"(?:eth-proto \S+, )?"
    r"proto (?P<_transport>[A-Za-z0-9-]+)(?: \((?P<mikrotik.details>[^)]*)\))?, "
)
_SIDES4 = (
    rf"(?P<source.address>{_IP4})(?::(?P<source.port>\d+))?->(?P<destination.address>{_IP4})(?::"
    r"(?P<destination.port>\d+))?"
)
_SIDES6 = (
    rf"(?:\[(?P<_src>{_IP6})\]:(?P<source.port>\d+)|(?P<_from>{_IP6}))->(?:\[(?P<_dst>{_IP6})\]:"
    rf"(?P<destination.port>\d+)|(?P<_to>{_IP6}))"
)
_NAT = (
    rf"(?:, NAT (?:\((?P<_nat_from>[^()]+)->(?P<_source_nat_all>[^()]+)\)|{_IP4}(?::\d+)?|\[?{_IP6}\]?(?::\d+)?)"
    rf"->(?:\((?P<_nat_to>[^()]+)->(?P<_destination_nat_all>[^()]+)\)|{_IP4}(?::\d+)?|\[?{_IP6}\]?(?::\d+)?))?"
)
_LENGTH = r"(?:, prio \S+)?(?:, len (?P<network.bytes>\d+))?\s*$"
_WORDS = r"(?i)(?:^|[^a-z])(drop|block|den(?:y|ied)|reject|accept|allow|pass)"
_CALLED = {"denied": "deny", "dropped": "drop", "blocked": "block"}


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    names = frame.columns
    if "_src" in names:
        for side, written in (("source", ("_src", "_from")), ("destination", ("_dst", "_to"))):
            known = [pl.col(f"{side}.address")] if f"{side}.address" in names else []
            frame = frame.with_columns(pl.coalesce([*known, *written]).alias(f"{side}.address"))
    for side in ("source", "destination"):
        if f"_{side}_nat_all" in names:
            address, port = endpoints(frame[f"_{side}_nat_all"])
            frame = frame.with_columns(address.alias(f"_{side}_nat"), port.alias(f"_{side}_nat_port"))
    frame = with_macs(with_transport(split_address(frame, "source")))
    frame = with_mapped(with_sides(frame)) if "destination.address" in names else frame
    if "observer.egress.interface.name" in names:
        egress = pl.col("observer.egress.interface.name")
        frame = frame.with_columns(pl.when(~egress.str.contains(r"^\(unknown")).then(egress))
    return _ruled(frame)


def _ruled(frame: pl.DataFrame) -> pl.DataFrame:
    """Rule and verdict out of the prefix, where the rule gives one."""
    if "_prefix" not in frame.columns:
        return frame
    word = frame["_prefix"].str.extract(_WORDS).str.to_lowercase().replace(_CALLED)
    denied, allowed = word.is_in(["drop", "block", "deny", "reject"]), word.is_in(["accept", "allow", "pass"])
    kinds = pl.when(denied).then(pl.lit(["connection", "denied"])).when(allowed).then(pl.lit(["connection", "allowed"]))
    given = {
        name: frame[name] if name in frame.columns else pl.lit(None, dtype=pl.String)
        for name in ("event.action", "event.outcome")
    }
    outcome = pl.when(denied).then(pl.lit("failure")).when(allowed).then(pl.lit("success"))
    return frame.with_columns(
        kinds.otherwise("event.type").alias("event.type"),
        pl.coalesce(word, given["event.action"]).alias("event.action"),
        pl.coalesce(outcome, given["event.outcome"]).alias("event.outcome"),
        pl.col("_prefix").str.strip_chars(" :").alias("rule.name"),
    )


PARSER = LineParser(
    reference="https://help.mikrotik.com/docs/display/ROS/Log",
    patterns=(
        Pattern(rf"^{_TIME}(?:{_TOPICS})?{_CHAIN}{_SIDES4}{_NAT}{_LENGTH}", _PACKET),
        Pattern(rf"^{_TIME}(?:{_TOPICS})?{_CHAIN}{_SIDES6}{_NAT}{_LENGTH}", _PACKET),
        Pattern(rf"^{_TIME}(?:{_TOPICS})?{_CHAIN}{_SIDES4}", _PACKET),
        Pattern(rf"^{_TIME}(?:{_TOPICS})?login failure for {_WHO} {_FROM} {_VIA}", _FAILED),
        Pattern(rf"^{_TIME}(?:{_TOPICS})?login failure for {_WHO} {_VIA}", _FAILED),
        Pattern(rf"^{_TIME}(?:{_TOPICS})?{_WHO} logged in (?:{_FROM} )?{_VIA}", _LOGIN),
        Pattern(rf"^{_TIME}(?:{_TOPICS})?{_WHO} logged out (?:{_FROM} )?{_VIA}", _LOGOUT),
        Pattern(rf"^{_TIME}{_VISIT}logged in\s*$", _LOGIN),
        # Before log-outs, the reason of which has an open end that a name may look like.
        Pattern(rf"^{_TIME}{_VISIT}login failed: (?P<event.reason>.*)$", _FAILED),
        Pattern(rf"^{_TIME}{_VISIT}logged out: (?P<event.reason>.*)$", _LOGOUT),
        Pattern(rf"^{_TIME}{_DIAL}{_ENTERED}", _DIALLED),
        Pattern(rf"^{_TIME}{_DIAL}{_LEFT}", _HUNG_UP),
        Pattern(rf"^{_TIME}{_TUNNEL}{_ENTERED}", _LOGIN),
        Pattern(rf"^{_TIME}{_TUNNEL}{_LEFT}", _LOGOUT),
        Pattern(
            rf"^{_TIME}{_TUNNEL}<?(?:(?P<source.address>{_IP4}|{_IP6})|[^\s>]*)>?: user (?P<user.name>.*?)"
            r" authentication failed(?: - (?P<event.reason>.*))?$",
            _FAILED,
        ),
        Pattern(
            rf"^{_TIME}(?P<mikrotik.topics>(?:wireless|caps),(?:[a-z0-9!-]+,)*[a-z0-9!-]+) "
            r"(?P<source.mac>[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})@(?P<observer.ingress.interface.name>[^\s:]+):?"
            r" (?P<event.action>(?:dis)?connected|(?:re)?assoc\w*)(?:, (?P<event.reason>.*))?$",
            {**_INFO, "event.type": ["connection"]},
        ),
        Pattern(
            rf"^{_TIME}{_TOPICS}(?P<event.reason>.* (?:added|changed|removed|moved|unscheduled)) by (?P<user.name>\S+)"
            r"(?: \(.*)?\s*$",
            _CHANGED,
        ),
        Pattern(
            rf"^{_TIME}(?P<mikrotik.topics>(?:system|firewall|wireless|caps|ipsec|l2tp|pptp|ppp|sstp|ovpn|ospf|bgp|interface|script|snmp|hotspot|account|radius|dns|certificate|ssh|web-proxy|e-mail)"
            rf"(?:,[a-z0-9!-]+)+) {REMAINDER}",
            _INFO,
        ),
    ),
    times=("%b/%d/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S"),
    sieve=(
        r"^(?:[^\s\"{}<,]*(?:,[^\s\"{}<,]*){0,3} ){0,12}[^\s\"{}<]*: in:.+ out:.+, .*proto "
        r"|^(?:[a-z0-9/ :-]{0,30} )?(?:[a-z0-9!-]+(?:,[a-z0-9!-]+)+[: ] ?)?(?:login failure for user "
        r"|user .* logged (?:in|out) )"
        r"|^(?:[a-z0-9/ :-]{0,30} )?(?:system|firewall|wireless|caps|ipsec|l2tp|pptp|ppp|sstp|ovpn|ospf|bgp|interface"
        r"|script|snmp|hotspot|account|radius|dns|certificate|ssh|web-proxy|e-mail),[a-z0-9!,-]+[: ]"
    ),
    finish=_finish,
)
