"""A Cisco ASA with AnyConnect: what it says of connections, refusals and people who come in.

References: https://www.cisco.com/c/en/us/td/docs/security/asa/syslog/asa-syslog.html (the numbers of messages below). Time stamps
are those of `logging timestamp`, the name that of `logging device-id hostname`.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from watchfloor.testing.company.clock import MILLISECOND, SECOND
from watchfloor.testing.company.logs import Log

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
OUTSIDE = "outside"


def _written(log: Log, at: int, host: str, level: int, number: int, text: str) -> None:
    day, time = log.clock.plain(at).split(" ")
    year, month, date = day.split("-")
    shown = f"{_MONTHS[int(month) - 1]} {date} {year} {time}"
    log.add(at, f"<{20 * 8 + level}>{shown} {host} : %ASA-{level}-{number}: {text}")


def _lasted(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


class Asa:
    """Connections through the firewall."""

    def __init__(
        self, log: Log, chance: Random, *, host: str, nat: str, zones: Mapping[str, str], published: Mapping[str, str]
    ) -> None:
        """Describe the device.

        Args:
            log: its file.
            chance: of numbers that do not matter.
            host: its name.
            nat: the address behind which inside addresses go out.
            zones: beginning of addresses -> interface, the longest first; all others are outside.
            published: public address -> the server behind it.
        """
        self._log, self._chance, self._host, self._nat = log, chance, host, nat
        self._zones, self._published = zones, published
        self._public = {server: address for address, server in published.items()}

    def _interface(self, address: str) -> str:
        return next((name for start, name in self._zones.items() if address.startswith(start)), OUTSIDE)

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
        """A connection that ended at this moment, told when it began and when it ended, or one that was refused."""
        sport = sport or self._chance.randrange(32768, 61000)
        real = self._published.get(destination, destination)
        near, far = self._interface(source), self._interface(real)
        if denied:
            text = (
                f"Deny {'udp' if udp else 'tcp'} src {near}:{source}/{sport} dst {far}:{destination}/{port} "
                f'by access-group "{near}_access_in" [0x{self._chance.getrandbits(32):x}, 0x0]'
            )
            _written(self._log, at, self._host, 4, 106023, text)
            return
        protocol, began = "UDP" if udp else "TCP", at - seconds * SECOND
        number = began // 500 % 4_000_000_000  # connections come out of order, numbers must not
        inbound = near == OUTSIDE
        mapped = self._public.get(source, self._nat) if far == OUTSIDE else source
        shown = self._public.get(real, destination) if inbound else destination
        server = f"{far}:{real}/{port}", f"({shown}/{port})"
        client = f"{near}:{source}/{sport}", f"({mapped}/{sport})"
        first, second = (client, server) if inbound else (server, client)
        built = f"Built {'inbound' if inbound else 'outbound'} {protocol} connection {number} for {' '.join(first)} to {' '.join(second)}"
        _written(self._log, began, self._host, 6, 302015 if udp else 302013, built)
        why = "" if udp else " TCP FINs" + (f" from {far if inbound else near}" if self._chance.random() < 0.5 else "")
        ended = (
            f"Teardown {protocol} connection {number} for {first[0]} to {second[0]} duration {_lasted(seconds)} "
            f"bytes {sent + received}{why}"
        )
        _written(self._log, at, self._host, 6, 302016 if udp else 302014, ended)


class AnyConnect:
    """People who come in by AnyConnect at the same device."""

    def __init__(self, log: Log, chance: Random, *, host: str, group: str, server: str) -> None:
        """Write into this log as this host; passwords of the group are checked by the server of this address."""
        self._log, self._chance, self._host, self._group, self._server = log, chance, host, group, server

    def connected(self, at: int, user: str, address: str, inside: str) -> str:
        """Somebody got in; gives back what `left` needs to know."""
        who = f"Group <{self._group}> User <{user}> IP <{address}>"
        lines = (
            (6, 113004, f"AAA user authentication Successful : server =  {self._server} : user = {user}"),
            (6, 113009, f"AAA retrieved default group policy ({self._group}) for user = {user}"),
            (6, 113039, f"{who} AnyConnect parent session started."),
            (4, 722051, f"{who} IPv4 Address <{inside}> IPv6 address <::> assigned to session"),
            (6, 722022, f"{who} UDP SVC connection established without compression"),
        )
        for number, (level, message, text) in enumerate(lines):
            _written(self._log, at + number * 210 * MILLISECOND, self._host, level, message, text)
        return f"{address} {at}"

    def left(self, at: int, user: str, peer: str) -> None:
        """Somebody's connection ended."""
        address, began = peer.split(" ")
        seconds = max(at - int(began), 0) // SECOND
        text = (
            f"Group = {self._group}, Username = {user}, IP = {address}, Session disconnected. Session Type: SSL, "
            f"Duration: {seconds // 3600}h:{seconds // 60 % 60:02}m:{seconds % 60:02}s, Bytes xmt: {seconds * 2_900}, "
            f"Bytes rcv: {seconds * 640}, Reason: User Requested"
        )
        _written(self._log, at, self._host, 4, 113019, text)

    def refused(self, at: int, address: str) -> None:
        """A wrong name or password; the device hides names that it does not know."""
        text = f"AAA user authentication Rejected : reason = AAA failure : server = {self._server} : user = ***** : user IP = {address}"
        _written(self._log, at, self._host, 6, 113005, text)
