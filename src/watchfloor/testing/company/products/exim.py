"""Exim 4.96 and Dovecot 2.3 on one host, each with a log of its own whose times name no zone, and Roundcube before them.

References: https://www.exim.org/exim-html-current/doc/html/spec_html/ch-log_files.html,
https://doc.dovecot.org/2.3/admin_manual/logging/, https://github.com/roundcube/roundcubemail/wiki/Configuration (log_logins).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from watchfloor.testing.company.clock import MILLISECOND, MINUTE, SECOND
from watchfloor.testing.company.logs import Log
from watchfloor.testing.company.products.mail import Delivery
from watchfloor.testing.company.roles import Mail, WebServer

_TLS = "X=TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_HANDED = 80 * MILLISECOND
_RETRIED = 31 * MINUTE
"""The next run of the queue after half an hour, as Debian's daemon makes them."""


def _message_id(queued: str, domain: str) -> str:
    """What the mail program that sent the mail of this queue id named it, the same for every log."""
    return f"{hashlib.sha256(queued.encode()).hexdigest()[:32]}@{domain}"


def _base62(value: int, length: int) -> str:
    text = ""
    for _ in range(length):
        value, digit = divmod(value, 62)
        text = _BASE62[digit] + text
    return text


class EximDovecot:
    """Takes mail from outside and from its own people, and gives it to them by IMAP."""

    def __init__(self, exim: Log, dovecot: Log, chance: Random, *, host: str, domain: str, address: str) -> None:
        """Describe the server.

        Args:
            exim: Exim's main log.
            dovecot: Dovecot's log.
            chance: of numbers that do not matter.
            host: short name.
            domain: of the mailboxes.
            address: at which clients reach it.
        """
        self._exim, self._dovecot, self._chance = exim, dovecot, chance
        self._host, self._domain, self._address, self._pid = host, domain, address, 3000

    def _said(self, at: int, text: str) -> None:
        self._exim.add(at, f"{self._exim.clock.plain(at)} {text}")

    def _served(self, at: int, program: str, text: str) -> None:
        self._dovecot.add(at, f"{self._dovecot.clock.bsd(at)} {program}: Info: {text}")

    def _next(self) -> int:
        self._pid = 2000 + (self._pid - 1999 + self._chance.randrange(5)) % 90_000
        return self._pid

    def _id(self, at: int) -> str:
        clock = self._exim.clock.true(at)
        return f"{_base62(clock // SECOND, 6)}-{_base62(self._next(), 6)}-{_base62(clock % SECOND // 500, 2)}"

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
        """One of the own people sends a mail; gives back its id."""
        sender, message = f"{user}@{self._domain}", self._id(at)
        named = _message_id(message, self._domain)
        helo = "[127.0.0.1]" if name == "unknown" else name
        self._said(
            at,
            f"{message} <= {sender} H=({helo}) [{address}] P=esmtpsa {_TLS} CV=no A=dovecot_plain:{sender} S={size} "
            f"id={named}",
        )
        refused = [each for each in deliveries if each.status == "bounced"]
        end = self._delivered(at + 300 * MILLISECOND, message, named, deliveries)
        if refused:
            self._returned(end, message, sender, len(refused))
        return message

    def received(
        self, at: int, name: str, address: str, sender: str, users: Sequence[str], *, size: int = 30_000
    ) -> None:
        """A mail from outside for some of the own people."""
        message, named = self._id(at), f"{self._chance.getrandbits(60):x}@{name}"
        text = f"{message} <= {sender} H={name} [{address}] P=esmtps {_TLS} CV=no S={size} id={named}"
        self._said(at, text)
        self._delivered(at + 200 * MILLISECOND, message, named, [Delivery(f"{user}@{self._domain}") for user in users])

    def _returned(self, at: int, about: str, sender: str, count: int) -> None:
        message = self._id(at)
        self._said(at, f"{message} <= <> R={about} U=Debian-exim P=local S={2_400 + 400 * count}")
        self._delivered(at + 100 * MILLISECOND, message, f"E{message}@{self._host}.{self._domain}", [Delivery(sender)])

    def _delivered(self, at: int, message: str, named: str, deliveries: Sequence[Delivery]) -> int:
        """Each recipient in turn; a mail is completed once nobody waits for it, who was put off is tried again."""
        for number, to in enumerate(deliveries):
            moment = at + 140 * number * MILLISECOND
            if not to.relay:
                user, session = to.recipient.partition("@")[0], self._session()
                saved = f'C="250 2.0.0 <{to.recipient}> {session} Saved"'
                self._said(moment, f"{message} => {user} <{to.recipient}> R=local_user T=dovecot_lmtp {saved}")
                program = f"lmtp({to.recipient})<{self._next()}><{session}>"
                self._served(moment, program, f"msgid=<{named}>: saved mail to INBOX")
                continue
            way = f"R=dnslookup T=remote_smtp H={to.relay} [{to.address}]"
            asked = f"SMTP error from remote mail server after RCPT TO:<{to.recipient}>"
            if to.status == "bounced":
                text = f"** {to.recipient} {way} {_TLS} CV=yes: {asked}: 550 5.1.1 <{to.recipient}>: Recipient address rejected: User unknown"
            elif to.status == "deferred":
                text = f"== {to.recipient} R=dnslookup T=remote_smtp defer (-44) H={to.relay} [{to.address}]: {asked}: 450 4.2.0 <{to.recipient}>: Greylisted"
            else:
                text = f'=> {to.recipient} {way} {_TLS} CV=yes C="250 2.0.0 Ok: queued as {self._chance.getrandbits(40):X}"'
            self._said(moment, f"{message} {text}")
        end = at + 140 * len(deliveries) * MILLISECOND
        if waiting := [replace(each, status="sent") for each in deliveries if each.status == "deferred"]:
            self._delivered(at + _RETRIED, message, named, waiting)
        else:
            self._said(end, f"{message} Completed")
        return end

    def rejected(self, at: int, address: str, sender: str, recipient: str, helo: str, *, relay: bool = False) -> None:
        """A mail from outside that was not taken: nobody of that name, or not for this server."""
        why = "relay not permitted" if relay else "Unrouteable address"
        self._said(at, f"H=({helo}) [{address}] F=<{sender}> rejected RCPT <{recipient}>: {why}")

    def probed(self, at: int, address: str) -> None:
        """Somebody connected and went away."""
        self._said(at, f"unexpected disconnection while reading SMTP command from [{address}] D=1s")

    def smtp_refused(self, at: int, user: str, address: str) -> None:
        """A wrong password at sending."""
        text = f"dovecot_login authenticator failed for (User) [{address}]: 535 Incorrect authentication data (set_id={user})"
        self._said(at, text)

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
        near = "127.0.0.1" if address == "127.0.0.1" else self._address
        secured = "secured" if address == near else "TLS"
        who = (
            f"user=<{mailbox}>, method={method}, rip={address}, lip={near}, mpid={pid}, {secured}, session=<{session}>"
        )
        self._served(at, f"{service}-login", f"Login: {who}")
        counts = f"in={180 + bodies * 80} out={out} deleted=0 expunged=0 trashed=0 hdr_count={bodies} hdr_bytes={bodies * 900} body_count={bodies} body_bytes={out * 9 // 10}"
        did = counts if service == "imap" else f"bytes={out // 10}/{out}"
        self._served(
            at + max(seconds, 1) * SECOND, f"{service}({mailbox})<{pid}><{session}>", f"Disconnected: Logged out {did}"
        )

    def imap_refused(self, at: int, user: str, address: str, *, tries: int = 1, known: bool = True) -> None:
        """Wrong passwords for a mailbox in one connection."""
        session, mailbox = self._session(), f"{user}@{self._domain}"
        near = "127.0.0.1" if address == "127.0.0.1" else self._address
        why = "Password mismatch" if known else "unknown user"
        for number in range(tries):
            self._served(at + 2 * number * SECOND, "auth", f"ldap({mailbox},{address},<{session}>): {why}")
        secured = "secured" if address == near else "TLS"
        text = (
            f"Disconnected: Connection closed (auth failed, {tries} attempts in {2 * tries} secs): user=<{mailbox}>, "
            f"method=PLAIN, rip={address}, lip={near}, {secured}, session=<{session}>"
        )
        self._served(at + 2 * tries * SECOND, "imap-login", text)

    def forwarded(self, at: int, user: str, to: Delivery) -> None:
        """A filter of a mailbox passes a mail on to somebody outside."""
        session, mailbox, message = self._session(), f"{user}@{self._domain}", self._id(at)
        named = f"{self._chance.getrandbits(64):x}@{to.recipient.rpartition('@')[2]}"
        program = f"lmtp({mailbox})<{self._next()}><{session}>"
        self._served(at, program, f"sieve: msgid=<{named}>: forwarded to <{to.recipient}>")
        self._said(at + 60 * MILLISECOND, f"{message} <= {mailbox} U=vmail P=local S=31022 id={named}")
        self._delivered(at + 200 * MILLISECOND, message, named, [to])


