"""Messages of the shadow tools that manage accounts: useradd, usermod, userdel, groupadd, passwd and others."""

from __future__ import annotations

from watchfloor.parsers.plugin import Fields, MessageParser, Pattern


def _done(what: str, how: str) -> Fields:
    return {"event.category": ["iam"], "event.type": [what, how], "event.outcome": "success"}


def _failed(what: str, how: str) -> Fields:
    return {**_done(what, how), "event.outcome": "failure"}


_NAME = r"'(?P<user.name>[^']*)'"
_GROUP = r"'(?P<group.name>[^']*)'"

PARSER = MessageParser(
    reference="https://github.com/shadow-maint/shadow/tree/master/src",
    programs=frozenset(
        {
            *("useradd", "usermod", "userdel", "groupadd", "groupmod", "groupdel", "newusers", "adduser", "deluser"),
            *(
                "passwd",
                "chpasswd",
                "chgpasswd",
                "gpasswd",
                "chage",  # codespell:ignore
                "chfn",
                "chsh",
                "groupmems",
                "newgrp",
                "sg",
            ),
        }
    ),
    patterns=(
        Pattern(
            r"^new (?:user|account): name=(?P<user.name>[^,]*), UID=(?P<user.id>\d+), GID=(?P<group.id>\d+)"
            r"(?:, home=(?P<shadow.home>[^,]*), shell=(?P<shadow.shell>[^,]*))?(?:, from=.*)?\s*$",
            _done("user", "creation"),
        ),
        Pattern(
            r"^(?:new group: |group added to (?P<file.path>\S+): )name="
            r"(?P<group.name>[^,]*)(?:, GID=(?P<group.id>\d+))?\s*$",
            _done("group", "creation"),
        ),
        Pattern(rf"^failed adding user {_NAME}, (?P<event.reason>.*)$", _failed("user", "creation")),
        Pattern(rf"^failed adding group {_GROUP}, (?P<event.reason>.*)$", _failed("group", "creation")),
        Pattern(rf"^failed deleting user {_NAME}.*$", _failed("user", "deletion")),
        Pattern(rf"^delete (?:user|account) {_NAME}\s*$", _done("user", "deletion")),
        Pattern(rf"^delete {_NAME} from (?:shadow )?group {_GROUP}\s*$", _done("group", "change")),
        Pattern(rf"^add {_NAME} to (?:shadow )?group {_GROUP}\s*$", _done("group", "change")),
        Pattern(
            rf"^removed (?:shadow )?group {_GROUP} owned by '(?P<user.name>[^']*)'\s*$", _done("group", "deletion")
        ),
        Pattern(rf"^(?:remove )?group {_GROUP} removed(?: from (?P<file.path>\S+))?\s*$", _done("group", "deletion")),
        Pattern(rf"^remove group {_GROUP}\s*$", _done("group", "deletion")),
        Pattern(
            rf"^change user name {_NAME} to '(?P<user.changes.name>[^']*)'\s*$",
            _done("user", "change"),
        ),
        Pattern(rf"^(?:change|lock|unlock|changed) user {_NAME} (?P<event.reason>.*?)\s*$", _done("user", "change")),
        Pattern(
            r"^(?:group changed in (?P<file.path>\S+) \(group |change group '?)(?P<group.name>[^\s,/')]+)"
            r"(?:/\d+)?'?,? ?(?P<event.reason>.*?)\)?\s*$",
            _done("group", "change"),
        ),
        Pattern(rf"^password for {_NAME} changed by '(?P<shadow.by>[^']*)'\s*$", _done("user", "change")),
        Pattern(r"^password changed for (?P<user.name>\S+?)(?:, by (?P<shadow.by>\S+))?\s*$", _done("user", "change")),
        Pattern(
            r"^user (?P<user.name>\S+) (?:added|removed) by (?P<shadow.by>\S+) "
            r"(?:to|from) group (?P<group.name>\S+)\s*$",
            _done("group", "change"),
        ),
        Pattern(
            r"^(?:add|remove) member (?P<user.name>\S+) (?:to|from) group "
            r"(?P<group.name>\S+) by (?P<shadow.by>\S+)\s*$",
            _done("group", "change"),
        ),
        Pattern(
            rf"^user {_NAME} \(login '[^']*' on [^)]*\) (?:switched to|returned to|joined) group {_GROUP}\s*$",
            _done("group", "info"),
        ),
        Pattern(r"^changed password expiry for (?P<user.name>\S+)\s*$", _done("user", "change")),
    ),
)
