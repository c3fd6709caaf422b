"""Postfix 3.7 and Dovecot 2.3 on one host, through rsyslog in its old form.

References: https://www.postfix.org/postconf.5.html, https://doc.dovecot.org/2.3/admin_manual/logging/.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from watchfloor.testing.company.clock import MILLISECOND, SECOND
from watchfloor.testing.company.logs import Log

_TLS = (
    "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits)"
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a mail at one recipient: sent, bounced or deferred, and through which host."""

    recipient: str
    status: str = "sent"
    relay: str = ""
    address: str = ""


class MailServer:
    """Takes mail from outside and from its own people, and gives it to them by IMAP."""

    def __init__(self, log: Log, chance: Random, *, host: str, domain: str, address: str) -> None:
        """Describe the server.

        Args:
            log: its file.
            chance: of numbers that do not matter.
            host: short name.
            domain: of the mailboxes.
            address: at which clients reach it.
        """
        self._log, self._chance, self._host, self._domain, self._address = log, chance, host, domain, address
        self._pid = 4000
        self._queue = 0x4F3A10000

    def _line(self, at: int, program: str, text: str) -> None:
        self._log.add(at, f"{self._log.clock.bsd(at)} {self._host} {program}: {text}")

    def _next(self) -> int:
        self._pid = 2000 + (self._pid - 1999) % 60_000
        return self._pid

    def _id(self) -> str:
        self._queue += 1 + self._chance.randrange(0x3000)
        return f"{self._queue:X}"

    def _session(self) -> str:
        return base64.b64encode(self._chance.randbytes(12)).decode()

    def submitted(
        self,
        at: int,
        user: str,
        address: str,
        deliveries: Sequence[Delivery],
        *,
        size: int = 12_000,
        name: str = "unknown",
    ) -> str:
        """One of the own people sends a mail; gives back its queue id."""
        pid, queue, message = self._next(), self._id(), f"{self._chance.randrange(16**12):012x}@{self._domain}"
        program, peer = f"postfix/submission/smtpd[{pid}]", f"{name}[{address}]"
        self._line(at, program, f"connect from {peer}")
        self._line(at + 90 * MILLISECOND, program, f"Anonymous TLS connection established from {peer}: {_TLS}")
        at += 240 * MILLISECOND
        sender = f"{user}@{self._domain}"
        self._line(at, program, f"{queue}: client={peer}, sasl_method=PLAIN, sasl_username={sender}")
        self._queued(at + 30 * MILLISECOND, queue, message, sender, size, deliveries)
        count = len(deliveries)
        done = f"ehlo=2 starttls=1 auth=1 mail=1 rcpt={count} data=1 quit=1 commands={count + 7}"
        self._line(at + 200 * MILLISECOND, program, f"disconnect from {peer} {done}")
        return queue

    def received(
        self, at: int, name: str, address: str, sender: str, users: Sequence[str], *, size: int = 30_000
    ) -> None:
        """A mail from outside for some of the own people."""
        pid, queue, message = self._next(), self._id(), f"{self._chance.randrange(16**14):014x}@{name}"
        program, peer = f"postfix/smtpd[{pid}]", f"{name}[{address}]"
        self._line(at, program, f"connect from {peer}")
        self._line(at + 120 * MILLISECOND, program, f"{queue}: client={peer}")
        deliveries = [Delivery(f"{user}@{self._domain}") for user in users]
        self._queued(at + 170 * MILLISECOND, queue, message, sender, size, deliveries)
        done = f"ehlo=2 starttls=1 mail=1 rcpt={len(users)} data=1 quit=1 commands={len(users) + 6}"
        self._line(at + 400 * MILLISECOND, program, f"disconnect from {peer} {done}")

    def forwarded(self, at: int, user: str, to: Delivery) -> None:
        """A Sieve filter of a mailbox passes a mail on that came in just now, as a mail of its own."""
        queue, mailbox = self._id(), f"{user}@{self._domain}"
        message = f"{self._chance.randrange(16**12):012x}@{self._domain}"
        done = f"sieve: msgid=<{message}>: forwarded to <{to.recipient}>"
        self._line(at, "dovecot", f"lmtp({mailbox})<1903><{self._session()}>: {done}")
        self._line(at + 8 * MILLISECOND, f"postfix/pickup[{self._next()}]", f"{queue}: uid=5000 from=<{mailbox}>")
        self._queued(at + 14 * MILLISECOND, queue, message, mailbox, 31_022, [to])

    def _queued(
        self, at: int, queue: str, message: str, sender: str, size: int, deliveries: Sequence[Delivery]
    ) -> None:
        self._line(at, "postfix/cleanup[1871]", f"{queue}: message-id=<{message}>")
        text = f"{queue}: from=<{sender}>, size={size}, nrcpt={len(deliveries)} (queue active)"
        self._line(at + 10 * MILLISECOND, "postfix/qmgr[1022]", text)
        for number, each in enumerate(deliveries):
            self._delivered(at + (300 + 170 * number) * MILLISECOND, queue, message, each)
        self._line(at + (480 + 170 * len(deliveries)) * MILLISECOND, "postfix/qmgr[1022]", f"{queue}: removed")

    def _delivered(self, at: int, queue: str, message: str, to: Delivery) -> None:
        delay = 0.2 + self._chance.randrange(250) / 100
        times = f"delay={delay:.2g}, delays=0.1/0.01/{delay / 2:.2g}/{delay / 3:.2g}"
        if not to.relay:
            said = f"250 2.0.0 <{to.recipient}> {self._session()} Saved"
            relay = f"{self._host}.{self._domain}[private/dovecot-lmtp]"
            text = f"{queue}: to=<{to.recipient}>, relay={relay}, {times}, dsn=2.0.0, status=sent ({said})"
            self._line(at, "postfix/lmtp[1902]", text)
            saved = f"lmtp({to.recipient})<1903><{self._session()}>: msgid=<{message}>: saved mail to INBOX"
            self._line(at - 20 * MILLISECOND, "dovecot", saved)
            return
        host = f"{to.relay}[{to.address}]"
        if to.status == "bounced":
            said = f"host {host} said: 550 5.1.1 <{to.recipient}>: Recipient address rejected: User unknown (in reply to RCPT TO command)"
            dsn = "5.1.1"
        elif to.status == "deferred":
            said, dsn = (
                f"host {host} said: 450 4.2.0 <{to.recipient}>: Recipient address rejected: Greylisted (in reply to RCPT TO command)",
                "4.2.0",
            )
        else:
            said, dsn = f"250 2.0.0 Ok: queued as {self._id()}", "2.0.0"
        text = f"{queue}: to=<{to.recipient}>, relay={host}:25, {times}, dsn={dsn}, status={to.status} ({said})"
        self._line(at, "postfix/smtp[1911]", text)

    def rejected(self, at: int, address: str, sender: str, recipient: str, helo: str, *, relay: bool = False) -> None:
        """A mail from outside that was not taken: nobody of that name, or not for this server."""
        program, peer = f"postfix/smtpd[{self._next()}]", f"unknown[{address}]"
        self._line(at, program, f"connect from {peer}")
        why = (
            f"454 4.7.1 <{recipient}>: Relay access denied"
            if relay
            else f"550 5.1.1 <{recipient}>: Recipient address rejected: User unknown in virtual mailbox table"
        )
        text = f"NOQUEUE: reject: RCPT from {peer}: {why}; from=<{sender}> to=<{recipient}> proto=ESMTP helo=<{helo}>"
        self._line(at + 300 * MILLISECOND, program, text)
        self._line(
            at + 500 * MILLISECOND, program, f"disconnect from {peer} ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4"
        )

    def probed(self, at: int, address: str) -> None:
        """Somebody connected and went away."""
        program, peer = f"postfix/smtpd[{self._next()}]", f"unknown[{address}]"
        self._line(at, program, f"connect from {peer}")
        self._line(at + 800 * MILLISECOND, program, f"lost connection after CONNECT from {peer}")
        self._line(at + 800 * MILLISECOND, program, f"disconnect from {peer} commands=0/0")

    def smtp_refused(self, at: int, user: str, address: str) -> None:
        """A wrong password at sending."""
        program, peer = f"postfix/submission/smtpd[{self._next()}]", f"unknown[{address}]"
        self._line(at, program, f"connect from {peer}")
        text = f"warning: {peer}: SASL LOGIN authentication failed: (reason unavailable), sasl_username={user}"
        self._line(at + 2 * SECOND, program, text)
        self._line(at + 3 * SECOND, program, f"disconnect from {peer} ehlo=1 auth=0/1 quit=1 commands=2/3")

    def imap(
        self,
        at: int,
        user: str,
        address: str,
        *,
        seconds: int = 4,
        out: int = 6_000,
        method: str = "PLAIN",
        service: str = "imap",
        bodies: int = 1,
    ) -> None:
        """A session at a mailbox; `service` may be managesieve, which is silent about what it did."""
        session, pid, mailbox = self._session(), self._next(), f"{user}@{self._domain}"
        login = f"user=<{mailbox}>, method={method}, rip={address}, lip={self._address}, mpid={pid}, TLS, session=<{session}>"
        self._line(at, "dovecot", f"{service}-login: Login: {login}")
        end = at + max(seconds, 1) * SECOND
        if service == "imap":
            counts = f"in={200 + bodies * 90} out={out} deleted=0 expunged=0 trashed=0 hdr_count={bodies} hdr_bytes={bodies * 900} body_count={bodies} body_bytes={out * 9 // 10}"
            self._line(end, "dovecot", f"imap({mailbox})<{pid}><{session}>: Disconnected: Logged out {counts}")
        else:
            text = f"{service}({mailbox})<{pid}><{session}>: Disconnected: Logged out bytes={out // 10}/{out}"
            self._line(end, "dovecot", text)

    def imap_refused(self, at: int, user: str, address: str, *, tries: int = 1, known: bool = True) -> None:
        """Wrong passwords for a mailbox in one connection."""
        session, mailbox = self._session(), f"{user}@{self._domain}"
        why = "Password mismatch" if known else "unknown user"
        for number in range(tries):
            self._line(
                at + 2 * number * SECOND, "dovecot", f"auth: passwd-file({mailbox},{address},<{session}>): {why}"
            )
        text = (
            f"imap-login: Disconnected: Connection closed (auth failed, {tries} attempts in {2 * tries} secs): "
            f"user=<{mailbox}>, method=PLAIN, rip={address}, lip={self._address}, TLS, session=<{session}>"
        )
        self._line(at + 2 * tries * SECOND, "dovecot", text)
