"""Junos: log-ins, commands, configuration changes and filters, by the tag before each message."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers._connection import with_sides, with_transport
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_OBSERVED: Fields = {"event.kind": "event", "observer.vendor": "Juniper", "observer.product": "Junos"}
_INFO: Fields = {**_OBSERVED, "event.category": ["host"], "event.type": ["info"]}
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
_COMMAND: Fields = {**_CHANGED, "event.type": ["info"], "event.action": "command"}
_FILTER: Fields = {**_OBSERVED, "event.category": ["network"], "event.type": ["connection"]}

_TAG = r"^(?:[a-z]+\d+ )?(?P<event.code>{}): "
_USER = r"(?:User|user) '(?P<user.name>.*)'"
_NAMED = r"User '(?P<user.name>[^']*)'"
_HOST = r"from host '?(?P<source.address>[0-9A-Za-z.:_-]+)'?"
_VERDICTS = {"D": ("denied", "failure"), "R": ("denied", "failure"), "A": ("allowed", "success")}


def _tagged(tags: str, text: str, fields: Fields) -> Pattern:
    return Pattern(_TAG.format(tags) + text, fields)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    if "_verdict" in frame.columns:
        verdict = frame["_verdict"]
        type_, outcome = (
            verdict.replace_strict(
                {name: words[at] for name, words in _VERDICTS.items()}, default=None, return_dtype=pl.String
            )
            for at in range(2)
        )
        known = frame["event.outcome"] if "event.outcome" in frame.columns else pl.lit(None, dtype=pl.String)
        frame = with_sides(with_transport(frame)).with_columns(
            pl.when(type_.is_not_null())
            .then(pl.concat_list(pl.lit("connection"), type_))
            .otherwise("event.type")
            .alias("event.type"),
            pl.coalesce(outcome, known).alias("event.outcome"),
        )
    return split_address(frame, "source")


PARSER = MessageParser(
    reference="https://www.juniper.net/documentation/us/en/software/junos/syslog-messages/index.html",
    starts=(
        r"^(?:[a-z]+\d+ )?(?:UI_[A-Z_]+|LOGIN_[A-Z_]+|SSHD_LOGIN_[A-Z_]+|WEB_AUTH_[A-Z_]+|PFE_FW_SYSLOG_[A-Z0-9"
        r"_]+|SNMP_TRAP_[A-Z_]+|SNMPD_[A-Z_]+"
        r"|CHASSISD_[A-Z_]+|RPD_[A-Z_]+|JTASK_[A-Z_]+): "
    ),
    patterns=(
        _tagged("UI_CMDLINE_READ_LINE", rf"{_NAMED}, command '(?P<process.command_line>.*)'\s*$", _COMMAND),
        _tagged(
            "UI_LOGIN_EVENT",
            rf"{_NAMED} login, class '[^']*' \[\d+\](?:, ssh-connection '(?P<source.address>[0-9A-Fa-f.:]+)"
            r"(?: (?P<source.port>\d+) (?P<destination.address>[0-9A-Fa-f.:]+) (?P<destination.port>\d+))?')?",
            _LOGIN,
        ),
        _tagged("UI_AUTH_EVENT", rf"Authenticated {_USER} (?:at permission level|assigned to class)", _LOGIN),
        _tagged("UI_(?:DBASE_)?LOGOUT_EVENT", rf"{_NAMED} ", _LOGOUT),
        _tagged("UI_DBASE_LOGIN_EVENT", rf"{_NAMED} entering configuration mode", _COMMAND),
        _tagged("UI_COMMIT(?:_[A-Z_]+)?", rf"{_NAMED} (?P<event.reason>.*)$", _CHANGED),
        _tagged("UI_CFG_AUDIT_[A-Z_]+", rf"{_NAMED} (?P<process.command_line>.*)$", _CHANGED),
        _tagged("(?:SSHD_)?LOGIN_FAILED", rf"Login failed for {_USER} {_HOST}\s*$", _FAILED),
        _tagged("(?:SSHD_)?LOGIN_FAILED", rf"Login failed for user (?P<user.name>.*) {_HOST}\s*$", _FAILED),
        _tagged("LOGIN_INFORMATION", rf"User (?P<user.name>.*) logged in {_HOST} on device \S+\s*$", _LOGIN),
        _tagged("LOGIN_(?:ROOT|SUCCESS)", r".*(?:User|user) '?(?P<user.name>\S+?)'? .*", _LOGIN),
        _tagged(
            "LOGIN_PAM_[A-Z_]+|LOGIN_REFUSED|LOGIN_PASSWORD_[A-Z_]+",
            r"(?P<event.reason>.*?)(?: user '?(?P<user.name>\S+?)'?)?(?: from host '?(?P<source.address>[^\s']+"
            r")'?)?\s*$",
            _FAILED,
        ),
        _tagged("SSHD_LOGIN_ATTEMPTS_THRESHOLD", rf"(?P<event.reason>.*) by {_USER}\s*$", _FAILED),
        _tagged("WEB_AUTH_FAIL", r"(?P<event.reason>.*) \(username (?P<user.name>.*)\)\s*$", _FAILED),
        _tagged("WEB_AUTH_SUCCESS", r".* \(username (?P<user.name>.*)\)\s*$", _LOGIN),
        _tagged(
            "PFE_FW_SYSLOG_[A-Z0-9_]+",
            r"(?:FW: )?(?P<observer.ingress.interface.name>\S+) +(?P<_verdict>[A-Z]) +(?P<_transport>\S+)"
            r" (?P<source.address>[0-9A-Fa-f.:]+) (?P<destination.address>[0-9A-Fa-f.:]+)"
            r" +(?P<source.port>\d+) +(?P<destination.port>\d+)(?: \((?P<source.packets>\d+) packets?\))?",
            _FILTER,
        ),
        _tagged("[A-Z0-9_]+", "", _INFO),
    ),
    fields=_INFO,
    finish=_finish,
)
