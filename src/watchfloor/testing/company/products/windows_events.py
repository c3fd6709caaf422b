"""Windows events before a collector gives them a form: where they come from, and what every collector is handed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Kind:
    """A provider's channel.

    Attributes:
        source: provider.
        guid: of the provider.
        channel: where its events go.
    """

    source: str
    guid: str
    channel: str


SECURITY = Kind("Microsoft-Windows-Security-Auditing", "{54849625-5478-4994-A5BA-3E3B0328C30D}", "Security")
SERVICES = Kind("Service Control Manager", "{555908D1-A6D7-4695-8E1E-26931D2012F4}", "System")
POWERSHELL = Kind(
    "Microsoft-Windows-PowerShell", "{A0C1853B-5C40-4B15-8766-3CF1C58F985A}", "Microsoft-Windows-PowerShell/Operational"
)
SYSMON = Kind(
    "Microsoft-Windows-Sysmon", "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}", "Microsoft-Windows-Sysmon/Operational"
)


class Collector(Protocol):
    """Gives the events of the Windows machines of one domain a form, and keeps them."""

    @property
    def domain(self) -> str:
        """The domain's name in DNS."""

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
        """An event; `task` is its number and name, `data` its own fields in order, `failed` audit or a warning else."""  # fmt: skip
