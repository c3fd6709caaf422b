"""HAProxy's HTTP log with captured headers, by way of rsyslog and RFC 5424: https://docs.haproxy.org/2.8/configuration.html#8.2.3."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from watchfloor.testing.company.clock import MILLISECOND
from watchfloor.testing.company.logs import Log
from watchfloor.testing.company.roles import WebServer


class Haproxy:
    """A balancer before one application; host, browser and referrer of each request are captured."""

    def __init__(self, log: Log, chance: Random, *, host: str, site: str, backend: str, server: str) -> None:
        """Write into this log as this host, for a site whose requests go to this server of this backend."""
        self._log, self._chance, self._host, self._site, self._to = log, chance, host, site, f"{backend}/{server}"

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
        """A request; `path` with its query, as sent. Who somebody is, HAProxy does not know."""
        del user
        clock, chance = self._log.clock, self._chance
        connected, waited = chance.randrange(3), chance.randrange(4, 160)
        lasted = connected + waited + 2
        accepted = at - lasted * MILLISECOND  # the line is written at the end
        begun, millis = clock.common(accepted).split(" ")[0], clock.millis(accepted)[-3:]
        captured = "|".join("" if each == "-" else each for each in (self._site, agent, referrer))
        text = (
            f"{address}:{chance.randrange(1025, 65000)} [{begun}.{millis}] https~ {self._to} "
            f"0/0/{connected}/{waited}/{lasted} {status} {size} - - ---- {chance.randrange(1, 60)}/{chance.randrange(1, 40)}/0/0/0 "
            f'0/0 {{{captured}}} "{method} {path} HTTP/1.1"'
        )
        self._log.add(at, f"<134>1 {clock.iso(at)} {self._host} haproxy 1874 - - {text}")


@dataclass(frozen=True, slots=True)
class Balanced:
    """A balancer, and the server behind it, which is told the client's address by a header and logs it, too."""

    front: WebServer
    back: WebServer

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
        """A request; `path` with its query, as sent."""
        for server, moment in ((self.front, at), (self.back, at + 2 * MILLISECOND)):
            server.request(
                moment,
                address,
                path,
                method=method,
                status=status,
                size=size,
                referrer=referrer,
                agent=agent,
                user=user,
            )
