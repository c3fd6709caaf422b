"""What messages of Cisco IOS, IOS XE, IOS XR and NX-OS say, by their mnemonic."""

from __future__ import annotations

from watchfloor.parsers.plugin import Fields, Pattern

INFO: Fields = {"event.category": ["network"], "event.type": ["info"]}
_LIST: Fields = {"event.category": ["network"], "event.type": ["info"]}
_LOGIN: Fields = {
    "event.category": ["authentication"],
    "event.type": ["start"],
    "event.outcome": "success",
    "event.action": "logged-in",
}
_FAILED: Fields = {**_LOGIN, "event.type": ["info"], "event.outcome": "failure", "event.action": "logon-failed"}
_LOGOUT: Fields = {**_LOGIN, "event.type": ["end"], "event.action": "logged-out"}
_CONFIGURED: Fields = {
    "event.category": ["configuration"],
    "event.type": ["change"],
    "event.outcome": "success",
    "event.action": "configuration-changed",
}
_STATE: Fields = {**INFO, "event.action": "interface-state-changed"}
_DENIED: Fields = {"event.category": ["network"], "event.type": ["connection", "denied"], "event.outcome": "failure"}
_SESSION: Fields = {
    "event.category": ["network"],
    "event.type": ["connection", "info"],
    "event.action": "session-audit",
}
_ALERT: Fields = {
    "event.kind": "alert",
    "event.category": ["intrusion_detection", "network"],
    "event.type": ["info"],
    "event.action": "intrusion-detected",
}

_ADDRESS = r"[0-9A-Za-z.:_-]*[0-9A-Za-z]"
_SRC = rf"(?P<source.address>{_ADDRESS})"
_DST = rf"(?P<destination.address>{_ADDRESS})"
_SPORT, _DPORT = r"(?P<source.port>\d+)", r"(?P<destination.port>\d+)"
_VIA = r"(?: ?\((?P<_via>[^)]*)\))?"
_ARROW = rf"{_VIA} ?->\s*"
_PACKETS = r",? (?P<source.packets>\d+) packets?"
_RULE = r"^list (?P<rule.name>\S+) (?P<_did>permitted|denied) "
_PROTOCOL = r"(?P<_transport>[A-Za-z0-9-]+) "
_SOURCE = rf"\[Source: (?P<source.address>[^\]]*)\] \[localport: {_DPORT}\]"

