"""Messages of a catalogue by their number: what each says, written as the vendor's own text with names in braces.

A template is literal text; `{name}` is a value, `[[...]]` may be absent. White space stands for some or more of it,
before a
colon for none or more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

import polars as pl

from watchfloor.parsers._patterns import TEXT, extract
from watchfloor.parsers.plugin import Fields, Pattern

_ADDRESS = r"[^\s/(),<>]*[^\s/(),<>.]"
_USER = r"(?: ?\((?P<{}>[^()]*)\))?(?: ?\([^()]*\))?"
ATOMS = {
    "src": rf"(?P<source.address>{_ADDRESS})",
    "sport": r"(?P<source.port>\d+)",
    "dst": rf"(?P<destination.address>{_ADDRESS})",
    "dport": r"(?P<destination.port>\d+)",
    "nsrc": rf"(?P<_source_nat>{_ADDRESS})",
    "nsport": r"(?P<_source_nat_port>\d+)",
    "ndst": rf"(?P<_destination_nat>{_ADDRESS})",
    "ndport": r"(?P<_destination_nat_port>\d+)",
    "smac": r"(?P<source.mac>[0-9A-Fa-f.:-]{12,17})",
    "dmac": r"(?P<destination.mac>[0-9A-Fa-f.:-]{12,17})",
    "net": r"(?:\d+\.){3}\d+(?:/\S+?)?",
    "sdomain": r"(?P<source.domain>[^\s,]+)",
    "ddomain": r"(?P<destination.domain>[^\s,]+)",
    "srcuser": _USER.format("_source_user"),
    "dstuser": _USER.format("_destination_user"),
    "sender": r"(?:\((?P<_source_user>[^()]*)\))?(?:\([^()]*\))?",
    "receiver": r"(?:\((?P<_destination_user>[^()]*)\))?(?:\([^()]*\))?",
    "login": r"(?P<_source_user>\S+)",
    "site": (r"(?P<destination.address>\d+\.\d+\.\d+\.\d+|\[?[0-9A-Fa-f]*:[0-9A-Fa-f:]*\]?|[^\s/:()]+)"),
    "in": r"(?P<observer.ingress.interface.name>[^\s:/]+)",
    "ifname": r"(?P<observer.ingress.interface.name>[^\s,]+)",
    "out": r"(?P<observer.egress.interface.name>[^\s:/]+)",
    "proto": r"(?:protocol )?(?P<_transport>[A-Za-z0-9_-]+)",
    "app": r"(?P<network.protocol>[A-Za-z0-9_-]+)",
    "direction": r"(?P<_direction>[A-Za-z]+)",
    "outbound": r"(?P<_direction>outbound)",
    "bytes": r"(?P<network.bytes>\d+)",
    "sbytes": r"(?P<source.bytes>\d+)",
    "dbytes": r"(?P<destination.bytes>\d+)",
    "duration": r"(?P<_duration>[0-9dhms:]+)",
    "reason": r"(?P<event.reason>.+?)",
    "rule": r"(?P<rule.name>[^\s\"]+)",
    "quotedrule": r"(?P<rule.name>[^\"]+)",
    "ruleid": r"(?P<rule.id>\d+)",
    "ruletext": r"(?P<rule.name>.+?)",
    "user": r"(?P<_source_user>.+?)",
    "quoteduser": r"'?(?P<_source_user>[^']+?)'?",
    "group": r"(?P<source.user.group.name>.*?)",
    "command": r"(?P<process.command_line>.+?)",
    "file": r"(?P<file.path>.+?)",
    "url": r"(?P<url.original>\S+?)",
    "anyurl": r"(?P<url.original>.+?)",
    "agent": r"(?P<user_agent.original>.+?)",
    "tls": r"(?P<_tls>\S+)",
    "outcome": r"(?P<_outcome>[A-Za-z-]+)",
    "conn": r"(?P<cisco.asa.connection_id>\d+)",
    "itype": r"(?P<cisco.asa.icmp_type>\d+)",
    "icode": r"(?P<cisco.asa.icmp_code>\d+)",
    "list": r"(?P<cisco.asa.list>.+?)",
    "assigned": r"(?P<cisco.asa.assigned_ip>[^\s<>,]+)",
    "session": r"(?P<cisco.asa.session_type>[^,]+?)",
    "tunnel": r"(?P<cisco.asa.tunnel_group>[^\s,>]+)",
    "flags": r"(?P<cisco.asa.tcp_flags>.*?)",
    "level": r"(?P<cisco.asa.threat_level>[^,\s]+)",
    "threat": r"(?P<cisco.asa.threat_category>.+?)",
    "by": r"(?P<cisco.asa.termination_user>[^()]*)",
    "old": r"(?P<cisco.asa.privilege_old>\d+)",
    "new": r"(?P<cisco.asa.privilege_new>\d+)",
    "dap": r"(?P<cisco.asa.dap_records>.*?)",
    "target": r"(?P<user.target.name>\S+)",
    "word": r"\S+",
    "num": r"-?\d+",
    "any": r".*?",
}


def pattern(template: str, fields: Fields) -> Pattern:
    """The pattern of a template: from the start of the message to its end."""
    pieces = re.split(r"(\{\w+\}|\[\[|\]\]|\s+)", template)
    regex = "".join(_piece(piece, after) for piece, after in zip(pieces, [*pieces[1:], ""], strict=True))
    return Pattern(rf"^{regex}[.\s]*$", fields)


def _piece(piece: str, after: str) -> str:
    if piece.startswith("{"):
        return ATOMS[piece[1:-1]]
    if piece == "[[":
        return "(?:"
    if piece == "]]":
        return ")?"
    if piece.isspace():
        return r"\s*" if after.startswith(":") else r"\s+"
    return re.escape(piece).replace('\\"', '"')


Rows = Iterable[tuple[str, Fields, tuple[str, ...]]]
"""Numbers of messages, apart by spaces; what holds for them; their templates, the most telling first."""


def catalogue(rows: Rows, parts: Mapping[str, str]) -> dict[str, tuple[Pattern, ...]]:
    """Patterns by number; a message that no template fits has its fixed fields all the same.

    Args:
        rows: the messages.
        parts: pieces of templates by the names that stand for them.
    """
    found: dict[str, tuple[Pattern, ...]] = {}
    for numbers, fields, templates in rows:
        known = (pattern(_whole(template, parts), fields) for template in templates)
        patterns = (*known, Pattern("^", fields))
        for number in numbers.split():
            found[number] = found.get(number, ())[:-1] + patterns
    return found


def _whole(template: str, parts: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda name: parts.get(name[1], name[0]), template)


def told(frame: pl.DataFrame, by: str, patterns_of: Callable[[str], tuple[Pattern, ...]]) -> pl.DataFrame:
    """The rows with what their messages say, each read by the patterns for its value of `by` alone.

    Patterns that match anything have to come last for every value.
    """
    known = []
    for (number,), part in frame.partition_by(by, as_dict=True).items():
        parsed, _ = extract(part.with_columns(pl.col("message").alias(TEXT)), patterns_of(str(number)))
        known.append(parsed)
    return pl.concat(known, how="diagonal_relaxed") if known else frame
