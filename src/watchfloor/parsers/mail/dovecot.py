"""Messages of Dovecot in syslog: log-ins by IMAP, POP3, submission and ManageSieve, their ends, and deliveries."""

from __future__ import annotations

from watchfloor.parsers.mail._dovecot import finish, patterns
from watchfloor.parsers.plugin import MessageParser

PARSER = MessageParser(
    reference="https://doc.dovecot.org/2.3/admin_manual/logging/",
    programs=frozenset(
        [
            "dovecot",
            "dovecot-auth",
            "dovecot-lda",
            "deliver",
            "imap-login",
            "pop3-login",
            "managesieve-login",
            "submission-login",
            "auth-worker",
            "auth-worker(default",
        ]
    ),
    patterns=patterns("", known_program=True),
    finish=finish,
)