ACCESS_LIST = (
    Pattern(rf"{_RULE}{_PROTOCOL}{_SRC}\({_SPORT}\){_ARROW}{_DST}\({_DPORT}\){_PACKETS}", _LIST),
    Pattern(
        rf"{_RULE}{_PROTOCOL}{_SRC}{_ARROW}{_DST} \((?P<cisco.ios.icmp_type>\d+)/(?P<cisco.ios.icmp_code>\d+"
        rf")\){_PACKETS}",
        _LIST,
    ),
    Pattern(rf"{_RULE}{_PROTOCOL}{_SRC}{_ARROW}{_DST}(?: \((?P<cisco.ios.igmp_type>\d+)\))?{_PACKETS}", _LIST),
    Pattern(rf"{_RULE}{_SRC}{_PACKETS}", _LIST),
    Pattern("^", _LIST),
)
_LOGINS = (
    Pattern(rf"^[Ll]ogin Success \[user: (?P<user.name>.*)\] {_SOURCE}", _LOGIN),
    Pattern("^", _LOGIN),
)
_FAILURES = (
    Pattern(rf"^[Ll]ogin failed \[user: (?P<user.name>.*)\] {_SOURCE} \[Reason: (?P<event.reason>[^\]]*)\]", _FAILED),
    Pattern("^", _FAILED),
)
_CONFIG = (
    Pattern(
        rf"^Configured from (?P<cisco.ios.from>\S+)(?: by (?P<user.name>\S+))?(?: on \S+)?(?: \({_SRC}\))?\s*$",
        _CONFIGURED,
    ),
    Pattern("^", _CONFIGURED),
)
_INTERFACE = (
    Pattern(
        r"^(?:Line protocol on )?Interface (?P<observer.ingress.interface.name>[^\s,]+),? .*?(?:changed state to|is|is"
        r" down) \(?(?P<event.reason>[^()]+)\)?\s*$",
        _STATE,
    ),
    Pattern("^", _STATE),
)
_PORT_SECURITY = (
    Pattern(
        r"^Security violation occurred,? caused by MAC address (?P<source.mac>[0-9A-Fa-f.:-]+) on port"
        r" (?P<observer.ingress.interface.name>[^\s,]+?)\.?\s*$",
        {**_DENIED, "event.action": "security-violation"},
    ),
    Pattern("^", {**_DENIED, "event.action": "security-violation"}),
)
_INSPECT = (
    Pattern(
        # Zone-based firewalls say first which pair of zones and which class of traffic it was.
        r"^(?:\(target:class\)-\([^()]*\): ?)?(?:Start|Stop) (?P<network.protocol>\S+) session: "
        rf"initiator \({_SRC}:{_SPORT}\)(?: sent"
        rf" (?P<source.bytes>\d+) bytes)? -- responder \({_DST}:{_DPORT}\)(?: sent (?P<destination.bytes>\d+) bytes)?"
        r"(?:,? from (?P<observer.ingress.interface.name>\S+))?",
        _SESSION,
    ),
    Pattern("^", _SESSION),
)
_DROPPED = (
    Pattern(
        rf"^Dropping (?P<_transport>\S+) (?:session|pkt|packet)(?: from (?P<observer.ingress.interface.name>\S+))?"
        rf" {_SRC}:{_SPORT} ?(?:=>)? ?{_DST}:{_DPORT}(?:.*?due to +(?P<event.reason>.*?)(?: with ip ident.*)?)?\s*$",
        {**_DENIED, "event.action": "firewall-rule"},
    ),
    Pattern("^", {**_DENIED, "event.action": "firewall-rule"}),
)
_DIGEST = (
    Pattern(
        rf"^(?P<event.reason>(?:No|Invalid) MD5 digest) from {_SRC}(?:\(|:){_SPORT}\)? to {_DST}(?:\(|:){_DPORT}\)?",
        _DENIED,
    ),
    Pattern("^", _DENIED),
)
_JOIN = (
    Pattern(
        rf"^Received \(.*\) (?P<cisco.ios.action>\S+) from {_SRC} for (?P<event.reason>.*) {_DST}\s*$",
        {**INFO, "event.action": "multicast-join", "event.outcome": "failure"},
    ),
    Pattern("^", INFO),
)
_ENDED = (
    Pattern(
        rf"^User (?P<user.name>.*) has exited (?P<cisco.ios.session_type>\S+) session "
        rf"(?P<cisco.ios.session_number>\d+)\({_SRC}\)",
        _LOGOUT,
    ),
    Pattern("^", _LOGOUT),
)
_SSH = (
    Pattern(
        rf"^SSH2? Session request from {_SRC} \(tty = \d+\) using crypto cipher .* (?P<event.outcome>Succeeded|Failed)",
        {**INFO, "network.protocol": "ssh"},
    ),
    Pattern(
        rf"^User '(?P<user.name>.*)' authentication for SSH2? Session from {_SRC} \(tty = \d+\) using crypto cipher .*"
        r" (?P<event.outcome>Succeeded|Failed)",
        {
            "event.category": ["authentication"],
            "event.type": ["info"],
            "network.protocol": "ssh",
            "event.action": "ssh_login",
        },
    ),
    Pattern(
        rf"^SSH2? Session from {_SRC} \(tty = \d+\) for user '(?P<user.name>.*)' using crypto cipher",
        {**_LOGOUT, "network.protocol": "ssh"},
    ),
    Pattern("^", {**INFO, "network.protocol": "ssh"}),
)
_COMMAND = (
    Pattern(r"^User:(?P<user.name>\S*) +logged command:(?P<process.command_line>.*)$", _CONFIGURED),
    Pattern("^", _CONFIGURED),
)
_PAM = (
    Pattern(
        r"^pam_aaa:Authentication failed (?:for user|from) (?P<user.name>\S+) from (?P<source.address>[^\s-]+)", _FAILED
    ),
    Pattern(r"^pam_aaa:Authentication failed from (?P<source.address>[^\s-]+)", _FAILED),
    Pattern(
        r"^.*?(?:Invalid user|Failed \S+ for(?: invalid user)?) (?P<user.name>.*) from (?P<source.address>\S+)("
        r"?: port \d+)?",
        _FAILED,
    ),
    Pattern("^", INFO),
)
_VSHD = (
    Pattern(
        r"^Configured from (?P<cisco.ios.from>\S+) by (?P<user.name>\S+) on (?P<source.address>[0-9A-Fa-f.:]+)("
        r"?:@\S+)?",
        _CONFIGURED,
    ),
    *_CONFIG,
)
_XR_LOGIN = (
    Pattern(
        r"^(?:Failed|Successful) authentication attempt by user '(?P<user.name>.*)' from '(?P<source.address>[^']*)'",
        _FAILED,
    ),
    Pattern("^", _FAILED),
)
_SNMP = (
    Pattern(
        rf"^Authentication failure for SNMP (?:req|request) from host {_SRC}", {**_DENIED, "network.protocol": "snmp"}
    ),
    Pattern("^", INFO),
)
_IPS = (
    Pattern(
        rf"^Sig:(?P<rule.id>\d+) Subsig:\d+ Sev:\d+ (?P<rule.name>.*?) \[{_SRC}:{_SPORT} -> {_DST}:{_DPORT}\]", _ALERT
    ),
    Pattern("^", _ALERT),
)
_DUPLICATE = (
    Pattern(
        rf"^Duplicate address {_SRC} on (?P<observer.ingress.interface.name>[^\s,]+), sourced by "
        rf"(?P<source.mac>[0-9A-Fa-f.:]+)",
        INFO,
    ),
    Pattern("^", INFO),
)
_FLAP = (
    Pattern(
        r"^Host (?P<source.mac>[0-9A-Fa-f.:]+) in vlan (?P<network.vlan.id>\d+) is flapping between port"
        r" (?P<observer.ingress.interface.name>\S+) and port (?P<observer.egress.interface.name>\S+)",
        INFO,
    ),
    Pattern("^", INFO),
)
_AUTHMGR = (
    Pattern(
        r"^.*?for client \((?P<source.mac>[0-9A-Fa-f.:-]+|Unknown MAC)\) on Interface"
        r" (?P<observer.ingress.interface.name>[^\s,]+)",
        {**_FAILED, "event.category": ["authentication", "network"]},
    ),
    Pattern("^", INFO),
)
_AUTHORISED = (
    *tuple(
        Pattern(each.regex, {**_LOGIN, "event.category": ["authentication", "network"], "event.type": ["info"]})
        for each in _AUTHMGR[:1]
    ),
    Pattern("^", INFO),
)

