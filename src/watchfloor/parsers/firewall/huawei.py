"""Huawei USG and NGFW: `%%01MODULE/level/MNEMONIC(l):` with `name=value` pairs or a sentence behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, gathered, listed
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._forged import DOUBTED, doubted
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import pairs
from watchfloor.parsers._times import moments
from watchfloor.parsers._users import acting
from watchfloor.parsers.plugin import FieldsParser, by_line
from watchfloor.parsers.web._request import urls

_SAID = "@login"
"""Name under which it stands that a sentence tells of a failed log-in."""
_FIELDS: dict[str, Target] = {
    **DOUBTED,
    "log_time": "@time", "log_time_of_year": "_yearless", "log_host": "host.hostname", "module": "@module",
    "level": "event.severity", "mnemonic": "event.code", "text": "message",
    "source-ip": "source.address", "srcip": "source.address", "ip": "source.address", "ipaddress": "source.address",
    "client ip": "source.address", "useraddress": "source.address", "userip": "source.address",
    "remoteip": "source.address", "src": "source.address", "dst": "destination.address",
    "virtual ip": "source.nat.ip", "user name": "source.user.name", "logout reason": "event.reason",
    "source-port": "source.port", "srcport": "source.port", "destination-ip": "destination.address",
    "dstip": "destination.address", "destination-port": "destination.port", "dstport": "destination.port",
    "source-nat-ip": "source.nat.ip", "source-nat-port": "source.nat.port", "destination-nat-ip": "destination.nat.ip",
    "destination-nat-port": "destination.nat.port", "protocol": "@proto", "source-zone": "observer.ingress.zone",
    "srczone": "observer.ingress.zone", "destination-zone": "observer.egress.zone", "dstzone": "observer.egress.zone",
    "application-name": "network.application", "application": "network.application", "rule-name": "rule.name",
    "policyname": "rule.name", "policy": "rule.name", "user-name": "source.user.name", "user": "source.user.name",
    "username": "source.user.name", "close-reason": "event.reason", "reason": "event.reason",
    "send-bytes": "source.bytes", "receive-bytes": "destination.bytes", "send-packets": "source.packets",
    "receive-packets": "destination.packets", "action": "@action", "signame": "threat.name",
    _SAID: "@login", "signid": "rule.id", "url": "url.original", "host": "url.domain",
}  # fmt: skip
_HEAD = re.compile(
    r"\s*(?:<\d{1,3}>)?(.{0,256}?)%%\d\d([A-Z0-9_-]{1,32})/(\d)/([A-Za-z0-9_-]{1,64})\s?\(\w\)(?:\[\d+\])?:\s*(.*)",
    re.DOTALL,
)
_DATED = re.compile(
    r"(?:(?P<log_time>[A-Z][a-z]{2} {1,2}\d{1,2} \d{4} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)"
    r"|(?P<log_time_of_year>[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d))\S* +(?P<log_host>\S+)"
)
_PAIR = re.compile(r'(?:^|[,;(] ?)([A-Za-z][A-Za-z -]{0,30}+)=("[^"]*"|[^,;()]*)')
_NAMES = frozenset(name for name, target in _FIELDS.items() if target == "source.user.name")
_ADDRESSES = frozenset(name for name, target in _FIELDS.items() if target == "source.address")
_NO_ADDRESS = "0.0.0.0"  # noqa: S104  # how virtual gateways write that there is none
_ONCE = frozenset({"user", "src", "msg", "type"})
_MESSAGE = re.compile(r'id=\S+ time="[^"]*" fw=')
"""Logs of virtual gateways in the form that WELF has, behind Huawei's head."""
_OUT = r"log_?(?:out|off)|offline"
_REFUSED = r"fail|err|deny|reject|time_?out|(?:^|[^n])lock"
_LET_IN = r"log_?(?:in|on)|auth(?:en|_|$)|succ|online"
_UNDECIDED = re.compile(r"(?i)log_?(?:in|on)\Z")
"""Mnemonics of log-ins whose sentence tells whether they failed."""
_FAILED = re.compile(r"(?i)\b(?:fail|refus|den(?:y|ied)|reject|unsuccessful)")
_VPNS = ("sslvpn", "svn", "users")
_CONSOLES = ("cli", "line", "shell", "web", "telnet")
"""Modules that write of log-ins and of much else."""
_KINDS = {
    "policy": ["network"], "secpolicy": ["network"], "session": ["network"], "seclog": ["network"],
    "ips": ["network", "intrusion_detection"], "atk": ["network", "intrusion_detection"], "av": ["network", "malware"],
    "sslvpn": ["authentication"], "users": ["authentication"], "svn": ["authentication"],
    "ssh": ["authentication"], "aaa": ["authentication"], "um": ["authentication"], "cm": ["authentication"],
    "shell": ["configuration"], "configuration": ["configuration"], "cfgman": ["configuration"],
    "url": ["network", "web"],
}  # fmt: skip


