"""Who asks for addresses in a month, and when: laptops, phones, visitors, printers, and who does not ask."""

from __future__ import annotations

import random

from watchfloor.testing.simulation.dhcp_lines import DAY, HOUR, SECOND, Client
from watchfloor.testing.simulation.dhcp_pool import Device

MINUTE = 60 * SECOND
PRESENT = 0.6
"""How often somebody is in the office on a day of work; the rest of them works at home."""
NAMED_PHONE = 0.4
"""How often a phone sends a name; many do not."""
WITHOUT_HARDWARE = 0.2
"""Share of DHCPv6 identifiers that hold no hardware address (RFC 6355)."""
_VENDORS = ("3c:52:82", "a4:bb:6d", "f8:e4:3b", "00:1b:21", "8c:16:45")
_EPOCH_WEEKDAY = 3
"""1 January 1970 was a Thursday; 0 is Monday."""


def people(rng: random.Random, count: int, begin: int, days: int) -> list[Device]:
    """Laptops: one MAC address and name each, in the office on days of work, closed over lunch at times."""
    found = []
    for number in range(count):
        vendor = rng.choice(_VENDORS)
        mac = f"{vendor}:{_bytes(rng, 3)}"
        sessions: list[tuple[int, int]] = []
        for day in _workdays(begin, days):
            if rng.random() < PRESENT:
                on = day + int(rng.gauss(8.5, 0.7) * HOUR)
                off = on + int(rng.gauss(8.5, 1.0) * HOUR)
                sessions += [(on, on + 3 * HOUR), (on + 3 * HOUR + 45 * MINUTE, off)] if rng.random() < 0.3 else []
                sessions += [(on, off)] if not sessions or sessions[-1][1] < on else []
        client = Client(mac, f"lt-{number:04}", _duid(rng, mac))
        found.append(Device([client] * len(sessions), sessions, polite=0.1))
    return found


def phones(rng: random.Random, count: int, begin: int, days: int) -> list[Device]:
    """Phones: a random MAC address for each day, a name where they send one; they never say good-bye."""
    found = []
    for number in range(count):
        name = f"phone-{number:04}" if rng.random() < NAMED_PHONE else ""
        sessions = []
        for day in _workdays(begin, days):
            if rng.random() < PRESENT:
                on = day + int(rng.gauss(8.6, 0.8) * HOUR)
                sessions.append((on, on + int(rng.uniform(4, 9.5) * HOUR)))
        macs = [_random_mac(rng) for _ in sessions]
        found.append(Device([Client(mac, name, _duid(rng, mac)) for mac in macs], sessions, polite=0.0))
    return found


def visitors(rng: random.Random, a_day: int, begin: int, days: int) -> list[Device]:
    """Guests, who come once for some hours."""
    found = []
    for day in _workdays(begin, days):
        for _ in range(rng.randint(a_day // 2, a_day * 3 // 2)):
            on = day + int(rng.triangular(7.5, 18, 10) * HOUR)
            mac = _random_mac(rng) if rng.random() < 0.7 else f"{rng.choice(_VENDORS)}:{_bytes(rng, 3)}"
            name = f"guest-{rng.getrandbits(24):06x}" if rng.random() < 0.6 else ""
            session = (on, on + int(rng.uniform(0.3, 4) * HOUR))
            found.append(Device([Client(mac, name, _duid(rng, mac))], [session], polite=0.2))
    return found


def reserved(rng: random.Random, name: str, begin: int, end: int) -> Device:
    """A printer or the like, that always gets the same address."""
    mac = f"{rng.choice(_VENDORS)}:{_bytes(rng, 3)}"
    return Device([Client(mac, name, _duid(rng, mac))], [(begin, end + DAY)], polite=0.0)


def squats(rng: random.Random, count: int, begin: int, days: int) -> list[tuple[int, int]]:
    """When devices are there whose addresses were set by hand to one that the server gives to others."""
    found = []
    for _ in range(count):
        on = begin + int(rng.uniform(0, days) * DAY)
        found.append((on, on + int(rng.uniform(2, 30) * HOUR)))
    return found


def _workdays(begin: int, days: int) -> list[int]:
    return [begin + day * DAY for day in range(days) if (begin // DAY + day + _EPOCH_WEEKDAY) % 7 < 5]


def _bytes(rng: random.Random, count: int) -> str:
    return ":".join(f"{rng.getrandbits(8):02x}" for _ in range(count))


def _random_mac(rng: random.Random) -> str:
    """A MAC address that is marked as of local significance, as phones make them up."""
    return f"{rng.getrandbits(8) & 0xFC | 0x02:02x}:{_bytes(rng, 5)}"


def _duid(rng: random.Random, mac: str) -> str:
    """https://www.rfc-editor.org/rfc/rfc8415#section-11.2 (by hardware and time) or a UUID."""
    if rng.random() < WITHOUT_HARDWARE:
        return f"00:04:{_bytes(rng, 16)}"
    return f"00:01:00:01:{_bytes(rng, 4)}:{mac}"
