"""A sensor at the line to the internet: Zeek 7's logs as JSON, and Snort 3's alert_fast, whose times name neither year nor zone.

References: https://docs.zeek.org/en/lts/script-reference/log-files.html, https://docs.snort.org/start/alert_logging.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from watchfloor.testing.company.clock import SECOND
from watchfloor.testing.company.logs import Log
from watchfloor.testing.company.roles import Firewall

_dumps = json.JSONEncoder(separators=(",", ":")).encode
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SERVICES = {25: "smtp", 53: "dns", 80: "http", 123: "ntp", 443: "ssl", 22: "ssh"}


@dataclass(slots=True)
class Sensor:
    """What one sensor writes.

    Attributes:
        logs: Zeek's logs by the name of the stream: conn, ssl, http, files.
        alerts: Snort's.
        chance: of numbers that do not matter.
        inside: beginning of all inside addresses.
        spans: source, target and port -> id, source port, begin and end of the connection last seen between them, which
            what is seen inside of it belongs to.
    """

    logs: Mapping[str, Log]
    alerts: Log
    chance: Random
    inside: str
    spans: dict[tuple[str, str, int], tuple[str, int, int, int]] = field(default_factory=dict)

    def _id(self, first: str) -> str:
        return first + "".join(self.chance.choices(_ALPHABET, k=17))

    def _connection(self, at: int, source: str, target: str, port: int) -> tuple[str, int]:
        """Id and source port of the connection that is open between these at this moment."""
        known = self.spans.get((source, target, port))
        if known is None or not known[2] <= at <= known[3]:
            known = self._id("C"), self.chance.randrange(32768, 61000), at, at
            self.spans[source, target, port] = known
        return known[:2]

    def _event(self, stream: str, at: int, source: str, target: str, port: int, more: Mapping[str, object]) -> None:
        log, (uid, sport) = self.logs[stream], self._connection(at, source, target, port)
        head: dict[str, object] = {
            "ts": log.clock.true(at) / SECOND, "uid": uid, "id.orig_h": source, "id.orig_p": sport, "id.resp_h": target,
            "id.resp_p": port,
        }  # fmt: skip
        log.add(at, _dumps(head | dict(more)))

    def session(
        self, at: int, source: str, target: str, port: int, *, sent: int, received: int, seconds: int, udp: bool, sport: int
    ) -> None:  # fmt: skip
        """A connection that ended at this moment; its record has the moment of its begin, and stands where it ended."""
        service = _SERVICES.get(port)
        log = self.logs["conn"]
        more: dict[str, object] = {
            "ts": log.clock.true(at - seconds * SECOND) / SECOND, "proto": "udp" if udp else "tcp",
            **({"service": service} if service else {}), "duration": float(seconds), "orig_bytes": sent, "resp_bytes": received,
            "conn_state": "SF", "local_orig": source.startswith(self.inside), "local_resp": target.startswith(self.inside), "missed_bytes": 0,
            "history": "Dd" if udp else "ShADadFf", "orig_pkts": sent // 900 + 3, "orig_ip_bytes": sent + 40 * (sent // 900 + 3),
            "resp_pkts": received // 1200 + 3, "resp_ip_bytes": received + 40 * (received // 1200 + 3),
        }  # fmt: skip
        uid, before, begin, end = self.spans.get((source, target, port), ("", 0, 0, 0))
        began = at - seconds * SECOND
        if not (uid and began <= begin == end <= at):  # else something inside of it was seen before its end
            uid, before = self._id("C"), sport
        self.spans[source, target, port] = uid, before, began, at
        self._event("conn", at, source, target, port, more)

    def tls(
        self, at: int, source: str, target: str, name: str, *, issuer: str = "C=US, O=Let's Encrypt, CN=R11"
    ) -> None:
        """A TLS session."""
        own = issuer == f"CN={name}"
        more = {
            "version": "TLSv12", "cipher": "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "curve": "x25519", "server_name": name,
            "resumed": False, "established": True, "ssl_history": "CsxkniIi", "subject": f"CN={name}", "issuer": issuer,
            "validation_status": "self signed certificate" if own else "ok",
        }  # fmt: skip
        self._event("ssl", at, source, target, 443, more)

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
        self._requested(at, source, target, host, url, method, status, agent, mime, size)

    def _requested(
        self, at: int, source: str, target: str, host: str, url: str, method: str, status: int, agent: str, mime: str, size: int
    ) -> str:  # fmt: skip
        """The same; gives back the id of the file that was sent in the answer."""
        sent = self._id("F")
        more: dict[str, object] = {
            "trans_depth": 1, "method": method, "host": host, "uri": url, "version": "1.1", **({"user_agent": agent} if agent else {}),
            "request_body_len": 0, "response_body_len": size, "status_code": status, "status_msg": "OK" if status == 200 else "",
            "tags": [], "resp_fuids": [sent], "resp_mime_types": [mime],
        }  # fmt: skip
        self._event("http", at, source, target, 80, more)
        return sent

    def file(
        self, at: int, source: str, target: str, host: str, url: str, *, name: str, magic: str, size: int, sha256: str
    ) -> None:
        """A file that was sent in the answer to a request in the clear; Zeek says its type as MIME, not as words."""
        mime = "application/x-dosexec" if magic.startswith("PE") else "application/octet-stream"
        sent = self._requested(at, source, target, host, url, "GET", 200, "", mime, size)
        more = {
            "fuid": sent, "source": "HTTP", "depth": 0, "analyzers": ["SHA256"], "mime_type": mime, "filename": name,
            "duration": 0.4, "local_orig": False, "is_orig": False, "seen_bytes": size, "total_bytes": size, "missing_bytes": 0,
            "overflow_bytes": 0, "timedout": False, "sha256": sha256,
        }  # fmt: skip
        self._event("files", at, source, target, 80, more)

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
        day, time = self.alerts.clock.micros(at).split(" ")
        drop = "[drop] " if blocked else ""
        text = (
            f'{day[5:7]}/{day[8:]}-{time} {drop}[**] [1:{number}:1] "{signature}" [**] [Classification: {category}] '
            f"[Priority: {severity}] {{{proto}}} {source}:{sport or self.chance.randrange(32768, 61000)} -> {target}:{port}"
        )
        self.alerts.add(at, text)


@dataclass(slots=True)
class Watched:
    """A firewall at whose line to the internet a sensor listens: behind it, so that it sees inside addresses.

    Attributes:
        firewall: that writes of its own.
        sensor: that sees what passes between inside and outside.
        published: public address -> the server behind it.
    """

    firewall: Firewall
    sensor: Sensor
    published: Mapping[str, str]

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
        """A connection that ended at this moment, or one that was refused, which the sensor does not see."""
        sport = sport or self.sensor.chance.randrange(32768, 61000)
        self.firewall.session(
            at, source, destination, port, sent=sent, received=received, seconds=seconds, denied=denied, udp=udp, sport=sport
        )  # fmt: skip
        target = self.published.get(destination, destination)
        if not denied and source.startswith(self.sensor.inside) != target.startswith(self.sensor.inside):
            self.sensor.session(
                at, source, target, port, sent=sent, received=received, seconds=seconds, udp=udp, sport=sport
            )
