"""Messages of Roundcube in syslog."""

from __future__ import annotations

from watchfloor.parsers.mail._roundcube import finish, patterns
from watchfloor.parsers.plugin import MessageParser

PARSER = MessageParser(
    dataset="mail.roundcube",
    reference="https://github.com/roundcube/roundcubemail/wiki/Configuration#logging",
    programs=frozenset({"roundcube", "roundcubemail"}),
    patterns=patterns("^"),
    finish=finish,
)
