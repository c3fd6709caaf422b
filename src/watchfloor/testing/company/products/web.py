"""Access logs of nginx and Apache in the combined form, which is the same for both.

References: https://nginx.org/en/docs/http/ngx_http_log_module.html, https://httpd.apache.org/docs/2.4/logs.html.
"""

from __future__ import annotations

from watchfloor.testing.company.logs import Log


class AccessLog:
    """What a web server writes of each request."""

    def __init__(self, log: Log) -> None:
        """Write into this log."""
        self._log = log

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
        moment = self._log.clock.common(at)
        line = f'{address} - {user} [{moment}] "{method} {path} HTTP/1.1" {status} {size} "{referrer}" "{agent}"'
        self._log.add(at, line)
