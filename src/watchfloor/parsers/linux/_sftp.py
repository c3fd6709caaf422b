"""Messages of OpenSSH's SFTP server, which sshd logs itself when the user's session is in a chroot.

The file names are the user's own text and are given in quotes that the server does not escape, so each message is read
up to the words that the server writes after the last of them.
"""

from __future__ import annotations

from watchfloor.parsers.plugin import Fields, Pattern

_END = r"(?: \[postauth\])?\s*$"
_FILE: Fields = {"event.category": ["file"]}


def _done(action: str, *types: str) -> Fields:
    return {**_FILE, "event.type": list(types), "event.action": action}


_PATH = r'"(?P<file.path>(?s:.*))"'
_SESSION = r"for local user (?P<user.name>\S+) from \[(?P<source.address>[^\]\s]+)\]"

PATTERNS = (
    Pattern(rf"^session opened {_SESSION}{_END}", {"event.category": ["session"], "event.type": ["start"]}),
    Pattern(rf"^session closed {_SESSION}{_END}", {"event.category": ["session"], "event.type": ["end"]}),
    Pattern(
        rf"^open {_PATH} flags [A-Z,]*(?:WRITE|CREATE|APPEND)[A-Z,]* mode (?P<file.mode>0[0-7]*){_END}",
        _done("open", "change"),
    ),
    Pattern(rf"^open {_PATH} flags [A-Z,]* mode (?P<file.mode>0[0-7]*){_END}", _done("open", "access")),
    Pattern(
        rf"^(?:forced )?close {_PATH} bytes read (?P<destination.bytes>\d+) written (?P<source.bytes>\d+){_END}",
        _done("close", "info"),
    ),
    Pattern(rf"^(?:opendir|l?stat name|statvfs|readlink) {_PATH}{_END}", _done("read", "access")),
    Pattern(rf"^(?:forced )?closedir {_PATH}{_END}", _done("closedir", "info")),
    Pattern(rf"^(?:remove name|rmdir name) {_PATH}{_END}", _done("delete", "deletion")),
    Pattern(rf"^mkdir name {_PATH} mode (?P<file.mode>0[0-7]*){_END}", _done("mkdir", "creation")),
    Pattern(
        r'^(?:posix-)?rename old "(?P<file.path>(?s:.*))" new "(?P<file.target_path>(?s:.*))"' + _END,
        _done("rename", "change"),
    ),
    Pattern(
        r'^(?P<event.action>symlink|hardlink) old "(?P<file.target_path>(?s:.*))" new "(?P<file.path>(?s:.*))"' + _END,
        {**_FILE, "event.type": ["creation"]},
    ),
    Pattern(rf"^set {_PATH} mode (?P<file.mode>[0-7]+){_END}", _done("set-mode", "change")),
    Pattern(
        rf"^set {_PATH} owner (?P<file.uid>\d+) group (?P<file.gid>\d+){_END}",
        _done("set-owner", "change"),
    ),
    Pattern(rf"^set {_PATH} (?:size \d+|modtime \S+){_END}", _done("set", "change")),
    Pattern(
        rf"^sent status (?P<event.reason>Permission denied|No such file|Failure|Operation unsupported){_END}",
        {**_FILE, "event.type": ["info"], "event.outcome": "failure"},
    ),
    Pattern(
        rf"^(?P<event.reason>Refusing (?:denylisted |non-allowlisted )?\S+ request(?: in read-only mode)?){_END}",
        {**_FILE, "event.type": ["info"], "event.outcome": "failure"},
    ),
    Pattern(rf"^received client version \d+{_END}", {"event.category": ["session"]}),
)
