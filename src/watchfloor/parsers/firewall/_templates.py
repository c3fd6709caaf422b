"""Messages of a catalogue by their number: what each says, written as the vendor's own text with names in braces.

A template is literal text; `{name}` is a value, `[[...]]` may be absent. White space stands for some or more of it,
before a
colon for none or more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import polars as pl

from watchfloor.parsers._patterns import constant
from watchfloor.parsers.plugin import Fields, Pattern

_HIT = "_hit"
_ADDRESS = r"[^ \t/(),<>]*[^ \t/(),<>.]"
_USER = r"(?: ?\((?P<{}>[^()]*)\))?(?: ?\([^()]*\))?"
# Classes are of ASCII: those of Unicode take many times longer to compile, and there are hundreds of patterns.
ATOMS = {
    "src": rf"(?P<source.address>{_ADDRESS})",
    "sport": r"(?P<source.port>[0-9]+)",
    "dst": rf"(?P<destination.address>{_ADDRESS})",
    "dport": r"(?P<destination.port>[0-9]+)",
    "nsrc": rf"(?P<_source_nat>{_ADDRESS})",
    "nsport": r"(?P<_source_nat_port>[0-9]+)",
    "ndst": rf"(?P<_destination_nat>{_ADDRESS})",
    "ndport": r"(?P<_destination_nat_port>[0-9]+)",
    "smac": r"(?P<source.mac>[0-9A-Fa-f.:-]{12,17})",
    "dmac": r"(?P<destination.mac>[0-9A-Fa-f.:-]{12,17})",
    "net": r"(?:[0-9]+\.){3}[0-9]+(?:/[^ \t]+?)?",
    "sdomain": r"(?P<source.domain>[^ \t,]+)",
    "ddomain": r"(?P<destination.domain>[^ \t,]+)",
    "srcuser": _USER.format("_source_user"),
    "dstuser": _USER.format("_destination_user"),
    "sender": r"(?:\((?P<_source_user>[^()]*)\))?(?:\([^()]*\))?",
    "receiver": r"(?:\((?P<_destination_user>[^()]*)\))?(?:\([^()]*\))?",
    "login": r"(?P<_source_user>[^ \t]+)",
    "site": (r"(?P<destination.address>[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+|\[?[0-9A-Fa-f]*:[0-9A-Fa-f:]*\]?|[^ \t/:()]+)"),
    "in": r"(?P<observer.ingress.interface.name>[^ \t:/]+)",
    "ifname": r"(?P<observer.ingress.interface.name>[^ \t,]+)",
    "out": r"(?P<observer.egress.interface.name>[^ \t:/]+)",
    "proto": r"(?:protocol )?(?P<_transport>[A-Za-z0-9_-]+)",
    "app": r"(?P<network.protocol>[A-Za-z0-9_-]+)",
    "direction": r"(?P<_direction>[A-Za-z]+)",
    "outbound": r"(?P<_direction>outbound)",
    "bytes": r"(?P<network.bytes>[0-9]+)",
    "sbytes": r"(?P<source.bytes>[0-9]+)",
    "dbytes": r"(?P<destination.bytes>[0-9]+)",
    "duration": r"(?P<_duration>[0-9dhms:]+)",
    "reason": r"(?P<event.reason>.+?)",
    "rule": r"(?P<rule.name>[^ \t\"]+)",
    "quotedrule": r"(?P<rule.name>[^\"]+)",
    "ruleid": r"(?P<rule.id>[0-9]+)",
    "ruletext": r"(?P<rule.name>.+?)",
    "user": r"(?P<_source_user>.+?)",
    "quoteduser": r"'?(?P<_source_user>[^']+?)'?",
    "group": r"(?P<source.user.group.name>.*?)",
    "command": r"(?P<process.command_line>.+?)",
    "file": r"(?P<file.path>.+?)",
    "url": r"(?P<url.original>[^ \t]+?)",
    "anyurl": r"(?P<url.original>.+?)",
    "agent": r"(?P<user_agent.original>.+?)",
    "tls": r"(?P<_tls>[^ \t]+)",
    "outcome": r"(?P<_outcome>[A-Za-z-]+)",
    "conn": r"(?P<cisco.asa.connection_id>[0-9]+)",
    "itype": r"(?P<cisco.asa.icmp_type>[0-9]+)",
    "icode": r"(?P<cisco.asa.icmp_code>[0-9]+)",
    "list": r"(?P<cisco.asa.list>.+?)",
    "assigned": r"(?P<cisco.asa.assigned_ip>[^ \t<>,]+)",
    "session": r"(?P<cisco.asa.session_type>[^,]+?)",
    "tunnel": r"(?P<cisco.asa.tunnel_group>[^ \t,>]+)",
    "flags": r"(?P<cisco.asa.tcp_flags>.*?)",
    "level": r"(?P<cisco.asa.threat_level>[^,[ \t]]+)",
    "threat": r"(?P<cisco.asa.threat_category>.+?)",
    "by": r"(?P<cisco.asa.termination_user>[^()]*)",
    "old": r"(?P<cisco.asa.privilege_old>[0-9]+)",
    "new": r"(?P<cisco.asa.privilege_new>[0-9]+)",
    "dap": r"(?P<cisco.asa.dap_records>.*?)",
    "target": r"(?P<user.target.name>[^ \t]+)",
    "User": "(?:User|user)",
    "Rejected": "(?:Rejected|rejected)",
    "Interface": "(?:Interface|interface)",
    "word": r"[^ \t]+",
    "num": r"-?[0-9]+",
    "any": r".*?",
}


def pattern(template: str, fields: Fields) -> Pattern:
    """The pattern of a template: from the start of the message to its end."""
    pieces = re.split(r"(\{\w+\}|\[\[|\]\]|\s+)", template)
    regex = "".join(_piece(piece, after) for piece, after in zip(pieces, [*pieces[1:], ""], strict=True))
    return Pattern(rf"^{regex}[. \t\r\n]*$", fields)


def _piece(piece: str, after: str) -> str:
    if piece.startswith("{"):
        return ATOMS[piece[1:-1]]
    if piece == "[[":
        return "(?:"
    if piece == "]]":
        return ")?"
    if piece.isspace():
        return r"[ \t]*" if after.startswith(":") else r"[ \t]+"
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

    A pattern that matches anything has to come last for every value.
    """
    known: list[pl.DataFrame] = []
    for (number,), part in frame.partition_by(by, as_dict=True).items():
        known += _read(part, patterns_of(str(number)))
    return pl.concat(known, how="diagonal_relaxed") if known else frame


def _read(rest: pl.DataFrame, patterns: tuple[Pattern, ...]) -> Iterator[pl.DataFrame]:
    """The rows of each pattern; each pattern runs once, and its whole match says whether it fits."""
    for each in patterns[:-1]:
        groups = rest["message"].str.extract_groups(f"(?P<{_HIT}>{each.regex})").struct.unnest()
        hit = groups[_HIT].is_not_null()
        if not hit.any():
            continue
        whole = hit.all()
        taken, groups = (rest, groups) if whole else (rest.filter(hit), groups.filter(hit))
        values = groups.drop(_HIT).select(pl.when(~pl.all().is_in(["", "-"])).then(pl.all()))
        yield constant(taken.hstack(values), each.fields)
        if whole:
            return
        rest = rest.filter(~hit)
    yield constant(rest, patterns[-1].fields)
