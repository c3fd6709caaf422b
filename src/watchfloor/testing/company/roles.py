"""What a company needs of its products; every company may have others that write other lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from watchfloor.testing.company.internet import Place
from watchfloor.testing.company.people import Machine
from watchfloor.testing.company.products.mail import Delivery


class Firewall(Protocol):
    """Writes of sessions that ended or were refused."""

    def session(
        self,
        at: int,
        source: str,
        destination: str,
        port: int,
        *,
        sent: int = 0,
        received: int = 0,
        seconds: int = 1,
        denied: bool = False,
        udp: bool = False,
        sport: int = 0,
    ) -> None:
        """A session; `sent` and `received` are bytes as its source sees them."""  # fmt: skip


class Proxy(Protocol):
    """Takes people to the web."""

    def request(
        self,
        at: int,
        client: str,
        user: str,
        method: str,
        url: str,
        *,
        status: int = 200,
        size: int = 0,
        address: str = "",
        mime: str = "",
        millis: int = 40,
        denied: bool = False,
        sent: int = 0,
    ) -> None:
        """A request; `url` is host:port of a CONNECT, `address` where the site is, `sent` bytes of the request."""  # fmt: skip


class Resolver(Protocol):
    """Answers questions of DNS."""

    def query(
        self,
        at: int,
        client: str,
        name: str,
        kind: str = "A",
        *,
        code: str = "NOERROR",
        size: int = 64,
        millis: int = 0,
    ) -> None:
        """A question and its answer; without `millis` it was in the cache."""


class DhcpServer(Protocol):
    """Lends addresses."""

    def leased(self, at: int, machine: Machine, seconds: int, *, offered: bool = False) -> None:
        """A lease given or, without an offer before it, renewed."""

    def released(self, at: int, machine: Machine) -> None:
        """A lease given back."""


class Mail(Protocol):
    """Takes and keeps mail; users are named by the part before the @."""

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

    def received(
        self, at: int, name: str, address: str, sender: str, users: Sequence[str], *, size: int = 30_000
    ) -> None:
        """A mail from outside for some of the own people."""

    def forwarded(self, at: int, user: str, to: Delivery) -> None:
        """A filter of a mailbox passes a mail on that came in just now."""

    def rejected(self, at: int, address: str, sender: str, recipient: str, helo: str, *, relay: bool = False) -> None:
        """A mail from outside that was not taken: nobody of that name, or not for this server."""

    def probed(self, at: int, address: str) -> None:
        """Somebody connected and went away."""

    def smtp_refused(self, at: int, user: str, address: str) -> None:
        """A wrong password at sending."""

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
        """A session at a mailbox, or with `managesieve` at its filters."""  # fmt: skip

    def imap_refused(self, at: int, user: str, address: str, *, tries: int = 1, known: bool = True) -> None:
        """Wrong passwords for a mailbox in one connection."""


class Webmail(Protocol):
    """Shows mailboxes in a browser; to the mail server it is a client of its own."""

    def read(self, at: int, user: str, address: str, *, seconds: int = 600, mails: int = 8, agent: str = "-") -> None:
        """Somebody gets in and reads mail."""

    def refused(self, at: int, user: str, address: str, *, agent: str = "-") -> None:
        """A wrong name or password."""

    def sent(
        self, at: int, user: str, address: str, deliveries: Sequence[Delivery], *, size: int = 12_000, agent: str = "-"
    ) -> str:
        """Somebody who is in sends a mail; gives back its id at the mail server."""

    def filtered(self, at: int, user: str, address: str, *, agent: str = "-") -> None:
        """Somebody who is in changes the filters of the mailbox."""


class WebServer(Protocol):
    """Serves pages."""

    def request(
        self,
        at: int,
        address: str,
        path: str,
        *,
        method: str = "GET",
        status: int = 200,
        size: int = 5_000,
        referrer: str = "-",
        agent: str = "-",
        user: str = "-",
    ) -> None:
        """A request; `path` with its query, as sent."""  # fmt: skip


class Vpn(Protocol):
    """Lets people in from outside."""

    def connected(self, at: int, user: str, address: str, inside: str) -> str:
        """Somebody got in; gives back the peer for `left`."""

    def left(self, at: int, user: str, peer: str) -> None:
        """Somebody's connection ended."""

    def refused(self, at: int, address: str) -> None:
        """A wrong name or password."""


class Ids(Protocol):
    """A sensor that sees what passes."""

    def tls(
        self, at: int, source: str, target: str, name: str, *, issuer: str = "C=US, O=Let's Encrypt, CN=R11"
    ) -> None:
        """A TLS session."""

    def http(
        self,
        at: int,
        source: str,
        target: str,
        host: str,
        url: str,
        *,
        method: str = "GET",
        status: int = 200,
        agent: str = "",
        mime: str = "text/html",
        size: int = 0,
    ) -> None:
        """A request in the clear."""

    def file(
        self, at: int, source: str, target: str, host: str, url: str, *, name: str, magic: str, size: int, sha256: str
    ) -> None:
        """A file that was sent in the answer to a request in the clear."""

    def alert(
        self,
        at: int,
        source: str,
        target: str,
        port: int,
        *,
        number: int,
        signature: str,
        category: str,
        severity: int,
        sport: int = 0,
        proto: str = "TCP",
        blocked: bool = False,
    ) -> None:
        """A signature matched; the signatures are the company's own."""


class Cloud(Protocol):
    """Where people log in for programs and files that others run."""

    def signed_in(
        self,
        at: int,
        account: str,
        name: str,
        place: Place,
        *,
        refused: str = "",
        system: str = "Windows11",
        browser: str = ...,
        interactive: bool = True,
    ) -> None:
        """A log-in, or one that was refused because of `password`, `locked` or `factor` (the second one)."""

    def file(self, at: int, account: str, address: str, operation: str, folder: str, name: str) -> None:
        """A file was `read`, `changed` or `fetched`."""
