"""Messages of OpenSSH's SFTP server: whose session it is, and what was read, written, renamed and deleted."""

from __future__ import annotations

from watchfloor.parsers._address import split_address
from watchfloor.parsers.linux._sftp import PATTERNS
from watchfloor.parsers.plugin import MessageParser

PARSER = MessageParser(
    reference="https://man.openbsd.org/sftp-server.8",
    programs=frozenset({"internal-sftp", "sftp-server"}),
    patterns=PATTERNS,
    finish=lambda frame: split_address(frame, "source"),
)
