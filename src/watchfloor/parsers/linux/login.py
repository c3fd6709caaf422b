"""Messages of login, of util-linux and of shadow: who logged in or failed to at a console or over telnet."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_FAILED: Fields = {"event.category": ["authentication"], "event.type": ["info"], "event.outcome": "failure"}
_DONE: Fields = {**_FAILED, "event.category": ["authentication", "session"], "event.outcome": "success"}
_ROOT: Fields = {**_DONE, "user.name": "root"}
_WHERE = r"(?: on '(?P<login.tty>[^']*)')?(?: from '(?P<source.address>[^']*)')?"
_FROM = r"(?: FROM (?P<source.address>[^\s,]+))?"
_FROM_EITHER = r"(?: FROM (?:(?P<login.tty>tty\w*|pts/\d+|console|hvc\d+)|(?P<source.address>[^\s,]+)))?"
_REASON = r"(?P<event.reason>[^,]*?)\s*$"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses as IP or name."""
    return split_address(frame, "source")


PARSER = MessageParser(
    reference="https://man7.org/linux/man-pages/man1/login.1.html",
    programs=frozenset({"login"}),
    patterns=(
        Pattern(rf"^FAILED LOGIN \(\d+\){_WHERE} FOR '(?P<user.name>.*)'(?:, {_REASON}|\s*$)", _FAILED),
        Pattern(rf"^FAILED LOGIN (?:\d+|SESSION){_FROM_EITHER} FOR (?P<user.name>.*), {_REASON}", _FAILED),
        Pattern(rf"^TOO MANY LOGIN TRIES \(\d+\){_WHERE} FOR '(?P<user.name>.*)'\s*$", _FAILED),
        Pattern(rf"^TOO MANY LOGIN TRIES \(\d+\){_FROM_EITHER} FOR (?P<user.name>.*), {_REASON}", _FAILED),
        Pattern(rf"^ROOT LOGIN ?{_WHERE}\s*$", _ROOT),
        Pattern(rf"^ROOT LOGIN ON (?P<login.tty>\S+){_FROM}\s*$", _ROOT),
        Pattern(rf"^LOGIN ON (?P<login.tty>\S+) BY (?P<user.name>.*?){_FROM}\s*$", _DONE),
        Pattern(r"^DIALUP AT (?P<login.tty>\S+) BY (?P<user.name>.*?)\s*$", _DONE),
        Pattern(rf"^'(?P<user.name>[^']*)' logged in{_WHERE}\s*$", _DONE),
    ),
    finish=_finish,
)
