"""Packets that the Linux kernel logs for iptables, nftables, ufw, firewalld, Shorewall, UniFi and others."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import mac
from watchfloor.parsers._connection import with_sides, with_transport
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_PACKET: Fields = {
    "event.kind": "event",
    "event.category": ["network"],
    "observer.type": "firewall",
}
# What stands before is the rule's own text. It has no quotes but around UniFi's description, so that no quoted text of
# a client (in a web server's record, say) is read as a packet; and no clock, which would be an envelope's.
_SIEVE = (
    r'^(?:\[\s*\d+\.\d+\]:? ?)?[^"={}<:]*(?::[ A-Za-z][^"={}<:]*)*:?(?:DESCR="[^"]*" ?)?IN=\S* OUT=\S* .*'
    r"SRC=[0-9A-Fa-f.:]+ DST=[0-9A-Fa-f.:]+ "
)
_PREFIX = r'^(?:\[\s*\d+\.\d+\]:? ?)?(?P<_prefix>[^"={}<]*?)(?:DESCR="(?P<rule.description>[^"]*)" ?)?'
_DEVICES = (
    r"\bIN=(?P<observer.ingress.interface.name>[^\s=]*) OUT=(?P<observer.egress.interface.name>[^\s=]*) ?"
    r"(?:PHYSIN=\S* ?)?(?:PHYSOUT=\S* ?)?"
)
_MAC = (
    r"(?:MAC=(?:(?P<destination.mac>(?:[0-9a-fA-F]{2}:){6})(?P<source.mac>(?:[0-9a-fA-F]{2}:){6})"
    r"(?P<_ether>[0-9a-fA-F]{2}:[0-9a-fA-F]{2})|[0-9a-fA-F:]*)[0-9a-fA-F:]* ?)?"
    r"(?:MACSRC=(?P<_macsrc>\S*) MACDST=(?P<_macdst>\S*) MACPROTO=\S* ?)?(?:VPROTO=\S+ VID=(?P<network.vlan.id>\d+) ?)?"
)
_ADDRESSES = r"SRC=(?P<source.address>[0-9A-Fa-f.:]+) DST=(?P<destination.address>[0-9A-Fa-f.:]+) "
_IP = (
    r"(?:L(?:EN)?=(?P<iptables.length>\d+) )?(?:TOS=(?:0x)?(?P<iptables.tos>[0-9A-Fa-f]+) )?"
    r"(?:PREC=(?:0x)?(?P<iptables.precedence_bits>[0-9A-Fa-f]+) )?(?:TTL=(?P<iptables.ttl>\d+) )?(?:ID="
    r"(?P<iptables.id>\d+) )?"
    r"(?:TC=(?P<_tc>\d+) )?(?:HOPLIMIT=(?P<_hops>\d+) )?(?:FLOWLBL=(?P<iptables.flow_label>\d+) )?"
    r"(?P<iptables.fragment_flags>(?:(?:CE|DF|MF) )*)(?:FRAG:? ?(?P<iptables.fragment_offset>\d+) )?"
    r"(?:OPT \([0-9A-Fa-f]*\) )?(?:FRAG:\d+ )?(?:ID:[0-9a-f]+ )?"
)
_PORTS = (
    r"PROTO=(?P<_transport>[A-Za-z0-9-]+)(?: SPT=(?P<source.port>\d+) DPT=(?P<destination.port>\d+))?(?P<_rest>.*)$"
)
_DETAILS = (
    r"(?:SEQ=(?P<iptables.tcp.seq>\d+) ACK=(?P<iptables.tcp.ack>\d+) )?(?:WINDOW=(?P<iptables.tcp.window>\d+) )?"
    r"(?:RES=(?:0x)?[0-9A-Fa-f]+ )?(?P<iptables.tcp.flags>(?:(?:CWR|ECE|URG|ACK|PSH|RST|SYN|FIN) )*)(?:LEN="
    r"(?P<iptables.udp.length>\d+))?"
    r"(?:TYPE=(?P<iptables.icmp.type>\d+) CODE=(?P<iptables.icmp.code>\d+) ?)?"
    r"(?:ID=(?P<iptables.icmp.id>\d+) SEQ=(?P<iptables.icmp.seq>\d+))?(?:GATEWAY=(?P<iptables.icmp.redirect>\S+))?"
)
_UBIQUITI = (
    r"\[(?P<set>[^\]]*)-(?P<number>[^\]-]*)-(?P<action>[A-Z])\]",
    r"\[(?P<set>[^\]]*)-(?P<action>[A-Z])-(?P<number>[^\]-]*)\]",
)
_LETTERS = {"D": "drop", "A": "accept", "R": "reject"}
_WORDS = r"(?i)(?:^|[^a-z])(drop|block|den(?:y|ied)|reject|accept|allow|pass|permit|audit|invalid|limit)"
_CALLED = {"denied": "deny", "dropped": "drop", "blocked": "block"}
_DENIED = ("drop", "block", "deny", "reject")
_ALLOWED = ("accept", "allow", "pass", "permit")


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    rest = frame["_rest"].str.strip_chars_start().str.extract_groups(rf"^{_DETAILS}").struct.unnest()
    rest = rest.with_columns(pl.when(pl.all() == "").then(None).otherwise(pl.all().str.strip_chars_end()).name.keep())
    frame = frame.hstack(rest).with_columns(
        pl.coalesce("iptables.ttl", "_hops").alias("iptables.ttl"),
        pl.coalesce("iptables.tos", "_tc").alias("iptables.tos"),
        pl.col("iptables.fragment_flags").str.strip_chars_end(),
        mac(pl.coalesce("source.mac", "_macsrc").str.slice(0, 17)).alias("source.mac"),
        mac(pl.coalesce("destination.mac", "_macdst").str.slice(0, 17)).alias("destination.mac"),
    )
    return _ruled(with_sides(with_transport(frame)))


def _ruled(frame: pl.DataFrame) -> pl.DataFrame:
    """Rule and action out of the text that the rule puts before the packet."""
    prefix = frame["_prefix"]
    old, new = (prefix.str.extract_groups(regex).struct for regex in _UBIQUITI)
    letter = old.field("action").fill_null(new.field("action"))
    number = old.field("number").fill_null(new.field("number"))
    named = old.field("set").fill_null(new.field("set"))
    shorewall = prefix.str.extract_groups(r"^Shorewall:(?P<chain>[^:]+):(?P<action>\w+)").struct
    word = shorewall.field("action").fill_null(prefix.str.extract(_WORDS)).str.to_lowercase().replace(_CALLED)
    action = letter.replace_strict(_LETTERS, default=None, return_dtype=pl.String).fill_null(word)
    text = prefix.str.replace(r"^.*\bkernel:\s*(?:\[\s*\d+\.\d+\])?", "").str.strip_chars(" :-[]")
    rule = named.fill_null(shorewall.field("chain")).fill_null(pl.select(pl.when(text != "").then(text)).to_series())
    zones = named.str.extract_groups(r"^(?P<from>[A-Za-z0-9]+)-(?P<to>[A-Za-z0-9]+)$").struct
    denied, allowed = action.is_in(_DENIED), action.is_in(_ALLOWED)
    kinds = (
        pl.when(denied)
        .then(pl.lit(["connection", "denied"]))
        .when(allowed)
        .then(pl.lit(["connection", "allowed"]))
        .otherwise(pl.lit(["connection"]))
    )
    outcome = pl.when(denied).then(pl.lit("failure")).when(allowed).then(pl.lit("success"))
    return frame.with_columns(
        action.alias("event.action"),
        rule.alias("rule.name"),
        number.alias("rule.id"),
        zones.field("from").alias("observer.ingress.zone"),
        zones.field("to").alias("observer.egress.zone"),
        kinds.alias("event.type"),
        outcome.alias("event.outcome"),
    )


PARSER = LineParser(
    reference="https://git.netfilter.org/iptables/tree/extensions/libxt_LOG.man",
    patterns=(Pattern(rf"{_PREFIX}{_DEVICES}{_MAC}{_ADDRESSES}{_IP}{_PORTS}", _PACKET),),
    times=(),
    sieve=_SIEVE,
    finish=_finish,
)
