"""pfSense and OPNsense: who signed in to the web interface, and which changes of the configuration it made.

https://github.com/pfsense/pfsense/tree/master/src/etc/inc and
https://github.com/opnsense/core/blob/master/src/opnsense/mvc/app/library/OPNsense/Auth/AuthenticationFactory.php are
the sources that write the messages.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
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
_PAGE = r"^(?:(?P<url.path>/\S*\.php): )?"
_USER = r"(?:user )?'(?P<user.name>.*)'"
_FROM = r"from:? (?P<source.address>[0-9A-Fa-f.:]+)"
_STARTS = (
    r"^(?:/\S*\.php: )?(?:Successful login for user '|Session timed out for user '|User logged out for user '"
    r"|webConfigurator authentication error for |Web GUI authentication error for |user \S+ authenticated successfully"
    r" for |user \S+ could not authenticate for |user \S+ changed configuration to )"
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses as IP; the name with the server that knows it, where one is said."""
    path = column(frame, "url.path")
    return split_address(frame.with_columns(path.alias("url.original")), "source")


PARSER = MessageParser(
    reference="https://docs.netgate.com/pfsense/en/latest/monitoring/logs/index.html",
    starts=_STARTS,
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
    ),
    finish=_finish,
)
