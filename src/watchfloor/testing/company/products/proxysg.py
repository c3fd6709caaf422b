"""ProxySG's access log in the W3C extended form, fields of its format `main`, in UTC.

Reference: https://techdocs.broadcom.com/us/en/symantec-security-software/web-and-network-security/edge-swg/7-3/access-log-formats.html.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from watchfloor.testing.company.logs import Log

_FIELDS = (
    "date time time-taken c-ip cs-username cs-auth-group x-exception-id sc-filter-result cs-categories cs(Referer) "
    "sc-status s-action cs-method rs(Content-Type) cs-uri-scheme cs-host cs-uri-port cs-uri-path cs-uri-query "
    "cs-uri-extension cs(User-Agent) s-ip sc-bytes cs-bytes x-virus-id"
)
HEADER = ("#Software: SGOS 7.3.16.4", "#Version: 1.0", f"#Fields: {_FIELDS}")
_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36"
)


class ProxySg:
    """A proxy that people name themselves at."""

    def __init__(self, log: Log, *, address: str, domain: str) -> None:
        """Write into this log; the proxy has this address, people are of this NetBIOS domain."""
        self._log, self._address, self._domain = log, address, domain

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
        """A request that was done at this moment; `url` is host:port of a CONNECT, `sent` bytes of the request."""
        del address  # not in this format
        parts = urlsplit(f"tcp://{url}" if method == "CONNECT" else url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        path = parts.path or "/"
        last = path.rpartition("/")[2]
        action = "TCP_DENIED" if denied else "TCP_TUNNELED" if method == "CONNECT" else "TCP_NC_MISS"
        fields = (
            self._log.clock.plain(at), millis, client, f"{self._domain}\\{user}" if user.strip("-") else "-", "-",
            "policy_denied" if denied else "-", "DENIED" if denied else "OBSERVED", '"none"', "-",
            403 if denied else status, action, method, mime or "-", parts.scheme, parts.hostname, port, path,
            f"?{parts.query}" if parts.query else "-", last.rpartition(".")[2] if "." in last else "-",
            "-" if method == "CONNECT" else f'"{_AGENT}"', self._address, 0 if denied else size, sent or 410 + len(url), "-",
        )  # fmt: skip
        self._log.add(at, " ".join(str(each) for each in fields))