@dataclass(slots=True)
class Roundcube:
    """Webmail on the mail server's own host; what it does at the mailbox comes from 127.0.0.1.

    Attributes:
        logins: its userlogins.log.
        sendings: its sendmail.log.
        web: the server that it runs in.
        mail: the mail server.
        chance: of numbers that do not matter.
        domain: of the mailboxes.
        sessions: of who logged in.
    """

    logins: Log
    sendings: Log
    web: WebServer
    mail: Mail
    chance: Random
    domain: str
    sessions: dict[str, str] = field(default_factory=dict)

    def _wrote(self, log: Log, at: int, session: str, text: str) -> None:
        day, time = log.clock.common(at).split(":", 1)
        log.add(at, f"[{day.replace('/', '-')} {time}]: <{session[:8]}> {text}")

    def _session(self) -> str:
        """What logs show of a session of PHP."""
        return "".join(self.chance.choices("0123456789abcdefghijklmnopqrstuv", k=16))

    def _asked(self, at: int, address: str, path: str, *, method: str = "GET", status: int = 200, size: int = 5_000, agent: str = "-") -> None:  # fmt: skip
        self.web.request(at, address, path, method=method, status=status, size=size, agent=agent)

    def read(self, at: int, user: str, address: str, *, seconds: int = 600, mails: int = 8, agent: str = "-") -> None:
        """Somebody gets in and reads mail."""
        mailbox = f"{user}@{self.domain}"
        self._asked(at - 4 * SECOND, address, "/?_task=login", size=5_300, agent=agent)
        self._asked(at, address, "/?_task=login", method="POST", status=302, size=700, agent=agent)
        session = self.sessions[user] = self._session()
        number = 10 + sum(map(ord, user)) % 90
        text = f"Successful login for {mailbox} (ID: {number}) from {address} in session {session}"
        self._wrote(self.logins, at, session, text)
        step = seconds * SECOND // (mails + 1)
        for each in range(mails):
            moment = at + each * step + 2 * SECOND
            self.mail.imap(moment, user, "127.0.0.1", seconds=1, out=9_000 + self.chance.randrange(90_000))
            path = f"/?_task=mail&_mbox=INBOX&_uid={2200 - each}&_action=show"
            self._asked(moment, address, path, size=31_000, agent=agent)

    def refused(self, at: int, user: str, address: str, *, agent: str = "-") -> None:
        """A wrong name or password."""
        self._asked(at, address, "/?_task=login", method="POST", status=401, size=5_400, agent=agent)
        self.mail.imap_refused(at, user, "127.0.0.1")
        session = self._session()
        text = f"Failed login for {user}@{self.domain} from {address} in session {session} (error: 0)"
        self._wrote(self.logins, at + 2 * SECOND, session, text)

    def sent(
        self, at: int, user: str, address: str, deliveries: Sequence[Delivery], *, size: int = 12_000, agent: str = "-"
    ) -> str:
        """Somebody sends a mail; gives back its id at the mail server."""
        self._asked(at, address, "/?_task=mail&_unlock=loading&_framed=1&_action=send", method="POST", size=900, agent=agent)  # fmt: skip
        message = self.mail.submitted(at + _HANDED, user, "127.0.0.1", deliveries, size=size, name="localhost")
        to = ", ".join(each.recipient for each in deliveries)
        text = f"User {user}@{self.domain} [{address}]; Message <{_message_id(message, self.domain)}> for {to}; 250: OK id={message}"
        self._wrote(self.sendings, at + SECOND, self.sessions.get(user) or self._session(), text)
        return message

    def filtered(self, at: int, user: str, address: str, *, agent: str = "-") -> None:
        """Somebody changes the filters of the mailbox."""
        path = "/?_task=settings&_action=plugin.managesieve"
        self._asked(at, address, path, size=8_100, agent=agent)
        self.mail.imap(at + SECOND, user, "127.0.0.1", service="managesieve", seconds=2, out=1_400)
        self._asked(at + 50 * SECOND, address, f"{path}-save", method="POST", size=1_700, agent=agent)
        self.mail.imap(at + 51 * SECOND, user, "127.0.0.1", service="managesieve", seconds=1, out=700)
