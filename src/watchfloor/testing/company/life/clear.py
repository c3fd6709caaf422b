"""What still goes over the wire in the clear, and what a sensor says of it and of those who knock."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from watchfloor.testing.company.clock import MILLISECOND, SECOND
from watchfloor.testing.company.internet import anywhere
from watchfloor.testing.company.world import World, arrivals, every

_LISTS = (
    ("ctldl.windowsupdate.com", "/msdownload/update/v3/static/trustedr/en/disallowedcertstl.cab", "application/vnd.ms-cab-compressed", 7_200),
    ("ocsp.digicert.com", "/MFEwTzBNMEswSTAJBgUrDgMCGgUABBSAUQYBMq2awn1Rh6Doh%2FsBYgFV7g%3D%3D", "application/ocsp-response", 471),
    ("crl3.digicert.com", "/DigiCertGlobalRootG2.crl", "application/pkix-crl", 1_300),
    ("www.msftconnecttest.com", "/connecttest.txt", "text/plain", 22),
    ("au.download.windowsupdate.com", "/d/msdownload/update/software/defu/2026/09/am_delta_patch_1.437.cab", "application/octet-stream", 310_000),
)  # fmt: skip
"""Host, path, type and size of what Windows asks for without TLS."""
Cry = tuple[int, str, str, int, int]
"""Number, text, class, priority, and port of a signature."""


def windows_asks_in_the_clear(world: World, *, seconds: float) -> None:
    """Lists of certificates, and updates whose signature is checked later, come by the proxy without TLS."""
    random = world.chance("in the clear")
    places = {host: anywhere(random, "US", "hosting").address for host, *_ in _LISTS}
    proxy = world.server("proxy").address
    for person, day, start, end in world.shifts():
        if person.workstation is None:
            continue
        own = world.chance(f"in the clear:{person.account}:{day}")
        for at in every(own, start, end, seconds, 0.6):
            host, path, mime, size = own.choice(_LISTS)
            url = f"http://{host}{path}"
            world.products.resolver.query(at, person.workstation.address, host, millis=own.choice((0, 0, 24)))
            world.products.proxy.request(
                at + 90 * MILLISECOND,
                person.workstation.address,
                "",
                "GET",
                url,
                size=size,
                address=places[host],
                mime=mime,
            )
            name, seen, ids = path.rpartition("/")[2], at + 60 * MILLISECOND, world.products.ids
            if name.endswith(".cab"):
                digest = hashlib.sha256(name.encode()).hexdigest()
                magic = "Microsoft Cabinet archive data"
                ids.file(seen, proxy, places[host], host, path, name=name, magic=magic, size=size, sha256=digest)
            else:
                agent = "Microsoft-CryptoAPI/10.0"
                ids.http(seen, proxy, places[host], host, path, agent=agent, mime=mime, size=size)
            world.products.firewall.session(
                at + 4 * SECOND, proxy, places[host], 80, sent=640, received=size + 500, seconds=4
            )


def sensor_cries(world: World, *, a_day: float, cries: Sequence[Cry]) -> None:
    """Scanners and odd clients match signatures that say little."""
    random = world.chance("sensor")
    servers = {25: "mail", 22: "transfer", 443: "balancer", 5060: "portal"}
    for at in arrivals(random, world.week.start, world.week.end, a_day * world.week.days):
        number, text, category, severity, port = random.choice(cries)
        where = anywhere(random, random.choice(("US", "CN", "NL", "RU", "BR", "FR", "NZ")), "hosting", "home").address
        world.products.ids.alert(
            at, where, world.server(servers[port]).address, port, number=number, signature=text, category=category, severity=severity,
            proto="UDP" if port == 5060 else "TCP",
        )  # fmt: skip
