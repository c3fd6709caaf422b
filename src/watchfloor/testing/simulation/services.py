"""What machines contact by themselves, how regularly, and how much they send: the periodic background of a network.

Each entry names where its period comes from; `assumed` says that nothing better than experience stands behind it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from watchfloor.testing.simulation.company import Company


@dataclass(frozen=True, slots=True)
class Service:
    """Something that programs contact again and again.

    Attributes:
        name: for people.
        domains: names of its servers; a contact goes to one of them, a host mostly to its own.
        port: 443 and 80 are the web.
        period: seconds between two contacts.
        jitter: each pause is the period times 1 ± up to this.
        share: of the hosts that have it.
        servers_only: only hosts that are not people's.
        sent: bytes of a contact, in the middle.
        received: bytes of the answer.
        varied: how much the sizes vary (sigma of a log-normal); 0 is constant.
        ttl: seconds that its name may be kept by a cache.
        source: where the figures come from.
    """

    name: str
    domains: tuple[str, ...]
    port: int
    period: float
    jitter: float
    share: float
    sent: int
    received: int
    varied: float
    ttl: int
    source: str
    servers_only: bool = False


def _numbered(name: str, domain: str, count: int) -> tuple[str, ...]:
    return tuple(f"{name}{number}.{domain}" for number in range(count))


SERVICES = (
    Service("endpoint protection", _numbered("sensor", "edr.example.net", 4), 443, 600, 0.05, 0.97, 2_600, 900, 0.3, 60,
            "assumed: cloud-managed agents report every few minutes"),
    Service("chat presence", _numbered("presence", "chat.example.com", 8), 443, 300, 0.1, 0.6, 1_400, 1_100, 0.5, 300,
            "assumed: web chats poll presence every few minutes beside a long connection"),
    Service("NTP to a public pool", _numbered("", "pool.ntp.example.org", 4), 123, 1024, 0.02, 0.2, 76, 76, 0.0, 150,
            "RFC 5905: poll exponent 6 to 10 in practice, 64 to 1,024 s"),
    Service("operating system updates", _numbered("update", "os.example.com", 6), 443, 79_200, 0.2, 0.85, 9_000, 60_000,
            1.2, 3600, "Microsoft: automatic updates look every 22 h less up to 20 %"),
    Service("browser updates", ("update.browser.example.com",), 443, 18_000, 0.1, 0.9, 2_100, 1_600, 0.2, 300,
            "Chromium's updater: every 5 h"),
    Service("device management", ("enroll.mdm.example.com",), 443, 28_800, 0.05, 0.8, 5_200, 3_000, 0.4, 300,
            "Microsoft Intune: check-in every 8 h"),
    Service("revocation lists", _numbered("crl", "ca.example.org", 5), 80, 43_200, 0.5, 0.9, 420, 38_000, 0.8, 3600,
            "RFC 5280, RFC 6960: lists and answers are fetched when the kept ones expire, hours to days"),
    Service("cloud folders", ("notify.files.example.com",), 443, 90, 0.02, 0.12, 620, 210, 0.0, 60,
            "Dropbox's API: a long poll lasts 30 to 480 s plus up to 90 s at random"),
    Service("mail client", ("imap.mail.example.com",), 993, 600, 0.03, 0.1, 1_900, 4_500, 0.6, 300,
            "common mail clients look every 10 min"),
    Service("telemetry of programs", _numbered("events", "telemetry.example.com", 12), 443, 3_600, 0.3, 0.7, 7_000, 500,
            0.9, 600, "assumed: batches about once an hour"),
    Service("monitoring of servers", ("intake.metrics.example.io",), 443, 60, 0.02, 0.6, 14_000, 300, 0.15, 60,
            "agents of hosted monitoring send every 15 to 60 s", servers_only=True),
    Service("certificate renewal", ("acme.ca.example.org",), 443, 43_200, 0.3, 0.5, 3_000, 5_000, 0.3, 3600,
            "certbot: twice a day at a random minute", servers_only=True),
    Service("package mirrors", _numbered("mirror", "distro.example.org", 3), 443, 86_400, 0.4, 0.7, 4_000, 2_000_000,
            1.0, 300, "apt's timer: twice a day with 12 h at random", servers_only=True),
)  # fmt: skip
NICHE_SHARE = 0.03
"""Share of hosts with a program of their own kind that calls its maker: a licence, a weather display, a building's
controls, a television (assumed)."""
NICHE_NEW = 0.0005
"""How many such programs are installed anew, a host and day (assumed)."""
NICHE_PERIODS = (60.0, 300.0, 900.0, 3600.0)


@dataclass(frozen=True, slots=True)
class Niche:
    """A program that hardly another host has: from which day on, and how it calls."""

    host: int
    domain: str
    installed: int
    period: float
    jitter: float
    sent: int
    varied: float


def niches(company: Company) -> list[Niche]:
    """The rare programs of all hosts; those that were there before the first day have day -1."""
    rng = np.random.default_rng([company.seed, len(company.hosts), 77])
    found: list[Niche] = []
    for day in range(-1, company.days):
        share = NICHE_SHARE if day < 0 else NICHE_NEW
        for host in np.flatnonzero(rng.random(len(company.hosts)) < share):
            number = len(found)
            found.append(
                Niche(
                    host=int(host),
                    domain=f"api.maker{number}.example",
                    installed=day,
                    period=float(rng.choice(NICHE_PERIODS)),
                    jitter=float(rng.choice((0.0, 0.02, 0.1))),
                    sent=int(rng.integers(200, 3000)),
                    varied=float(rng.choice((0.0, 0.3))),
                )
            )
    return found
