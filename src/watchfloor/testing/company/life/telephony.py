"""Telephones over the network: they register, are configured, and people call."""

from __future__ import annotations

from watchfloor.testing.company.clock import SECOND
from watchfloor.testing.company.internet import anywhere
from watchfloor.testing.company.world import World, arrivals, every


def telephones_register(world: World, *, seconds: float) -> None:
    """Each registers at the exchange at a pace, and fetches what is new of its configuration at night."""
    exchange = world.server("telephony").address
    for machine in world.machines:
        if machine.kind == "telephone":
            own = world.chance(f"telephone:{machine.name}")
            for at in every(own, world.week.start, world.week.end, seconds, 0.03):
                world.products.firewall.session(
                    at, machine.address, exchange, 5060, udp=True, sent=1_300, received=1_100, seconds=120
                )
            for day in range(world.week.days):
                at = world.week.at(day, "03:30") + own.randrange(1200) * SECOND
                world.products.dhcp.leased(at, machine, 86_400)
                world.products.firewall.session(
                    at + SECOND, machine.address, exchange, 443, sent=1_900, received=24_000, seconds=2
                )


def calls(world: World, *, a_day: float) -> None:
    """Calls go by the exchange to a provider: signalling, and voice for as long as somebody talks."""
    random, exchange = world.chance("calls"), world.server("telephony").address
    provider = anywhere(random, world.names.local.hosting, "hosting").address
    telephones = [each for each in world.machines if each.kind == "telephone"]
    for at in every(random, world.week.start, world.week.end, 60, 0.01):
        world.products.firewall.session(at, exchange, provider, 5060, udp=True, sent=460, received=420, seconds=30)
    for day in world.week.workdays():
        for at in arrivals(random, world.week.hour(day, 7.5), world.week.hour(day, 18), a_day):
            machine, seconds = random.choice(telephones), int(random.lognormvariate(4.6, 0.9)) + 5
            port = random.randrange(10_000, 20_000)
            voice = seconds * 8_600
            end = at + seconds * SECOND
            world.products.firewall.session(
                end, machine.address, exchange, port, udp=True, sent=voice, received=voice, seconds=seconds
            )
            world.products.firewall.session(
                end + SECOND, exchange, provider, port + 2, udp=True, sent=voice, received=voice, seconds=seconds
            )
