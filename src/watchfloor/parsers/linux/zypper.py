"""SUSE's zypp history: packages installed and removed, repositories, and the commands that asked for it."""

from __future__ import annotations

from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_TIME = r"^(?P<_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\|"
_BASE: Fields = {"event.category": ["package"], "package.type": "rpm"}
_PACKAGE = (
    r"(?P<package.name>[^|]*)\|(?P<package.version>[^|]*)\|(?P<package.architecture>[^|]*)\|"
    r"(?:(?P<user.name>[^|@]*)@(?P<host.hostname>[^|]*))?\|"
)

PARSER = LineParser(
    reference="https://doc.opensuse.org/projects/libzypp/HEAD/HistoryLogData_8h_source.html",
    patterns=(
        Pattern(
            rf"{_TIME}install *\|{_PACKAGE}(?P<zypper.repository>[^|]*)\|.*$",
            {**_BASE, "event.type": ["installation"], "event.action": "install"},
        ),
        Pattern(rf"{_TIME}remove *\|{_PACKAGE}.*$", {**_BASE, "event.type": ["deletion"], "event.action": "remove"}),
        Pattern(
            rf"{_TIME}command *\|(?P<user.name>[^|@]*)@(?P<host.hostname>[^|]*)\|(?P<process.command_line>[^|]*)\|.*$",
            {**_BASE, "event.type": ["info"], "event.action": "command"},
        ),
        Pattern(
            (
                rf"{_TIME}(?P<event.action>radd|rremove|ralias|rurl) *\|(?P<zypper.repository>[^|]*)\|"
                rf"(?P<url.original>[^|]*)\|?.*$"
            ),
            {"event.category": ["configuration"], "event.type": ["change"]},
        ),
        Pattern(rf"{_TIME}(?P<event.action>patch|stamp) *\|(?P<event.reason>.*)$", {**_BASE, "event.type": ["info"]}),
    ),
    times=("%Y-%m-%d %H:%M:%S",),
    sieve=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\|(?:install|remove|command|radd|rremove|ralias|rurl|patch|stamp) *\|",
)
