"""Messages of NetworkManager: devices, connections, addresses, and who changed them."""

from __future__ import annotations

from watchfloor.parsers.linux._log import ENDED, STARTED
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_HEAD = r"^<(?P<log.level>\w+)>\s+(?:\[(?P<_clock>\d+\.\d+)\] )?"
_INFO: Fields = {"event.category": ["network"], "event.type": ["info"]}
_AUDIT = r'audit: op="(?P<event.action>[^"]*)"'

PARSER = MessageParser(
    reference="https://networkmanager.dev/docs/api/latest/NetworkManager.conf.html",
    programs=frozenset({"networkmanager"}),
    patterns=(
        Pattern(
            rf"{_HEAD}device \((?P<networkmanager.device>[^)]*)\): state change: "
            rf"(?P<networkmanager.old_state>\S+) -> "
            r"(?P<networkmanager.state>\S+) \(reason '(?P<event.reason>[^']*)'.*\)"
            r"\s*$",
            {**_INFO, "event.action": "state-change"},
        ),
        Pattern(rf"{_HEAD}device \((?P<networkmanager.device>[^)]*)\): (?P<event.reason>.*?)\s*$", _INFO),
        Pattern(
            rf'{_HEAD}{_AUDIT} uuid="(?P<networkmanager.uuid>[^"]*)" name="(?P<networkmanager.connection>.*'
            rf')" pid=(?P<process.pid>\d+) '
            r'uid=(?P<user.id>\d+) result="(?P<_result>success)".*$',
            {"event.category": ["configuration"], "event.type": ["change"], "event.outcome": "success"},
        ),
        Pattern(
            (
                rf"{_HEAD}{_AUDIT} (?:.* )?pid=(?P<process.pid>\d+) uid=(?P<user.id>\d+)"
                rf' result="(?P<_result>success)".*$'
            ),
            {"event.category": ["configuration"], "event.type": ["change"], "event.outcome": "success"},
        ),
        Pattern(
            (
                rf"{_HEAD}{_AUDIT} (?:.* )?pid=(?P<process.pid>\d+) uid=(?P<user.id>\d+)"
                rf' result="fail"(?: reason="(?P<event.reason>[^"]*)")?.*$'
            ),
            {"event.category": ["configuration"], "event.type": ["change"], "event.outcome": "failure"},
        ),
        Pattern(
            rf"{_HEAD}dhcp(?P<_family>[46]) \((?P<networkmanager.device>[^)]*)\): *(?:address|"
            rf"option ip_address|  address) (?:=> )?'?"
            r"(?P<dhcp.assigned_ip>[0-9A-Fa-f.:]+)'?\s*$",
            {**_INFO, "event.action": "dhcp-address"},
        ),
        Pattern(rf"{_HEAD}dhcp[46] \((?P<networkmanager.device>[^)]*)\): *(?P<event.reason>.*?)\s*$", _INFO),
        Pattern(rf"{_HEAD}(?P<event.reason>NetworkManager \(version .*\) is starting.*)$", STARTED),
        Pattern(rf"{_HEAD}(?P<event.reason>(?:caught SIG\w+, shutting down|exiting).*)$", ENDED),
        Pattern(rf"{_HEAD}(?P<event.reason>.*?)\s*$", _INFO),
    ),
    fields=_INFO,
)
