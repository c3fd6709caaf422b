"""Messages of PAM modules, whichever program loaded them: sessions, failed authentication, changed passwords."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_MODULE = r"^\(?(?P<pam.module>pam_\w+)\)?(?:\((?P<pam.service>[^:()]*)(?::(?P<pam.type>\w+))?\))?:? (?:\S+\[\d+\]: )?"
_HEAD = _MODULE.removeprefix("^")
_OPENED: Fields = {
    "event.category": ["session"],
    "event.type": ["start"],
    "event.action": "logged-on",
    "event.outcome": "success",
}
_CLOSED: Fields = {**_OPENED, "event.type": ["end"], "event.action": "logged-off"}
_FAILED: Fields = {"event.category": ["authentication"], "event.type": ["info"], "event.outcome": "failure"}
_DONE: Fields = {**_FAILED, "event.outcome": "success"}
_PASSWORD: Fields = {"event.category": ["iam"], "event.type": ["user", "change"], "event.outcome": "success"}
_WHO = r"logname=.*?uid=\d* euid=\d* tty=(?P<pam.tty>\S*)"
# The remote user and the user are the client's text: the fixed end of the message decides what the address is.
_REMOTE = (
    rf"{_WHO} ruser=(?P<source.user.name>\S*) rhost=(?P<source.address>\S*)(?:\s+user=(?P<user.name>.*?))?"
    r"(?: \[preauth\])?\s*$"
)
_REMOTE_USER = (
    rf"{_WHO} ruser=(?P<source.user.name>.*) rhost=(?P<source.address>\S*)(?:\s+user=(?P<user.name>.*?))?"
    r"(?: \[preauth\])?\s*$"
)

_DUO = (
    r"Duo login for '(?P<user.name>.*)'(?: from (?P<source.address>[0-9A-Fa-f.:]+[0-9A-Fa-f]))?"
    r"(?:: (?P<event.reason>[^']*))?\s*$"
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The user who opened a session acts, the session's user is the effective one; alone, it is the user."""
    if "_target" in frame.columns:
        actor = pl.col("_actor").fill_null("")
        acted = actor != ""
        frame = frame.with_columns(
            pl.when(pl.col("_target").is_null())
            .then("user.name")
            .when(acted)
            .then("_actor")
            .otherwise("_target")
            .alias("user.name"),
            pl.when(acted).then("_target").alias("user.effective.name"),
            pl.when(acted).then("_actor_id").otherwise("_target_id").alias("user.id"),
            pl.when(acted).then("_target_id").alias("user.effective.id"),
        )
    frame = frame.drop("_target", "_target_id", "_actor", "_actor_id", strict=False)
    if "source.user.name" in frame.columns:
        frame = frame.with_columns(pl.coalesce("user.name", "source.user.name").alias("user.name"))
    return split_address(frame, "source")


_OPEN = (
    r"session opened for user (?P<_target>[^\s(]+)(?:\(uid=(?P<_target_id>\d+)\))?"
    r" by (?P<_actor>[^\s(]*)\(uid=(?P<_actor_id>\d+)\)(?P<user.name>)\s*$"
)

