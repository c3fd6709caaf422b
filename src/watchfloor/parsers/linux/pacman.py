"""Arch Linux' pacman.log: packages installed, upgraded and removed, and the commands that asked for it."""

from __future__ import annotations

from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_TIME = r"^\[(?P<_time>\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d[+-]\d{4}| \d\d:\d\d))\] \[(?P<log.logger>[A-Z0-9-]+)\] "
_NAME = r"(?P<package.name>[a-z0-9@._+-]+)"
_BASE: Fields = {"event.category": ["package"], "package.type": "alpm"}


def _did(action: str, kind: str) -> Fields:
    return {**_BASE, "event.type": [kind], "event.action": action}


_MOVED = r" \((?P<pacman.old_version>\S+) -> (?P<package.version>\S+)\)\s*$"

PARSER = LineParser(
    reference="https://man.archlinux.org/man/pacman.8",
    patterns=(
        Pattern(rf"{_TIME}installed {_NAME} \((?P<package.version>\S+)\)\s*$", _did("install", "installation")),
        Pattern(rf"{_TIME}reinstalled {_NAME} \((?P<package.version>\S+)\)\s*$", _did("reinstall", "installation")),
        Pattern(rf"{_TIME}upgraded {_NAME}{_MOVED}", _did("upgrade", "change")),
        Pattern(rf"{_TIME}downgraded {_NAME}{_MOVED}", _did("downgrade", "change")),
        Pattern(rf"{_TIME}removed {_NAME} \((?P<package.version>\S+)\)\s*$", _did("remove", "deletion")),
        Pattern(rf"{_TIME}Running '(?P<process.command_line>.*)'\s*$", _did("command", "info")),
        Pattern(rf"{_TIME}(?P<event.reason>(?:error|warning): .*?)\s*$", _did("error", "error")),
        Pattern(rf"{_TIME}(?P<event.reason>.*?)\s*$", _did("info", "info")),
    ),
    times=("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M"),
    sieve=r"^\[\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d[+-]\d{4}| \d\d:\d\d)\] \[(?:ALPM|PACMAN|ALPM-SCRIPTLET)\] ",
)
