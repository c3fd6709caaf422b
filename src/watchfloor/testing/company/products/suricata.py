"""Suricata 7's EVE log: https://docs.suricata.io/en/suricata-7.0.0/output/eve/eve-json-format.html."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from watchfloor.testing.company.logs import Log

_dumps = json.JSONEncoder(separators=(",", ":")).encode


class Suricata:
    """A sensor at one interface."""

    def __init__(self, log: Log, chance: Random, *, interface: str = "eth1") -> None:
        """Write into this log."""
        self._log, self._chance, self._interface = log, chance, interface

    def _head(self, at: int, kind: str, source: str, sport: int, target: str, port: int, proto: str) -> dict[str, Any]:
        shown = self._log.clock.iso(at)
        return {
            "timestamp": f"{shown[:-3]}{shown[-2:]}",
            "flow_id": self._chance.randrange(10**15, 2 * 10**15),
            "in_iface": self._interface,
            "event_type": kind,
            "src_ip": source,
            "src_port": sport or self._chance.randrange(32768, 61000),
            "dest_ip": target,
            "dest_port": port,
            "proto": proto,
        }

    def tls(
        self, at: int, source: str, target: str, name: str, *, issuer: str = "C=US, O=Let's Encrypt, CN=R11"
    ) -> None:
        """A TLS session."""
        event = self._head(at, "tls", source, 0, target, 443, "TCP")
        event["tls"] = {
            "subject": f"CN={name}",
            "issuerdn": issuer,
            "sni": name,
            "version": "TLS 1.3",
            "notbefore": "2026-09-01T00:00:00",
            "notafter": "2026-11-30T00:00:00",
        }
        self._log.add(at, _dumps(event))

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
        event = self._head(at, "http", source, 0, target, 80, "TCP")
        event["tx_id"] = 0
        event["http"] = _http(host, url, method, status, agent, mime, size)
        self._log.add(at, _dumps(event))

    def file(
        self, at: int, source: str, target: str, host: str, url: str, *, name: str, magic: str, size: int, sha256: str
    ) -> None:
        """A file that was sent in the answer to a request in the clear."""
        event = self._head(at, "fileinfo", target, 80, source, self._chance.randrange(32768, 61000), "TCP")
        event["http"] = _http(host, url, "GET", 200, "", "application/octet-stream", size)
        event["app_proto"] = "http"
        event["fileinfo"] = {
            "filename": name, "magic": magic, "gaps": False, "state": "CLOSED", "sha256": sha256, "stored": False,
            "size": size, "tx_id": 0,
        }  # fmt: skip
        self._log.add(at, _dumps(event))

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
        event = self._head(at, "alert", source, sport, target, port, proto)
        event["alert"] = {
            "action": "blocked" if blocked else "allowed",
            "gid": 1,
            "signature_id": number,
            "rev": 1,
            "signature": signature,
            "category": category,
            "severity": severity,
        }
        event["flow"] = {"pkts_toserver": 6, "pkts_toclient": 5, "bytes_toserver": 742, "bytes_toclient": 1530}
        self._log.add(at, _dumps(event))


def _http(host: str, url: str, method: str, status: int, agent: str, mime: str, size: int) -> dict[str, Any]:
    return {
        "hostname": host,
        "url": url,
        "http_user_agent": agent,
        "http_content_type": mime,
        "http_method": method,
        "protocol": "HTTP/1.1",
        "status": status,
        "length": size,
    }
