"""What the numbers of Microsoft's DHCP audit log mean: what happened, in which category, and how it ended.

Numbers: https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/dd183591(v=ws.10)
"""

from __future__ import annotations

from dataclasses import dataclass

_NET = ("network",)
_ROGUE = ("authentication", "network")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record.

    Attributes:
        action: `event.action`; empty where there is none.
        types: `event.type`.
        category: `event.category`.
        outcome: `event.outcome`.
        dhcp: `dhcp.type`, where the record is about a DHCP message.
    """

    action: str
    types: tuple[str, ...] = ("connection",)
    category: tuple[str, ...] = _NET
    outcome: str = "success"
    dhcp: str = ""


def _process(action: str, kind: str, outcome: str = "success") -> Kind:
    return Kind(action, (kind,), ("process",), outcome)


def _leased(action: str, dhcp: str = "ack") -> Kind:
    return Kind(action, ("allowed", "connection"), dhcp=dhcp)


def _denied(action: str, dhcp: str = "") -> Kind:
    return Kind(action, ("connection", "denied"), outcome="failure", dhcp=dhcp)


def _rogue(*types: str, outcome: str = "success") -> Kind:
    return Kind("rogue-server-detection", ("connection", *types), _ROGUE, outcome)


def _six(name: str, *types: str, outcome: str = "success", dhcp: str = "") -> Kind:
    return Kind(name, ("connection", *types), outcome=outcome, dhcp=dhcp)


_DNS = "dhcp-dns-update"
_FAILED = Kind(_DNS, outcome="failure")
KINDS = {
    "00": _process("log-start", "start"),
    "01": _process("log-end", "end"),
    "02": _process("log-pause", "change", "failure"),
    "10": _leased("dhcp-new"),
    "11": _leased("dhcp-renew"),
    "12": _leased("dhcp-release", "release"),
    "13": Kind("dhcp-address-in-use"),
    "14": _denied("dhcp-scope-full"),
    "15": _denied("dhcp-deny", "nak"),
    "16": Kind("dhcp-delete"),
    "17": Kind("dhcp-expire", dhcp="expire"),
    "18": Kind("dhcp-expire", dhcp="expire"),
    "20": _leased("dhcp-bootp"),
    "21": _leased("dhcp-bootp"),
    "22": _denied("dhcp-bootp-scope-full"),
    "23": _denied("dhcp-bootp-delete"),
    "24": _process("ip-cleanup-start", "start"),
    "25": _process("ip-cleanup-end", "start"),
    "30": Kind(_DNS),
    "31": _FAILED,
    "32": Kind(_DNS),
    "33": Kind("dhcp-drop", outcome="failure"),
    "34": _FAILED,
    "35": _denied(_DNS),
    "36": _denied("dhcp-drop"),
    "50": _rogue(outcome="failure"),
    "51": _rogue("allowed"),
    "52": _rogue(),
    "53": _rogue("allowed"),
    "54": _rogue("denied", outcome="failure"),
    "55": _rogue("allowed"),
    "56": _rogue("denied", outcome="failure"),
    "57": _rogue(),
    "58": _rogue(outcome="failure"),
    "59": _rogue(outcome="failure"),
    **{str(number): _rogue() for number in range(60, 65)},
    "11000": _six("dhcpv6-solicit", "protocol", dhcp="discover"),
    "11001": _six("dhcpv6-advertise", "protocol", dhcp="offer"),
    "11002": _six("dhcpv6-request", "protocol", dhcp="request"),
    "11003": _six("dhcpv6-confirm", "protocol", dhcp="request"),
    "11004": _six("dhcpv6-renew", "protocol", dhcp="request"),
    "11005": _six("dhcpv6-rebind", "protocol", dhcp="request"),
    "11006": _six("dhcpv6-decline", "protocol", outcome="failure", dhcp="decline"),
    "11007": _six("dhcpv6-release", dhcp="release"),
    "11008": _six("dhcpv6-info-request", dhcp="inform"),
    "11009": _six("dhcpv6-scope-full"),
    "11010": _process("log-start", "start"),
    "11011": _process("log-stop", "end"),
    "11012": _process("log-pause", "change"),
    "11013": _process("log-file", "info"),
    "11014": _six("dhcpv6-bad-address", outcome="failure"),
    "11015": _six("dhcpv6-address-in-use"),
    "11016": _six("dhcpv6-client-deleted"),
    "11017": _six("ipv6-dns-record-not-deleted"),
    "11018": _six("dhcpv6-expired", dhcp="expire"),
    "11019": _six("dhcpv6-lease-expired-deleted", dhcp="expire"),
    "11020": _process("dhcpv6-cleanup-start", "start"),
    "11021": _process("dhcpv6-cleanup-end", "end"),
    "11022": _six("ipv6-dns-update-request", "start"),
    "11023": _six("ipv6-dns-update-failed", "end", outcome="failure"),
    "11024": _six("ipv6-dns-update-successful", "end"),
    "11028": _six("ipv6-dns-update-request-queue-exceeded", "end", outcome="failure"),
    "11029": _six("ipv6-dns-update-request-failed", "end", outcome="failure"),
    "11030": _process("dhcpv6-stateless-clients-purged", "change"),
    "11031": _process("dhcpv6-stateless-clients-expired", "change"),
    "11032": Kind("dhcpv6-stateless-client-info-request", ("info",), dhcp="inform"),
}
