"""Services of Windows Server that write files of their own: the debug log of DNS and the audit log of DHCP.

References: https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/cc776361(v=ws.10),
https://learn.microsoft.com/windows-server/networking/technologies/dhcp/dhcp-top (columns as the file's own head names them).
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from watchfloor.testing.company.clock import MILLISECOND
from watchfloor.testing.company.logs import Log
from watchfloor.testing.company.people import Machine

_CODES = {"NOERROR": 0, "SERVFAIL": 2, "NXDOMAIN": 3, "REFUSED": 5}
DHCP_HEADER = (
    "\t\tMicrosoft DHCP Service Activity Log",
    "",
    "",
    "Event ID  Meaning",
    "00\tThe log was started.",
    "10\tA new IP address was leased to a client.",
    "11\tA lease was renewed by a client.",
    "12\tA lease was released by a client.",
    "30\tDNS update request to the named DNS server",
    "32\tDNS update successful",
    "",
    (
        "ID,Date,Time,Description,IP Address,Host Name,MAC Address,User Name, TransactionID, QResult,Probationtime, "
        "CorrelationID,Dhcid,VendorClass(Hex),VendorClass(ASCII),UserClass(Hex),UserClass(ASCII),RelayAgentInformation,DnsRegError."
    ),
)


class WindowsDns:
    """DNS servers whose debug logs have packets in and out, both of queries, in the notation of the United States."""

    def __init__(self, log_of: Callable[[str], Log], chance: Random) -> None:
        """Write what a client asks into the log that `log_of` gives for its address."""
        self._log_of, self._chance = log_of, chance

    def query(
        self,
        at: int,
        client: str,
        name: str,
        kind: str = "A",
        *,
        code: str = "NOERROR",
        size: int = 64,
        millis: int = 0,
    ) -> None:
        """A question and its answer."""
        del size  # not in this log
        labels = "".join(f"({len(each)}){each}" for each in name.split(".")) + "(0)"
        packet, number = f"{self._chance.getrandbits(40):016X}", f"{self._chance.getrandbits(16):04x}"
        asked, flags = f"[0001   D   NOERROR] {kind:<6} {labels}", f"{0x8180 | _CODES[code]:04x}"
        answered = f"[{flags[2:]}{flags[:2]}   DR {code:>8}] {kind:<6} {labels}"
        self._line(client, at, f"PACKET  {packet} UDP Rcv {client:<15} {number}   Q {asked}")
        self._line(client, at + millis * MILLISECOND, f"PACKET  {packet} UDP Snd {client:<15} {number} R Q {answered}")

    def _line(self, client: str, at: int, text: str) -> None:
        log = self._log_of(client)
        day, time = log.clock.plain(at).split(" ")
        (year, month, date), (hour, minutes) = day.split("-"), time.split(":", 1)
        half, shown = ("PM" if int(hour) >= 12 else "AM"), int(hour) % 12 or 12
        log.add(at, f"{int(month)}/{int(date)}/{year} {shown}:{minutes} {half} 0E5C {text}")


class WindowsDhcp:
    """A DHCP server that also registers names."""

    def __init__(self, log: Log, chance: Random, *, domain: str) -> None:
        """Write into this log; clients are of this domain of DNS."""
        self._log, self._chance, self._domain = log, chance, domain

    def leased(self, at: int, machine: Machine, seconds: int, *, offered: bool = False) -> None:
        """A lease given or, without an offer before it, renewed."""
        del seconds  # not in this log
        self._line(at, 10 if offered else 11, "Assign" if offered else "Renew", machine)
        if offered and machine.kind == "windows":
            for number, text in ((30, "DNS Update Request"), (32, "DNS Update Successful")):
                self._line(at + (number - 29) * 20 * MILLISECOND, number, text, machine, client=False)

    def released(self, at: int, machine: Machine) -> None:
        """A lease given back."""
        self._line(at, 12, "Release", machine)

    def _line(self, at: int, number: int, text: str, machine: Machine, *, client: bool = True) -> None:
        day, time = self._log.clock.plain(at).split(" ")
        year, month, date = day.split("-")
        windows = machine.kind == "windows"
        name = f"{machine.name}.{self._domain}" if windows else machine.name
        mac = machine.mac.replace(":", "").upper() if client else ""
        vendor = ("0x4D53465420352E30", "MSFT 5.0") if windows and client else ("", "")
        exchange = self._chance.getrandbits(32) if client else 0
        address = machine.address if client else ".".join(reversed(machine.address.split(".")))
        fields = (number, f"{month}/{date}/{year[2:]}", time, text, address, name, mac, "", exchange, 0, "", "", "", *vendor, "", "", "", 0)  # fmt: skip
        self._log.add(at, ",".join(f"{each:02}" if each is number else str(each) for each in fields))
