"""pfSense and OPNsense: log-ins to web interface, OpenVPN and captive portal, and changes of the configuration.

https://github.com/pfsense/pfsense/tree/master/src/etc/inc and
https://github.com/opnsense/core/blob/master/src/opnsense/mvc/app/library/OPNsense/Auth/AuthenticationFactory.php are
the sources that write the messages.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address, with_macs
from watchfloor.parsers._columns import column
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_OBSERVED: Fields = {"event.kind": "event", "observer.type": "firewall"}
_LOGIN: Fields = {
    **_OBSERVED,
    "event.category": ["authentication"],
    "event.type": ["start"],
    "event.action": "logged-in",
    "event.outcome": "success",
}
_FAILED: Fields = {**_LOGIN, "event.type": ["info"], "event.action": "logon-failed", "event.outcome": "failure"}
_LOGOUT: Fields = {**_LOGIN, "event.type": ["end"], "event.action": "logged-out"}
_CHANGED: Fields = {
    **_OBSERVED,
    "event.category": ["configuration"],
    "event.type": ["change"],
    "event.action": "configuration-changed",
    "event.outcome": "success",
}
_SESSION: Fields = {**_OBSERVED, "event.category": ["network", "session"], "network.protocol": "openvpn"}
_VPN: Fields = {"network.protocol": "openvpn"}
# Names are what clients typed; what the firewall says stands behind them, so the last such words count.
_CLIENT = (
    r"^openvpn server '(?P<observer.ingress.interface.name>[\w.-]+)' user (?:cert CN )?'(?P<user.name>.*)' "
    r"address '(?P<source.address>[0-9A-Fa-f.:]+):(?P<source.port>\d{1,5})' - "
)
_VISITOR = (
    r": (?P<user.name>.*), (?P<source.mac>[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})?, ?(?P<source.address>[0-9A-Fa-f.:]+)"
    r"(?:, (?P<event.reason>.*))?$"
)
_ZONE = r"^Zone: (?P<observer.ingress.zone>[^:]{1,64}) - "
_PAGE = r"^(?:(?P<url.path>/\S*\.php): )?"
_USER = r"(?:user )?'(?P<user.name>.*)'"
_FROM = r"from:? (?P<source.address>[0-9A-Fa-f.:]+)"
_STARTS = (
    r"^(?:/\S*\.php: )?(?:Successful login for user '|Session timed out for user '|User logged out for user '"
    r"|webConfigurator authentication error for |Web GUI authentication error for |user \S+ authenticated successfully"
    r" for |user \S+ could not authenticate for |user \S+ changed configuration to )"
)
_BOUND = (
    r"^(?:openvpn server '[\w.-]+' user |user '.*' (?:authenticated(?: using '|\s*$)|could not authenticate\.?\s*$)"
    r"|Username does not match certificate common name \(|Zone: [^:]{1,64} - [A-Z][A-Z -]{2,40}: )"
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses as IP; the name with the server that knows it, where one is said."""
    path = column(frame, "url.path")
    return split_address(with_macs(frame.with_columns(path.alias("url.original"))), "source")


PARSER = MessageParser(
    reference="https://docs.netgate.com/pfsense/en/latest/monitoring/logs/index.html",
    starts=_STARTS,
    bound=_BOUND,
    senders=frozenset({"openvpn", "logportalauth"}),
    patterns=(
        Pattern(
            rf"{_PAGE}Successful login for {_USER} {_FROM}(?: \((?P<pfsense.auth.server>.*)\))?\s*$",
            _LOGIN,
        ),
        Pattern(
            rf"{_PAGE}(?:webConfigurator|Web GUI) authentication error for {_USER} {_FROM}(?: .*)?$",
            _FAILED,
        ),
        Pattern(
            rf"{_PAGE}(?:Session timed out|User logged out) for {_USER} {_FROM}(?: \(.*\))?\s*$",
            _LOGOUT,
        ),
        Pattern(
            r"^user (?P<user.name>\S+) authenticated successfully for (?P<service.name>.+?)"
            r"(?: \[using (?P<pfsense.auth.server>[^\]]*)\])?\s*$",
            _LOGIN,
        ),
        Pattern(
            r"^user (?P<user.name>\S+) could not authenticate for (?P<service.name>[^,.]+)[,.]?"
            r"(?: (?P<event.reason>failed .*))?(?: ?\[using (?P<pfsense.auth.server>[^\]]*)\])?\s*$",
            _FAILED,
        ),
        Pattern(
            r"^user (?P<user.name>[^\s@]+)(?:@(?P<source.address>[0-9A-Fa-f.:]+))? changed configuration to "
            r"(?P<file.path>/\S+)(?: in (?P<url.path>/\S+))?(?: (?P<event.reason>.*))?$",
            _CHANGED,
        ),
        Pattern(
            rf"{_CLIENT}connected\s*$",
            {
                **_SESSION,
                "event.type": ["start"],
                "event.action": "client-vpn-connected",
                "event.outcome": "success",
            },
        ),
        Pattern(
            rf"{_CLIENT}disconnected\s*$",
            {**_SESSION, "event.type": ["end"], "event.action": "client-vpn-disconnected"},
        ),
        Pattern(
            rf"{_CLIENT}connecting\s*$",
            {**_SESSION, "event.type": ["info"], "event.action": "client-vpn-connecting"},
        ),
        Pattern(
            rf"{_CLIENT}(?P<event.reason>[^']*(?:'\d+'[^']*)?)$",
            {
                **_SESSION,
                "event.category": ["network"],
                "event.type": ["connection", "denied"],
                "event.action": "client-vpn-refused",
                "event.outcome": "failure",
            },
        ),
        # Before what has an open end, which a name may look like.
        Pattern(r"^user '(?P<user.name>.*)' could not authenticate\.?\s*$", {**_FAILED, **_VPN}),
        Pattern(
            r"^user '(?P<user.name>.*)' authenticated(?: using '(?P<pfsense.auth.server>[^']*)'(?: CSO .*)?)?\s*$",
            {**_LOGIN, **_VPN},
        ),
        Pattern(
            r"^(?P<event.reason>Username does not match certificate common name) \((?P<user.name>.*) != .*\),"
            r" access denied\.\s*$",
            {**_FAILED, **_VPN},
        ),
        Pattern(rf"{_ZONE}(?:(?:[A-Z]+ )?LOGIN|ACCEPT){_VISITOR}", _LOGIN),
        Pattern(rf"{_ZONE}(?:[A-Z]+ )?FAILURE{_VISITOR}", _FAILED),
        Pattern(
            rf"{_ZONE}(?:LOGOUT|DISCONNECT|(?:[A-Z]+ )?TIMEOUT|CONCURRENT LOGIN - TERMINATING OLD SESSION){_VISITOR}",
            _LOGOUT,
        ),
    ),
    finish=_finish,
)
