"""Sessions, screens, log-ins and VPNs of an SRX that logs text instead of structured data.

Format: https://www.juniper.net/documentation/us/en/software/junos/network-mgmt/topics/topic-map/system-logging-for-a-security-device.html
"""

from __future__ import annotations

import re

_FLOW = r"([0-9A-Fa-f.:]+)/(\d+)->([0-9A-Fa-f.:]+)/(\d+)"
_CONNECTION = r"(?: 0x[0-9a-f]+)?"
_CREATED = re.compile(
    rf"session (?:created|closed (.*?):) {_FLOW}{_CONNECTION} (\S+) {_FLOW}{_CONNECTION}(.*)\Z",
    re.DOTALL,
)
_DENIED = re.compile(rf"session denied {_FLOW}{_CONNECTION} (\S+) (\d+)\((\d+)\) (.*)\Z", re.DOTALL)
_COUNTS = re.compile(r"(\d+)\((\d+)\) (\d+)\((\d+)\) (\d+)")
_SCREEN = re.compile(
    r"(.*?)! source: ([0-9A-Fa-f.:]+?)(?::(\d+))?, destination: ([0-9A-Fa-f.:]+?)(?::(\d+))?,"
    r"(?: protocol-id: (\d+),)? zone name: ([^,]+), interface name: ([^,]+), action: (.*)\Z",
    re.DOTALL,
)
# Names are what clients typed; what the SRX says stands behind them, so the last such words count.
_USER = re.compile(r"(?:\w+ )?(?i:user) (.*) at ([0-9A-Fa-f.:]+) is (?:accepted|rejected)\b", re.DOTALL)
_VPN = re.compile(r"VPN (\S+) from ([0-9A-Fa-f.:]+) is (?:up|down)\. (.*)\Z", re.DOTALL)
_NAMED = re.compile(r"(?:\A|(?<=, ))([A-Za-z][A-Za-z -]*): ([^,]*)(?:, |\Z)")
_VPN_NAMES = {
    "Local-ip": "local-address", "gateway name": "gateway-name", "tunnel-id": "tunnel-id",
    "local tunnel-if": "interface-name", "remote tunnel-ip": "internal-ip", "AAA username": "client-name",
    "Reason": "reason",
}  # fmt: skip
_BEHIND = frozenset({"AAA username", "Reason"})
_SIDES = ("source-address", "source-port", "destination-address", "destination-port")
_NATTED = ("nat-source-address", "nat-source-port", "nat-destination-address", "nat-destination-port")


def session(line: str) -> dict[str, str] | None:
    """The values of a text record by the names of structured data; None for another one."""
    tag, _, text = line.partition(": ")
    values = {"@tag": tag}
    if tag.startswith(("FWAUTH_", "DYNAMIC_VPN_")):
        user = _USER.match(text)
        return values | _given(("username", "source-address"), user.groups()) if user else None
    if tag.endswith("_ALARM_USER"):
        vpn = _VPN.match(text)
        return values | _tunnel(*vpn.groups()) if vpn else None
    screen = _SCREEN.match(text)
    if screen:
        names = ("attack-name", *_SIDES, "protocol-id", "source-zone-name", "interface-name", "action")
        return values | _given(names, screen.groups())
    denied = _DENIED.match(text)
    if denied:
        *sides, service, protocol, _, rest = denied.groups()
        values |= _given((*_SIDES, "service-name", "protocol-id"), (*sides, service, protocol))
        return values | _given(("policy-name", "source-zone-name", "destination-zone-name"), tuple(rest.split()[:3]))
    match = _CREATED.match(text)
    if not match:
        return None
    reason, *rest = match.groups()
    values |= _given(("reason", *_SIDES, "service-name", *_NATTED), (reason, *rest[:9]))
    return values | _tail(rest[9])


def _tunnel(name: str, peer: str, text: str) -> dict[str, str]:
    """A tunnel's values: in front of the peer's identity, which is of its choice, the first counts, behind it the last.

    Behind it only those are read that never stand in front.
    """
    front, _, back = text.partition("Remote IKE-ID: ")
    said = {_VPN_NAMES[key]: value for key, value in _NAMED.findall(back) if key in _BEHIND and value}
    said |= {_VPN_NAMES[key]: value for key, value in reversed(_NAMED.findall(front)) if key in _VPN_NAMES and value}
    return {"vpn-name": name, "remote-address": peer} | said


def _tail(text: str) -> dict[str, str]:
    """Rules of translation, protocol, policy, zones, session and counters."""
    words = text.split()
    number = next((at for at, word in enumerate(words) if word.isdigit()), None)
    if number is None:
        return {}
    names = ("protocol-id", "policy-name", "source-zone-name", "destination-zone-name", "session-id-32")
    values = _given(names, tuple(words[number : number + 5]))
    counts = _COUNTS.search(" ".join(words[number + 5 :]))
    if counts:
        counted = (
            "packets-from-client",
            "bytes-from-client",
            "packets-from-server",
            "bytes-from-server",
            "elapsed-time",
        )
        return values | _given(counted, counts.groups())
    after = words[number + 5 :]
    user = re.match(r"([^(]+)\(", after[0]) if after else None
    if user:
        values["username"] = user[1]
    return values


def _given(names: tuple[str, ...], values: tuple[str | None, ...]) -> dict[str, str]:
    return {name: value for name, value in zip(names, values, strict=False) if value}
