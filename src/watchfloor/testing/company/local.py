"""What is called otherwise in another country or another trade."""

from __future__ import annotations

from dataclasses import dataclass

from watchfloor.testing.company.products.sysmon import Program


@dataclass(frozen=True, slots=True)
class Local:
    """What more than one matter of life needs of the country and the trade.

    Attributes:
        city: where the office is.
        hosting: country in whose data centres others mostly have their servers.
        freemail: domains at which people have mail of their own.
        folders: of the file server.
        programs: what people start.
        proxy_port: of the proxy.
        vpn_port: of the VPN.
        vpn_udp: whether it runs over UDP.
    """

    city: str
    hosting: str
    freemail: tuple[str, ...]
    folders: tuple[str, ...]
    programs: tuple[Program, ...]
    proxy_port: int
    vpn_port: int
    vpn_udp: bool
