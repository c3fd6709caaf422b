"""IIS 10's log in the W3C extended form, in UTC: https://learn.microsoft.com/windows/win32/http/w3c-logging."""

from __future__ import annotations

from random import Random

from watchfloor.testing.company.logs import Log

_FIELDS = (
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status "
    "sc-substatus sc-win32-status sc-bytes cs-bytes time-taken"
)
HEADER = ("#Software: Microsoft Internet Information Services 10.0", "#Version: 1.0", f"#Fields: {_FIELDS}")


class Iis:
    """One site."""

    def __init__(self, log: Log, chance: Random, *, address: str) -> None:
        """Write into this log; the server has this address."""
        self._log, self._chance, self._address = log, chance, address

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
        """A request; `path` with its query, as sent, of which the path is logged decoded and blanks as plus signs."""
        stem, _, query = path.partition("?")
        fields = (
            self._log.clock.plain(at), self._address, method, stem.replace(" ", "+"), query or "-", 443, user, address,
            agent.replace(" ", "+"), referrer, status, 0, 0 if status < 400 else 64, size, 420 + len(path), self._chance.randrange(3, 240),
        )  # fmt: skip
        self._log.add(at, " ".join(str(each) for each in fields))
