r"""Audit log of Infoblox NIOS: log-ins, and changes of objects by administrators.

Spaces in what a user typed are written as `\040`, so a name cannot leave its brackets.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_HEAD = (
    r"(?P<_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z|\d{2}-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d\.\d{3}) "
    r"\[(?P<user.name>\S*)\]: "
)
_LOGIN: Fields = {
    "event.category": ["authentication"],
    "event.type": ["start"],
    "event.action": "login_allowed",
    "event.outcome": "success",
}
_DENIED: Fields = {**_LOGIN, "event.action": "login_denied", "event.outcome": "failure"}
_LOGOUT: Fields = {"event.category": ["authentication"], "event.type": ["end"], "event.action": "logout"}
_FROM = r" .*?\bip=(?P<source.address>[0-9A-Fa-f:.]+)"


def _changed(word: str, kind: str) -> tuple[Pattern, ...]:
    fields: Fields = {
        "event.category": ["configuration"],
        "event.type": [kind],
        "event.action": word.lower(),
        "event.outcome": "success",
    }
    return (
        Pattern(
            rf"^{_HEAD}{word} (?P<infoblox.object.type>\S+) (?P<infoblox.object.name>\S*?)"
            r"(?::? (?P<infoblox.message>.*))?$",
            fields,
        ),
        Pattern(rf"^{_HEAD}{word} (?P<infoblox.message>.*)$", fields),
    )


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    r"""The time of the action itself; spaces in names, which are written as `\040`."""
    named = [
        pl.col(name).str.replace_all(r"\\040", " ") for name in ("user.name", "event.reason") if name in frame.columns
    ]
    frame = frame.with_columns(named)
    if "_time" in frame.columns:
        text = frame["_time"]
        utc = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.fZ", time_unit="us", strict=False).dt.replace_time_zone("UTC")
        local = text.str.to_datetime("%d-%b-%Y %H:%M:%S%.f", time_unit="us", strict=False)
        frame = frame.drop("_time").with_columns(utc.alias("@timestamp"), local.alias("@local"))
    return split_address(frame, "source")


PARSER = MessageParser(
    reference="https://docs.infoblox.com/space/nios90/280760842/Using+the+Audit+Log",
    starts=(
        r"^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z|\d{2}-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d\.\d{3}) \[\S*\]: "
        r"(?:Login_|Logout|First_Login|Created |Modified |Deleted |Called |Password_|[A-Z][a-z]+(?:_[A-Z][a-z]+)* - -)"
    ),
    patterns=(
        Pattern(rf"^{_HEAD}(?:First_)?Login_Allowed{_FROM}", _LOGIN),
        Pattern(rf"^{_HEAD}(?:First_)?Login_Allowed", _LOGIN),
        Pattern(rf"^{_HEAD}Login_Denied{_FROM}(?:.*? info=(?P<event.reason>\S+))?", _DENIED),
        Pattern(rf"^{_HEAD}Login_Denied(?:.*? info=(?P<event.reason>\S+))?", _DENIED),
        Pattern(rf"^{_HEAD}Logout{_FROM}", _LOGOUT),
        Pattern(rf"^{_HEAD}Logout", _LOGOUT),
        *_changed("Created", "creation"),
        *_changed("Modified", "change"),
        *_changed("Deleted", "deletion"),
        Pattern(
            rf"^{_HEAD}Called - (?P<infoblox.object.type>[^\s:]+):? ?(?P<infoblox.message>.*)$",
            {"event.category": ["configuration"], "event.type": ["info"], "event.action": "called"},
        ),
        Pattern(
            rf"^{_HEAD}(?P<event.action>\S+)(?P<infoblox.message>.*)$",
            {"event.category": ["configuration"], "event.type": ["info"]},
        ),
    ),
    finish=_finish,
)
