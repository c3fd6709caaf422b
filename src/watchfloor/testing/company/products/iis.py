"""IIS 10's log in the W3C extended form, in UTC: https://learn.microsoft.com/windows/win32/http/w3c-logging."""

from __future__ import annotations

from random import Random
from urllib.parse import unquote

from watchfloor.testing.company.logs import Log

_FIELDS = (
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status "
    "sc-substatus sc-win32-status sc-bytes cs-bytes time-taken"
)
_REFUSALS = {401: (1, 1326), 403: (4, 5), 404: (0, 2)}
"""Status -> substatus and Windows error: https://learn.microsoft.com/troubleshoot/developer/webapps/iis/health-diagnostic-performance/http-status-code."""
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
        substatus, error = _REFUSALS.get(status, (0, 0))
        fields = (
            self._log.clock.plain(at), self._address, method, _shown(unquote(stem)), query or "-", 443, user, address,
            _shown(agent), referrer, status, substatus, error, size, 420 + len(path), self._chance.randrange(3, 240),
        )  # fmt: skip
        self._log.add(at, " ".join(str(each) for each in fields))


def _shown(text: str) -> str:
    """As one field: no blank, and no line can be broken."""
    return "".join("+" if each.isspace() or not each.isprintable() else each for each in text)