PARSER = MessageParser(
    reference="https://man7.org/linux/man-pages/man8/pam_unix.8.html",
    starts=(
        r"^(?:\(?pam_\w+(?:\([^)]|[^\w(])|authentication failure; logname=|PAM (?:\d+ more|service\()|"
        r"(?:Accepted google_authenticator|Invalid verification code) for |"
        r"(?:Successful|Failed|Aborted|Skipped|Failsafe|Denied|Error in) Duo login for ')"
    ),
    patterns=(
        Pattern(rf"{_MODULE}{_OPEN}", _OPENED),
        Pattern(rf"{_MODULE}session closed for user (?P<user.name>\S+)\s*$", _CLOSED),
        Pattern(  # whose logname is the user who is to be authenticated
            r"^\(?(?P<pam.module>pam_krb5)\((?P<pam.service>[^:()]*):(?P<pam.type>\w+)\): authentication failure; "
            r"logname=(?P<user.name>.*) uid=\d* euid=\d* tty=(?P<pam.tty>\S*) ruser=(?P<source.user.name>\S*)"
            r" rhost=(?P<source.address>\S*)\s*$",
            _FAILED,
        ),
        Pattern(rf"{_MODULE}authentication failure; {_REMOTE}", _FAILED),
        Pattern(rf"{_MODULE}authentication failure; {_REMOTE_USER}", _FAILED),
        Pattern(rf"^authentication failure; {_REMOTE}", _FAILED),
        Pattern(rf"^authentication failure; {_REMOTE_USER}", _FAILED),
        Pattern(rf"{_MODULE}authentication success; {_REMOTE_USER}", _DONE),
        Pattern(rf"^PAM (?:\d+) more authentication failures?; {_REMOTE}", _FAILED),
        Pattern(rf"^PAM (?:\d+) more authentication failures?; {_REMOTE_USER}", _FAILED),
        Pattern(rf"{_MODULE}(?P<event.reason>check pass; user unknown|conversation failed)\s*$", _FAILED),
        Pattern(rf"{_MODULE}(?P<event.reason>auth could not identify password) for \[(?P<user.name>.*)\]\s*$", _FAILED),
        Pattern(rf"^(?:{_HEAD})?Accepted google_authenticator for (?P<user.name>.*?)\s*$", _DONE),
        Pattern(rf"^(?:{_HEAD})?(?P<event.reason>Invalid verification code) for (?P<user.name>.*?)\s*$", _FAILED),
        Pattern(rf"^(?:{_HEAD})?(?:Successful|Skipped|Failsafe) {_DUO}", _DONE),
        Pattern(rf"^(?:{_HEAD})?(?:Failed|Aborted|Denied|Error in) {_DUO}", _FAILED),
        Pattern(rf"{_MODULE}error trying to bind as user \".*\" \((?P<event.reason>[^()]*)\)\s*$", _FAILED),
        Pattern(rf"{_MODULE}(?P<event.reason>expired password) for user (?P<user.name>.*?) \(\w+ \w+\)\s*$", _FAILED),
        Pattern(r"^PAM service\((?P<pam.service>\S+)\) (?P<event.reason>ignoring max retries.*)$", _FAILED),
        Pattern(
            rf"{_MODULE}(?P<event.reason>requirement \".*\" (?:was )?not met) by user \"(?P<user.name>.*)\"\s*$",
            _FAILED,
        ),
        Pattern(rf"{_MODULE}(?P<event.reason>requirement \".*\") was met by user \"(?P<user.name>.*)\"\s*$", {}),
        Pattern(rf"{_MODULE}password changed for (?P<user.name>\S+)\s*$", _PASSWORD),
        Pattern(rf"{_MODULE}received for user (?P<user.name>.*): (?P<event.reason>.*)$", _FAILED),
        Pattern(
            rf"{_MODULE}(?P<event.reason>(?:Consecutive login failures) for user) "
            rf"(?P<user.name>\S+) account temporarily locked",
            _FAILED,
        ),
        Pattern(rf"{_MODULE}User (?P<user.name>.*) is not allowed to log in.*$", _FAILED),
        Pattern(rf"{_MODULE}Access denied for user (?P<user.name>.*): (?P<event.reason>\d+ \(.*\))\s*$", _FAILED),
        Pattern(
            rf"{_MODULE}(?P<event.reason>access denied) for user [`'](?P<user.name>.*)' from "
            r"[`'](?P<source.address>[^`'\s]+)'\s*$",
            _FAILED,
        ),
        Pattern(rf"{_MODULE}(?P<event.reason>Refused) user (?P<user.name>.*) for service \S+\s*$", _FAILED),
        Pattern(
            rf"{_MODULE}(?:User|user) (?P<user.name>\S+) \(\d+\) (?P<event.reason>tally \d+, deny \d+)\s*$", _FAILED
        ),
        Pattern(rf"{_MODULE}user '(?P<user.name>.*)' granted access\s*$", _DONE),
        Pattern(rf"{_MODULE}user (?P<user.name>.*) authenticated as \S+\s*$", _DONE),
        Pattern(
            rf"{_MODULE}function=\[\w*\].* user=\[(?P<user.name>.*)\] ruser=\[(?P<source.user.name>.*)\]"
            r" rhost=\[(?P<source.address>[^\]]*)\]\s*$"
        ),
        Pattern(
            rf"{_MODULE}account (?P<user.name>.*) (?P<event.reason>has expired.*|has"
            rf" password changed in future|has been locked.*)$",
            _FAILED,
        ),
        Pattern(
            rf"{_MODULE}(?:user|User)"
            rf" '?(?P<user.name>[^\s']+)'? \(?(?P<event.reason>.*locked.*|.*denied.*|not known.*)$",
            _FAILED,
        ),
        Pattern(rf"{_MODULE}(?P<event.reason>[^;]*)"),
    ),
    finish=_finish,
)
