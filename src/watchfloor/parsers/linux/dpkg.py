"""Debian's dpkg.log: packages installed, upgraded and removed, and the states on the way."""

from __future__ import annotations

from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_TIME = r"^(?P<_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) "
_PACKAGE = r"(?P<package.name>[a-z0-9][a-z0-9.+-]*)(?::(?P<package.architecture>[a-z0-9-]+))?"
_BASE: Fields = {"event.category": ["package"], "package.type": "deb"}
_VERSIONS = r"(?P<dpkg.old_version>\S+) (?P<package.version>\S+)\s*$"
_OLD = r"(?P<package.version>\S+) (?P<dpkg.new_version>\S+)\s*$"


def _did(action: str, kind: str) -> Fields:
    return {**_BASE, "event.type": [kind], "event.action": action}


PARSER = LineParser(
    reference="https://manpages.debian.org/bookworm/dpkg/dpkg.1.en.html",
    patterns=(
        Pattern(
            rf"{_TIME}status (?P<dpkg.status>[a-z-]+) {_PACKAGE} (?P<package.version>\S+)\s*$", _did("status", "info")
        ),
        Pattern(rf"{_TIME}install {_PACKAGE} {_VERSIONS}", _did("install", "installation")),
        Pattern(rf"{_TIME}upgrade {_PACKAGE} {_VERSIONS}", _did("upgrade", "change")),
        Pattern(rf"{_TIME}remove {_PACKAGE} {_OLD}", _did("remove", "deletion")),
        Pattern(rf"{_TIME}purge {_PACKAGE} {_OLD}", _did("purge", "deletion")),
        Pattern(
            rf"{_TIME}(?P<event.action>configure|trigproc|disappear) {_PACKAGE} {_OLD}",
            {**_BASE, "event.type": ["info"]},
        ),
        Pattern(rf"{_TIME}startup (?P<event.reason>\S+ \S+)\s*$", _did("startup", "start")),
        Pattern(
            rf"{_TIME}conffile (?P<file.path>/.*) (?P<event.reason>install|keep)\s*$",
            {"event.category": ["configuration"], "event.type": ["change"], "event.action": "conffile"},
        ),
    ),
    times=("%Y-%m-%d %H:%M:%S",),
    sieve=(
        r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:status [a-z-]+ \S+ \S+\s*$|(?:install|upgrade|remove|purge|"
        r"configure|trigproc|disappear) \S+ \S+ \S+\s*$"
        r"|startup (?:archives|packages) |conffile /)"
    ),
)