def _read(line: str) -> dict[str, str] | None:
    """A line's pairs and head."""
    head = _HEAD.match(line)
    if not head:
        return None
    before, module, level, mnemonic, text = head.groups()
    dated = _DATED.match(before)
    given = dated.groupdict() if dated else {}
    values = {name: value for name, value in given.items() if value}
    values |= {"module": module, "level": level, "mnemonic": f"{module}/{mnemonic}", "text": text}
    if _MESSAGE.match(text):
        found = pairs(text, once=_ONCE)
        values["text"] = found.pop("msg", text)
        found = {key: value for key, value in found.items() if value != _NO_ADDRESS and key != _SAID}
        said = values["text"].replace(found.get("user") or "\0", "", 1)
    else:
        found, said = _told(text), text.partition("(")[0]
    if _UNDECIDED.search(mnemonic) and _FAILED.search(said):
        found[_SAID] = "failed"
    return found | values


def _told(text: str) -> dict[str, str]:
    """A sentence's pairs; in front of the name, which a client types, the first counts, and behind it the last."""
    every = [(key.strip().lower(), value.strip('" ').rstrip(".")) for key, value in _PAIR.findall(text)]
    named = next((at for at, (key, _) in enumerate(every, start=1) if key in _NAMES), len(every))
    front, back = dict(reversed(every[:named])), dict(every[named:])
    address = next((key for key, _ in reversed(every[named:]) if key in _ADDRESSES), "")
    if front.keys() & _ADDRESSES:
        address = ""
    return {key: value for key, value in back.items() if key not in _ADDRESSES or key == address} | front


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = observer(mapped(records, _FIELDS, vendor="huawei.usg", wanted=wanted), "Huawei", "USG")
    code = column(frame, "event.code").str.to_lowercase()
    denied = (code.str.contains("deny|block|fail") | column(frame, "@action").str.contains("(?i)block|deny")).fill_null(
        value=False
    )
    allowed = (code.str.contains("permit") | column(frame, "@action").str.contains("(?i)alert|permit")).fill_null(
        value=False
    )
    module = column(frame, "@module").str.to_lowercase()
    flow = listed(module, _KINDS).list.contains("network").fill_null(value=False)
    ended = code.str.contains("session_teardown|sessteardown|session/.*teardown").fill_null(value=False)
    verdict = pl.when(denied).then(pl.lit("denied")).when(allowed).then(pl.lit("allowed"))
    types = gathered(
        pl.when(flow).then(pl.lit("connection")), pl.when(ended).then(pl.lit("end")), pl.when(flow).then(verdict)
    )
    times = column(frame, "@time").str.replace("T", " ", literal=True)
    _, local = moments(times, ("%b %e %Y %H:%M:%S", "%Y-%m-%d %H:%M:%S"))
    frame = frame.with_columns(
        local,
        listed(module, _KINDS).alias("event.category"),
        types.alias("event.type"),
        column(frame, "event.code").str.extract("/(.*)$").alias("event.action"),
        pl.when(flow & (denied | allowed)).then(pl.lit("success")).alias("event.outcome"),
    )
    return acting(connection(urls(doubted(_sign_ins(frame, module)))))


def _sign_ins(frame: pl.DataFrame, module: pl.Series) -> pl.DataFrame:
    """How log-ins went, and when they ended, by the names of messages."""
    name = frame["event.action"].str.to_lowercase()
    console = module.is_in(_CONSOLES) & name.str.contains(r"log_?(?:in|out)")
    knows = (listed(module, _KINDS).list.contains("authentication") | console).fill_null(value=False)
    out, refused, into = (name.str.contains(regex) & knows for regex in (_OUT, _REFUSED, _LET_IN))
    refused |= knows & column(frame, "@login").is_not_null()
    vpn = module.is_in(_VPNS)
    return frame.with_columns(
        pl.when(console).then(pl.lit(["authentication"])).otherwise("event.category").alias("event.category"),
        pl.when(out)
        .then(pl.lit(["end"]))
        .when(into & ~refused)
        .then(pl.lit(["start"]))
        .otherwise("event.type")
        .alias("event.type"),
        pl.when(out & vpn)
        .then(pl.lit("client-vpn-disconnected"))
        .when(into & ~refused & vpn)
        .then(pl.lit("client-vpn-connected"))
        .when(refused & ~out)
        .then(pl.lit("logon-failed"))
        .otherwise("event.action")
        .alias("event.action"),
        pl.when(refused & ~out)
        .then(pl.lit("failure"))
        .when(out | into)
        .then(pl.lit("success"))
        .otherwise("event.outcome")
        .alias("event.outcome"),
    )


PARSER = FieldsParser(
    reference="https://support.huawei.com/enterprise/en/doc/EDOC1100334267/b4b1b3de/log-reference",
    sieve=(
        r"^\s*(?:<\d{1,3}>)?(?:[^\s%\"=<>{},;]{1,256} +){0,8}%%\d\d"
        r"[A-Z0-9_-]{1,32}/\d/[A-Za-z0-9_-]{1,64} ?\(\w\)(?:\[\d+\])?:"
    ),
    read=by_line(_read),
    parse=parse,
)
