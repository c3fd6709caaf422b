"""Messages of cron, anacron, at and crontab: commands that were started, crontabs that were changed."""

from __future__ import annotations

from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_RUN: Fields = {"event.category": ["process"], "event.type": ["start"]}
_TABLE: Fields = {"event.category": ["configuration"]}
_USER = r"^\((?P<user.name>[^()]*)\) "

PARSER = MessageParser(
    reference="https://man7.org/linux/man-pages/man8/cron.8.html",
    programs=frozenset({"cron", "crond", "anacron", "crontab", "atd"}),
    patterns=(
        Pattern(rf"{_USER}CMD \(\s*(?P<process.command_line>(?s:.*))\)\s*$", {**_RUN, "event.action": "cmd"}),
        Pattern(
            rf"{_USER}CMDEND \(\s*(?P<process.command_line>(?s:.*))\)\s*$",
            {"event.category": ["process"], "event.type": ["end"], "event.action": "cmdend"},
        ),
        Pattern(
            rf"{_USER}(?:REPLACE|DELETE) \((?P<user.target.name>[^()]*)\)\s*$",
            {**_TABLE, "event.type": ["change"], "event.action": "crontab-changed", "event.outcome": "success"},
        ),
        Pattern(
            rf"{_USER}(?:LIST|BEGIN EDIT|END EDIT) \((?P<user.target.name>[^()]*)\)\s*$",
            {**_TABLE, "event.type": ["access"], "event.action": "crontab-read"},
        ),
        Pattern(
            rf"{_USER}RELOAD \((?P<file.path>[^()]*)\)\s*$",
            {**_TABLE, "event.type": ["info"], "event.action": "crontab-reloaded"},
        ),
        Pattern(
            rf"{_USER}AUTH \((?P<event.reason>.*)\)\s*$",
            {**_TABLE, "event.type": ["info"], "event.outcome": "failure", "event.action": "crontab-refused"},
        ),
        Pattern(
            rf"{_USER}(?P<event.reason>FAILED (?:to authorize|to open PAM|to \w+).*?)\s*$",
            {"event.category": ["authentication"], "event.type": ["info"], "event.outcome": "failure"},
        ),
        Pattern(r"^Job [`'](?P<event.reason>[^']+)' started\s*$", {**_RUN, "event.action": "job-started"}),
        Pattern(
            r"^Job [`'](?P<event.reason>[^']+)' terminated",
            {"event.category": ["process"], "event.type": ["end"], "event.action": "job-terminated"},
        ),
        Pattern(
            r"^Starting job \d+ \([0-9a-f]+\) for user '(?P<user.name>[^']*)' \((?P<user.id>\d+)\)\s*$",
            {**_RUN, "event.action": "job-started"},
        ),
        Pattern(r"^\((?:CRON|cron)\) (?:INFO|STARTUP|info|error|DEATH) \((?P<event.reason>.*)\)\s*$"),
        Pattern(rf"{_USER}(?P<event.reason>[A-Za-z].*)$"),
    ),
)
