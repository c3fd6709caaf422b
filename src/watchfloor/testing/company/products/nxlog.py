"""Windows events as NXLog's im_msvistalog and to_json() give them: https://docs.nxlog.co/refman/current/im/msvistalog.html.

`$Message` is what NXLog's often-used configuration leaves of it: its first sentence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from watchfloor.testing.company.logs import Log
from watchfloor.testing.company.products.windows_events import POWERSHELL, SECURITY, SERVICES, SYSMON, Kind

_dumps = json.JSONEncoder(separators=(",", ":")).encode
SUCCESS, FAILURE = -9214364837600034816, -9218868437227405312
_CLASSIC, _OPERATIONAL = -9187343239835811840, -9223372036854775808


_KEYWORDS = {SERVICES.channel: _CLASSIC, SYSMON.channel: _OPERATIONAL, POWERSHELL.channel: 0}
_SORTS = {
    (True, False): ("AUDIT_SUCCESS", "INFO"),
    (True, True): ("AUDIT_FAILURE", "ERROR"),
    (False, False): ("INFO", "INFO"),
    (False, True): ("WARNING", "WARNING"),
}
"""Whether of the Security channel, and whether failed -> NXLog's EventType and Severity."""
_SEVERITIES = {"INFO": 2, "WARNING": 3, "ERROR": 4}


class Nxlog:
    """Events of the Windows machines of one domain."""

    def __init__(self, log_of: Callable[[str], Log], *, domain: str) -> None:
        """Write events of a host into the log that `log_of` gives for it."""
        self._log_of, self.domain = log_of, domain

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
        security, sysmon = kind is SECURITY, kind is SYSMON
        shown = log.clock.micros(at)
        offset = log.clock.offset(at)
        sort, severity = _SORTS[security, failed]
        keywords = (FAILURE if failed else SUCCESS) if security else _KEYWORDS[kind.channel]
        event: dict[str, object] = {
            "EventTime": f"{shown}{offset[:3]}:{offset[3:]}",
            "Hostname": f"{host.upper()}.{self.domain}",
            "Keywords": keywords,
            "EventType": sort,
            "SeverityValue": _SEVERITIES[severity],
            "Severity": severity,
            "EventID": number,
            "SourceName": kind.source,
            "ProviderGuid": kind.guid,
            "Version": version,
            "Task": task[0],
            "OpcodeValue": 0,
            "RecordNumber": at // 50_000 % 1_000_000_000,  # events come out of order, numbers must not
            "ExecutionProcessID": 2744 if sysmon else 632,
            "ExecutionThreadID": 4120,
            "Channel": kind.channel,
        }
        if sysmon:
            event |= {"Domain": "NT AUTHORITY", "AccountName": "SYSTEM", "AccountType": "User", "UserID": "S-1-5-18"}
        event["Message"] = message
        if task[1]:
            event |= {"Category": task[1], "Opcode": "Info"}
        event |= data
        event |= {
            "EventReceivedTime": f"{log.clock.plain(at + 2_000_000)}",
            "SourceModuleName": "eventlog",
            "SourceModuleType": "im_msvistalog",
        }
        log.add(at, _dumps(event))