MESSAGES: dict[str, tuple[Pattern, ...]] = {
    **dict.fromkeys(
        (
            "IPACCESSLOGP", "IPACCESSLOGDP", "IPACCESSLOGNP", "IPACCESSLOGRP", "IPACCESSLOGSP", "IPACCESSLOGS",
            "ACCESSLOGP", "ACCESSLOGDP", "ACCESSLOGNP", "ACCESSLOGSP", "IPV6_ACCESSLOG", "ACLLOG_FLOW_INTERVAL",
        ),
        ACCESS_LIST,
    ),
    "LOGIN_SUCCESS": _LOGINS, "LOGIN_FAILED": _FAILURES, "CONFIG_I": _CONFIG, "VSHD_SYSLOG_CONFIG_I": _VSHD,
    "UPDOWN": _INTERFACE, "CHANGED": _INTERFACE, "LINK_UPDOWN": _INTERFACE, "IF_UP": _INTERFACE, "IF_DOWN": _INTERFACE,
    "IF_DOWN_LINK_FAILURE": _INTERFACE, "IF_DOWN_ADMIN_DOWN": _INTERFACE, "IF_DOWN_NONE": _INTERFACE,
    "PSECURE_VIOLATION": _PORT_SECURITY, "PSECURE_VIOLATION_VLAN": _PORT_SECURITY,
    "SESS_AUDIT_TRAIL": _INSPECT, "SESS_AUDIT_TRAIL_START": _INSPECT, "DROP_PKT": _DROPPED, "LOG_SUMMARY": _DROPPED,
    "BADAUTH": _DIGEST, "INVALID_RP_JOIN": _JOIN, "LOGOUT": _ENDED,
    "SSH2_SESSION": _SSH, "SSH2_USERAUTH": _SSH, "SSH2_CLOSE": _SSH, "SSH_SESSION": _SSH, "SSH_USERAUTH": _SSH,
    "SSH_CLOSE": _SSH,
    "CFGLOG_LOGGEDCMD": _COMMAND, "SYSTEM_MSG": _PAM, "AUTHFAIL": _SNMP, "SIGNATURE": _IPS, "DUPADDR": _DUPLICATE,
    "MACFLAP_NOTIF": _FLAP, "FAIL": _AUTHMGR, "SUCCESS": _AUTHORISED, "AUTHENTICATION_FAILED": _XR_LOGIN,
}  # fmt: skip
