"""Kinds of ASA messages: what Elastic's module for the ASA calls them."""

from __future__ import annotations

from watchfloor.parsers.plugin import Fields

NETWORK: Fields = {"event.category": ["network"], "event.type": ["info"]}
DENIED: Fields = {
    "event.category": ["network"],
    "event.type": ["connection", "denied"],
    "event.outcome": "failure",
    "event.action": "firewall-rule",
}
ALLOWED: Fields = {**DENIED, "event.type": ["connection", "allowed"], "event.outcome": "success"}
LISTED: Fields = {"event.category": ["network"], "event.type": ["connection"], "event.action": "firewall-rule"}
NOTICED: Fields = {**LISTED, "event.type": ["connection", "info"]}
BUILT: Fields = {
    "event.category": ["network"],
    "event.type": ["connection", "start"],
    "event.outcome": "success",
    "event.action": "flow-creation",
}
EXPIRED: Fields = {**BUILT, "event.type": ["connection", "end"], "event.action": "flow-expiration"}
CLOSED: Fields = {
    "event.category": ["network"],
    "event.type": ["connection", "end"],
    "event.action": "flow-expiration",
}
FLOW_ENDED: Fields = {**CLOSED, "event.action": "flow-termination"}
NAT_BUILT: Fields = {
    "event.category": ["network", "configuration"],
    "event.type": ["creation"],
    "event.outcome": "success",
    "event.action": "nat-slot",
}
NAT_EXPIRED: Fields = {**NAT_BUILT, "event.type": ["deletion"]}
FTP: Fields = {
    "event.category": ["network", "file"],
    "event.type": ["access"],
    "event.outcome": "success",
    "event.action": "ftp",
}
URL: Fields = {
    "event.category": ["network"],
    "event.type": ["access", "allowed"],
    "event.outcome": "success",
    "event.action": "url-access",
}
URL_DENIED: Fields = {**URL, "event.type": ["access", "denied"], "event.outcome": "failure"}
FILTER: Fields = {
    "event.category": ["network"],
    "event.type": ["connection", "info"],
    "event.action": "dynamic-filter",
}
FILTERED: Fields = {**FILTER, "event.type": ["connection", "denied"], "event.outcome": "failure"}
IPS: Fields = {
    "event.kind": "alert",
    "event.category": ["network", "intrusion_detection"],
    "event.type": ["info"],
    "event.action": "intrusion-detected",
}
SHUN: Fields = {**DENIED, "event.action": "shun"}
LOGGED_IN: Fields = {
    "event.category": ["authentication", "network"],
    "event.type": ["allowed", "info"],
    "event.outcome": "success",
    "event.action": "logged-in",
}
LOGIN_FAILED: Fields = {
    **LOGGED_IN,
    "event.type": ["denied", "info"],
    "event.outcome": "failure",
    "event.action": "logon-failed",
}
LOGGED_OUT: Fields = {**LOGGED_IN, "event.type": ["info"], "event.action": "logged-out"}
AAA: Fields = {"event.category": ["authentication", "network"], "event.type": ["info"]}
LOCKED: Fields = {**AAA, "event.outcome": "failure", "event.action": "user-locked-out"}
COMMAND: Fields = {
    "event.category": ["configuration"],
    "event.type": ["info"],
    "event.outcome": "success",
    "event.action": "configuration",
}
CONFIGURED: Fields = {**COMMAND, "event.type": ["change"]}
CONFIGURATION: Fields = {"event.category": ["configuration"], "event.type": ["info"], "event.action": "configuration"}
PRIVILEGE: Fields = {
    "event.category": ["iam"],
    "event.type": ["user", "change"],
    "event.outcome": "success",
    "event.action": "privilege-level-changed",
}
USER_ADDED: Fields = {**PRIVILEGE, "event.type": ["user", "creation"], "event.action": "user-added"}
USER_DELETED: Fields = {**PRIVILEGE, "event.type": ["user", "deletion"], "event.action": "user-deleted"}
GROUP_ADDED: Fields = {**PRIVILEGE, "event.type": ["group", "creation"], "event.action": "group-policy-added"}
GROUP_DELETED: Fields = {**PRIVILEGE, "event.type": ["group", "deletion"], "event.action": "group-policy-deleted"}
SSH_ENDED: Fields = {"event.category": ["network"], "event.type": ["connection", "end"]}
VPN_ERROR: Fields = {**DENIED, "event.action": "client-vpn-error"}
VPN_STARTED: Fields = {
    "event.category": ["network", "session"],
    "event.type": ["connection", "start"],
    "event.outcome": "success",
    "event.action": "client-vpn-connected",
}
VPN_ENDED: Fields = {
    "event.category": ["network"],
    "event.type": ["connection", "end"],
    "event.action": "client-vpn-disconnected",
}
STARTED: Fields = {"event.category": ["network"], "event.type": ["connection", "start"], "event.outcome": "success"}
ENDED: Fields = {"event.category": ["network"], "event.type": ["connection", "end"], "event.outcome": "success"}
DONE: Fields = {"event.category": ["network"], "event.type": ["connection", "info"], "event.outcome": "success"}
FAILED: Fields = {"event.category": ["network"], "event.type": ["connection", "info"], "event.outcome": "failure"}
ERROR: Fields = {"event.category": ["network"], "event.type": ["info"], "event.outcome": "failure"}
THREAT: Fields = {"event.category": ["network"], "event.type": ["info"], "event.action": "threat-detected"}
LINE_UP: Fields = {"event.category": ["network"], "event.type": ["info"], "event.action": "interface-state"}
