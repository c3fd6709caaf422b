"""Sysmon 15: https://learn.microsoft.com/sysinternals/downloads/sysmon."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from random import Random

from watchfloor.testing.company.clock import Clock
from watchfloor.testing.company.products.windows_events import SYSMON, Collector

_UTC = Clock("UTC")
_OF_SYSTEM = "0x3e7"
"""Log-on of the machine itself."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program as its file describes itself.

    Attributes:
        image: full path.
        description: of its version resource; `?` where it has none.
        company: who made it.
        original: its original file name.
    """

    image: str
    description: str = "?"
    company: str = "?"
    original: str = "?"


@dataclass(frozen=True, slots=True)
class Process:
    """A running program.

    Attributes:
        logon: id of the log-on that it belongs to.
    """

    guid: str
    pid: int
    program: Program
    command: str
    user: str
    logon: str = _OF_SYSTEM


class Sysmon:
    """What Sysmon says of the machines of one domain."""

    def __init__(self, collector: Collector, chance: Random) -> None:
        """Write through this."""
        self._collector, self._chance = collector, chance
        self._hashes: dict[str, str] = {}

    def _guid(self) -> str:
        text = f"{self._chance.getrandbits(64):016x}"
        return f"{{a1b2c3d4-{text[:4]}-65f0-{text[4:8]}-{text[8:]}1700}}"

    def hashes(self, image: str) -> str:
        """The hashes of a program, the same for the same path."""
        if image not in self._hashes:
            digest = hashlib.sha512(image.encode()).hexdigest().upper()
            self._hashes[image] = f"MD5={digest[:32]},SHA256={digest[32:96]},IMPHASH={digest[96:]}"
        return self._hashes[image]

    def running(self, program: Program, user: str, command: str = "") -> Process:
        """A process that was started before the week or by something that is not logged."""
        return Process(self._guid(), 1000 + 4 * self._chance.randrange(3000), program, command or program.image, user)

    def started(
        self,
        at: int,
        host: str,
        parent: Process,
        program: Program,
        command: str,
        *,
        user: str,
        logon: str = "",
        folder: str = "C:\\Windows\\System32\\",
        integrity: str = "Medium",
    ) -> Process:
        """1: a process; it belongs to the log-on of its parent where that is the same user's, unless one is given."""
        logon = logon or (parent.logon if parent.user == user else _OF_SYSTEM)
        process = Process(self._guid(), 1000 + 4 * self._chance.randrange(4000), program, command, user, logon)
        data = {
            "RuleName": "-",
            "UtcTime": self._utc(at),
            "ProcessGuid": process.guid,
            "ProcessId": str(process.pid),
            "Image": program.image,
            "FileVersion": "-" if program.company == "?" else "10.0.22621.1",
            "Description": program.description,
            "Product": program.description,
            "Company": program.company,
            "OriginalFileName": program.original,
            "CommandLine": command,
            "CurrentDirectory": folder,
            "User": user,
            "LogonGuid": f"{{a1b2c3d4-0001-65f0-{int(logon, 16):012x}0000}}",
            "LogonId": logon,
            "TerminalSessionId": "0" if integrity == "System" else "1",
            "IntegrityLevel": integrity,
            "Hashes": self.hashes(program.image),
            "ParentProcessGuid": parent.guid,
            "ParentProcessId": str(parent.pid),
            "ParentImage": parent.program.image,
            "ParentCommandLine": parent.command,
            "ParentUser": parent.user,
        }
        self._event(at, host, 1, "Process Create (rule: ProcessCreate)", "Process Create:", data)
        return process

    def connected(
        self, at: int, host: str, process: Process, source: str, target: str, port: int, *, udp: bool = False
    ) -> None:
        """3: a connection that it opened."""
        data = {
            "RuleName": "-", "UtcTime": self._utc(at), **_of(process), "User": process.user,
            "Protocol": "udp" if udp else "tcp", "Initiated": "true", "SourceIsIpv6": "false", "SourceIp": source,
            "SourceHostname": f"{host.upper()}.{self._collector.domain}",
            "SourcePort": str(self._chance.randrange(49152, 65535)), "SourcePortName": "-",
            "DestinationIsIpv6": "false", "DestinationIp": target, "DestinationHostname": "-",
            "DestinationPort": str(port), "DestinationPortName": {443: "https", 80: "http", 445: "microsoft-ds"}.get(port, "-"),
        }  # fmt: skip
        text = "Network connection detected:"
        self._event(at, host, 3, "Network connection detected (rule: NetworkConnect)", text, data)

    def asked(self, at: int, host: str, process: Process, name: str, address: str) -> None:
        """22: a name that it looked up; no address where there is none."""
        data = {
            "RuleName": "-", "UtcTime": self._utc(at), "ProcessGuid": process.guid, "ProcessId": str(process.pid),
            "QueryName": name, "QueryStatus": "0" if address else "9003",
            "QueryResults": f"::ffff:{address};" if address else "-", "Image": process.program.image, "User": process.user,
        }  # fmt: skip
        self._event(at, host, 22, "Dns query (rule: DnsQuery)", "Dns query:", data)

    def wrote(self, at: int, host: str, process: Process, path: str) -> None:
        """11: a file that it made."""
        data = {
            "RuleName": "-", "UtcTime": self._utc(at), **_of(process), "TargetFilename": path,
            "CreationUtcTime": self._utc(at), "User": process.user,
        }  # fmt: skip
        self._event(at, host, 11, "File created (rule: FileCreate)", "File created:", data)

    def set_value(self, at: int, host: str, process: Process, key: str, value: str) -> None:
        """13: a value of the registry that it set."""
        data = {
            "RuleName": "-", "EventType": "SetValue", "UtcTime": self._utc(at), **_of(process), "TargetObject": key,
            "Details": value, "User": process.user,
        }  # fmt: skip
        self._event(at, host, 13, "Registry value set (rule: RegistryEvent)", "Registry value set:", data)

    def subscribed(self, at: int, host: str, user: str, name: str, query: str, command: str) -> None:
        """19, 20 and 21: WMI is told to run a command whenever a query finds something."""
        parts = (
            (19, "WmiFilter", {"EventNamespace": ' "root\\\\cimv2"', "Name": f' "{name}"', "Query": f' "{query}"'}),
            (20, "WmiConsumer", {"Name": f' "{name}"', "Type": "Command Line", "Destination": f' "{command}"'}),
            (21, "WmiBinding", {
                "Consumer": f' "CommandLineEventConsumer.Name=\\"{name}\\""', "Filter": f' "__EventFilter.Name=\\"{name}\\""',
            }),
        )  # fmt: skip
        for step, (number, kind, own) in enumerate(parts):
            moment = at + step * 300_000
            data = {
                "RuleName": "-", "EventType": f"{kind}Event", "UtcTime": self._utc(moment), "Operation": "Created",
                "User": user, **own,
            }  # fmt: skip
            text = f"{kind}Event activity detected"
            self._event(moment, host, number, f"{text} (rule: WmiEvent)", f"{text}:", data)

    def accessed(self, at: int, host: str, process: Process, target: Process, rights: str, trace: str) -> None:
        """10: a process that it opened."""
        data = {
            "RuleName": "-", "UtcTime": self._utc(at), "SourceProcessGUID": process.guid,
            "SourceProcessId": str(process.pid), "SourceThreadId": str(process.pid + 4),
            "SourceImage": process.program.image, "TargetProcessGUID": target.guid,
            "TargetProcessId": str(target.pid), "TargetImage": target.program.image, "GrantedAccess": rights,
            "CallTrace": trace, "SourceUser": process.user, "TargetUser": target.user,
        }  # fmt: skip
        self._event(at, host, 10, "Process accessed (rule: ProcessAccess)", "Process accessed:", data)

    def _utc(self, at: int) -> str:
        return _UTC.millis(at)

    def _event(self, at: int, host: str, number: int, task: str, text: str, data: dict[str, str]) -> None:
        self._collector.event(
            at, host, SYSMON, number, (number, task), text, data, version=3 if number in {19, 20, 21} else 5
        )


def _of(process: Process) -> dict[str, str]:
    return {"ProcessGuid": process.guid, "ProcessId": str(process.pid), "Image": process.program.image}
