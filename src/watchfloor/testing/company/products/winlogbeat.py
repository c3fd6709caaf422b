"""Windows events as Winlogbeat 8 writes them, without an ingest pipeline behind it; a processor keeps the first sentence of messages.

Reference: https://www.elastic.co/guide/en/beats/winlogbeat/current/exported-fields-winlog.html.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping

from watchfloor.testing.company.logs import Log
from watchfloor.testing.company.products.windows_events import SECURITY, SERVICES, SYSMON, Kind

_dumps = json.JSONEncoder(separators=(",", ":")).encode
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_VERSION = "8.15.3"
_USER = {"UserID": "identifier", "AccountName": "name", "Domain": "domain", "AccountType": "type"}
"""Who wrote an event is no part of its data: names that other collectors give it, and Winlogbeat's."""
_SYSTEM = {"identifier": "S-1-5-18", "name": "SYSTEM", "domain": "NT AUTHORITY", "type": "User"}


class Winlogbeat:
    """Events of the Windows machines of one domain."""

    def __init__(self, log_of: Callable[[str], Log], *, domain: str) -> None:
        """Write events of a host into the log that `log_of` gives for it."""
        self._log_of, self._domain = log_of, domain

    @property
    def domain(self) -> str:
        """The domain's name in DNS."""
        return self._domain

    def event(
        self,
        at: int,
        host: str,
        kind: Kind,
        number: int,
        task: tuple[int, str],
        message: str,
        data: Mapping[str, str],
        *,
        version: int = 0,
        failed: bool = False,
    ) -> None:
        """An event; `task` is its number and name, `data` its own fields in order, `failed` audit or a warning else."""
        log = self._log_of(host)
        shown = log.clock.true(at)
        level = "warning" if failed and kind is not SECURITY else "information"
        of_event: dict[str, object] = {
            "code": str(number), "kind": "event", "provider": kind.source, "created": _moment(shown + 1_400_000),
        }  # fmt: skip
        user = _USER if kind is not SERVICES else {"UserID": "identifier"}
        winlog: dict[str, object] = {
            "api": "wineventlog", "channel": kind.channel, "computer_name": f"{host.upper()}.{self._domain}",
            "event_data": {name: value for name, value in data.items() if value and name not in user}, "event_id": str(number), "opcode": "Info",
            "process": {"pid": 3184 if kind is SYSMON else 716, "thread": {"id": 4868}}, "provider_guid": kind.guid,
            "provider_name": kind.source, "record_id": at // 50_000 % 1_000_000_000,  # events come out of order, numbers must not
        }  # fmt: skip
        if task[1]:
            of_event["action"] = winlog["task"] = task[1]
        if version:
            winlog["version"] = version
        if kind is SECURITY:
            of_event["outcome"] = "failure" if failed else "success"
            winlog["keywords"] = ["Audit Failure" if failed else "Audit Success"]
        if writer := {own: data[name] for name, own in user.items() if data.get(name)}:
            winlog["user"] = writer
        elif kind is SYSMON:
            winlog["user"] = _SYSTEM
        event = {
            "@timestamp": _moment(shown),
            "@metadata": {"beat": "winlogbeat", "type": "_doc", "version": _VERSION},
            "ecs": {"version": "8.0.0"},
            "event": of_event,
            "host": {"name": f"{host}.{self._domain}"},
            "agent": {"type": "winlogbeat", "version": _VERSION, "name": host.upper()},
            "log": {"level": level},
            "message": message,
            "winlog": winlog,
        }
        log.add(at, _dumps(event))


def _moment(at: int) -> str:
    return (_EPOCH + dt.timedelta(microseconds=at)).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at // 1000 % 1000:03}Z"
