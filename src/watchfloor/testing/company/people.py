"""Who works in a company and with what."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine inside.

    Attributes:
        name: short host name.
        address: IPv4; of clients the one that they are leased at first.
        mac: lower case with colons.
        kind: windows, linux, phone, printer, appliance or guest.
        roles: as the inventory names them.
        criticality: as the inventory names it; empty for what it does not list.
    """

    name: str
    address: str
    mac: str
    kind: str
    roles: tuple[str, ...] = ()
    criticality: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account.

    Attributes:
        name: full name.
        account: short account name, the same in the domain, in mail and on the proxy.
        rid: last part of the account's SID.
        workstation: their Windows machine; None where there is none.
        phone: what reads mail beside it; None where there is none.
        department: what they do, in a word.
        home: number of the network at home, in `internet.NETWORKS`.
        place: which address of that network.
        begins: usual hour at which work begins; after noon for those who work into the night.
        admin: second account for administration; empty for most.
        site: where they work: `office` or another house of the company, `road` or `abroad` for those who come to none.
    """

    name: str
    account: str
    rid: int
    workstation: Machine | None
    phone: Machine | None
    department: str
    home: int
    place: int
    begins: float
    admin: str = ""
    site: str = "office"
