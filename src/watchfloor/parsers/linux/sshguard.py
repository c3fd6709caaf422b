"""Messages of SSHGuard: attacks that it saw, addresses that it blocked and let go again."""

from __future__ import annotations

from watchfloor.parsers._address import split_address
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_ATTACK: Fields = {"event.category": ["intrusion_detection"], "event.type": ["info"], "event.action": "attack"}
_BLOCKED: Fields = {
    "event.category": ["intrusion_detection", "network"],
    "event.type": ["denied"],
    "event.action": "block",
    "event.outcome": "success",
}
_IP = r"(?P<source.address>[0-9A-Fa-f.:]+)"

PARSER = MessageParser(
    reference="https://www.sshguard.net/docs/",
    programs=frozenset({"sshguard"}),
    patterns=(
        Pattern(
            rf'^Attack from "?{_IP}"? on service (?P<service.name>.+?) with danger \d+\.?\s*$',
            _ATTACK,
        ),
        Pattern(rf'^Blocking "?{_IP}(?:/\d+)?"? (?P<event.reason>for \d+ secs .*|forever .*)$', _BLOCKED),
        Pattern(
            rf"^{_IP}: (?P<event.reason>unblocking after \d+ secs?)\s*$",
            {**_BLOCKED, "event.type": ["allowed"], "event.action": "unblock"},
        ),
        Pattern(rf"^{_IP}: (?P<event.reason>should already have been blocked)\s*$", _ATTACK),
    ),
    finish=lambda frame: split_address(frame, "source"),
)
