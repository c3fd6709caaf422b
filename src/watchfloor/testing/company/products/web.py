"""Access logs of nginx and Apache in the combined form, which is the same for both, by way of syslog.

References: https://nginx.org/en/docs/http/ngx_http_log_module.html, https://httpd.apache.org/docs/2.4/logs.html.
"""

from __future__ import annotations

from watchfloor.testing.company.logs import Log


class AccessLog:
    """What a web server writes of each request."""

    def __init__(self, log: Log, host: str, program: str) -> None:
        """Write into this log what this program of this host hands to syslog."""
        self._log, self._from = log, f"{host} {program}:"

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
        clock = self._log.clock
        moment, arrived = clock.common(at), clock.iso(at)
        line = f'{address} - {user} [{moment}] "{method} {path} HTTP/1.1" {status} {size} "{referrer}" "{agent}"'
        self._log.add(at, f"{arrived} {self._from} {line}")
