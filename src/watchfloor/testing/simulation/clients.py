"""Programs and devices with which people and strangers log in, as Entra's sign-in records name them.

All of it is drawn from chance of its own: log-ins, places and cases are the same with and without it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from watchfloor.testing.simulation.company import DAY, START, Company

PEOPLE_ROOM, DAY_ROOM, CASES_ROOM = 94, 11, 93
REGISTERED_LAPTOPS, REGISTERED_PHONES = 0.9, 0.4
"""Shares of people whose company laptop, and whose telephone, is joined to or registered in Entra."""
LAPTOPS = {
    "Edge on Windows": 0.44,
    "Chrome on Windows": 0.30,
    "Firefox on Windows": 0.06,
    "Chrome on macOS": 0.09,
    "Safari on macOS": 0.08,
    "Firefox on Linux": 0.015,
    "Chrome on Linux": 0.015,
}
"""The browser that somebody uses on the company's laptop, and its system."""
OFFICE, OFFICE_SHARE = {"Windows": "broker on Windows", "macOS": "mail program on macOS"}, 0.3
"""What else logs in from a laptop, and in which share of its log-ins."""
PHONES, PHONE_PROGRAMS = {"iOS": 0.45, "Android": 0.55}, 0.7
"""Systems of telephones, and the share of their log-ins that come from a program and not from the browser."""
PRIVATE = {"Safari on macOS": 0.5, "Chrome on Android tablets": 0.15, "Chrome on Windows": 0.35}
"""Private tablets and computers, never registered; a tablet of Apple calls itself a Mac."""
PRIVATE_OWNERS, PRIVATE_SHARE = 0.25, 0.04
"""Who has one, and in which share of log-ins from home it is used instead of the laptop."""
TUNNELS_ON_PHONE = 0.5
"""People whose commercial VPN is on the telephone; the others' is on the laptop."""
HIDDEN = 0.03
"""Log-ins from a registered device that do not name it: private windows, programs that do not ask the broker."""
LAG = 7
"""Days within which a browser is started anew and so updated."""
DESKS = 12
COMMON = {
    "Chrome on Windows": 0.5,
    "Edge on Windows": 0.2,
    "Chrome on macOS": 0.08,
    "Safari on macOS": 0.07,
    "Firefox on Linux": 0.1,
    "Chrome on Linux": 0.05,
}
"""Strangers' own browsers."""
SCRIPTS = {"axios": 0.5, "python-requests": 0.3, "Go": 0.2}
THIEVES = {"victim's": 0.4, "common": 0.4, "script": 0.2}
"""Whose program a stranger shows who has got in: the victim's relayed or copied, a browser of his own, a script."""
GUESSES_BY_SCRIPT = 0.7
"""Failed attempts of strangers that come from scripts; the others show a common browser."""
RELEASES = {"Chrome": (153, 1, 14), "Edge": (153, 3, 28), "Firefox": (155, 8, 28), "Safari": (27, 7, 365)}
"""Browser -> version that comes out on a day of the simulation, that day, and the days from one version to the next."""


@dataclass(frozen=True, slots=True)
class Client:
    """What a record says of device and program, in the words of Entra; empty where it says nothing.

    Source: https://learn.microsoft.com/en-us/graph/api/resources/devicedetail
    """

    device: str = ""
    system: str = ""
    program: str = ""
    agent: str = ""


NOTHING = Client()


@dataclass(frozen=True, slots=True)
class _Program:
    """How a program is named, with a place for the version, and whether it can name a registered device."""

    system: str
    name: str
    agent: str
    release: str = ""
    tells: bool = False


_WINDOWS, _MAC, _LINUX = "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64"
_ANDROID, _IPHONE = "Linux; Android 10; K", "iPhone; CPU iPhone OS 18_7 like Mac OS X"


def _chromium(platform: str, mobile: str = "") -> str:
    return f"Mozilla/5.0 ({platform}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{{0}}.0.0.0{mobile} Safari/537.36"


def _webkit(platform: str, rest: str) -> str:
    return f"Mozilla/5.0 ({platform}) AppleWebKit/605.1.15 (KHTML, like Gecko) {rest}"


def _gecko(platform: str) -> str:
    return f"Mozilla/5.0 ({platform}; rv:{{0}}.0) Gecko/20100101 Firefox/{{0}}.0"


_EDGE = f"{_chromium(_WINDOWS)} Edg/{{0}}.0.0.0"
_MAC_SAFARI = _webkit(_MAC, "Version/{0}.0 Safari/605.1.15")
_IPHONE_SAFARI = _webkit(_IPHONE, "Version/{0}.0 Mobile/15E148 Safari/604.1")
_ANDROID_VIEW = (
    _chromium("Linux; Android 16; wv", " Mobile").replace("Chrome/", "Version/4.0 Chrome/") + " PKeyAuth/1.0"
)
_PROGRAMS = {
    "Edge on Windows": _Program("Windows 10", "Edge {0}.0.0", _EDGE, "Edge", tells=True),
    "Chrome on Windows": _Program("Windows 10", "Chrome {0}.0.0", _chromium(_WINDOWS), "Chrome", tells=True),
    "Firefox on Windows": _Program("Windows 10", "Firefox {0}.0", _gecko(_WINDOWS), "Firefox"),
    "Chrome on macOS": _Program("MacOs", "Chrome {0}.0.0", _chromium(_MAC), "Chrome", tells=True),
    "Safari on macOS": _Program("MacOs", "Safari {0}.0", _MAC_SAFARI, "Safari", tells=True),
    "Firefox on Linux": _Program("Linux", "Firefox {0}.0", _gecko(_LINUX), "Firefox"),
    "Chrome on Linux": _Program("Linux", "Chrome {0}.0.0", _chromium(_LINUX), "Chrome"),
    "broker on Windows": _Program("Windows", "", "Windows-AzureAD-Authentication-Provider/1.0", tells=True),
    "mail program on macOS": _Program("MacOs", "Rich Client 4.54.1.0", ""),
    "Chrome on Android": _Program(
        "Android", "Chrome Mobile {0}.0.0", _chromium(_ANDROID, " Mobile"), "Chrome", tells=True
    ),
    "Chrome on Android tablets": _Program("Android", "Chrome {0}.0.0", _chromium(_ANDROID), "Chrome"),
    "program on Android": _Program("Android", "Chrome Mobile WebView {0}.0.0", _ANDROID_VIEW, "Chrome", tells=True),
    "Safari on iOS": _Program("Ios 18.7", "Mobile Safari {0}.0", _IPHONE_SAFARI, "Safari", tells=True),
    "program on iOS": _Program("Ios 18.7", "", _webkit(_IPHONE, "Mobile/15E148"), tells=True),
    "axios": _Program("", "axios 1.8.4", "axios/1.8.4"),
    "python-requests": _Program("", "Python Requests 2.32", "python-requests/2.32.3"),
    "Go": _Program("", "Go-http-client 2.0", "Go-http-client/2.0"),
}
_BROWSERS = {"iOS": "Safari on iOS", "Android": "Chrome on Android"}


class Clients:
    """People's devices, the same on all days, and what is used of them for one log-in after the other."""

    def __init__(self, company: Company, rng: np.random.Generator) -> None:
        """Draw the devices of the company, and later what is used from `rng`."""
        own, count = company.rng(0, PEOPLE_ROOM), len(company.names)
        self._rng = rng
        self._laptop = _drawn(own, LAPTOPS, count)
        self._laptop_id = _identities(own, count, REGISTERED_LAPTOPS)
        self._phone = _drawn(own, PHONES, count)
        self._phone_id = _identities(own, count, REGISTERED_PHONES)
        self._private = _drawn(own, PRIVATE, count)
        self._has_private = own.random(count) < PRIVATE_OWNERS
        self._on_phone = own.random(count) < TUNNELS_ON_PHONE
        self._lag = own.integers(0, LAG, count)
        self._desk_id = _identities(own, DESKS, 1.0)

    def laptop(self, person: int, at: int) -> Client:
        """The company's laptop, at work or through its VPN: the browser or what else logs in."""
        browser = self._laptop[person]
        other = OFFICE.get(browser.rpartition(" ")[2], browser)
        used = other if self._rng.random() < OFFICE_SHARE else browser
        return self._shown(used, at, self._laptop_id[person], int(self._lag[person]))

    def at_home(self, person: int, at: int) -> Client:
        """The laptop, or now and then a private computer or tablet."""
        if self._has_private[person] and self._rng.random() < PRIVATE_SHARE:
            return self._shown(self._private[person], at, lag=int(self._lag[person]))
        return self.laptop(person, at)

    def phone(self, person: int, at: int) -> Client:
        """The telephone, a program or its browser."""
        system = self._phone[person]
        used = f"program on {system}" if self._rng.random() < PHONE_PROGRAMS else _BROWSERS[system]
        return self._shown(used, at, self._phone_id[person], int(self._lag[person]))

    def tunnelled(self, person: int, at: int) -> Client:
        """The device on which somebody has a commercial VPN, with the identity that it always has."""
        return self.phone(person, at) if self._on_phone[person] else self.laptop(person, at)

    def desk(self, number: int, at: int) -> Client:
        """One of the computers at which several people use one account."""
        return self._shown("Edge on Windows", at, self._desk_id[number])

    def service(self, at: int) -> Client:
        """A program with an account of its own."""
        return self._shown("python-requests", at)

    def guess(self, at: int) -> Client:
        """A stranger who tries passwords."""
        return self._script(at) if self._rng.random() < GUESSES_BY_SCRIPT else self._common(at)

    def thief(self, person: int, at: int) -> Client:
        """A stranger who has got in; he never has the victim's device."""
        kind = _drawn(self._rng, THIEVES, 1)[0]
        if kind == "victim's":
            return self._shown(self._laptop[person], at, lag=int(self._lag[person]))
        return self._common(at) if kind == "common" else self._script(at)

    def _common(self, at: int) -> Client:
        return self._shown(_drawn(self._rng, COMMON, 1)[0], at)

    def _script(self, at: int) -> Client:
        return self._shown(_drawn(self._rng, SCRIPTS, 1)[0], at)

    def _shown(self, name: str, at: int, device: str = "", lag: int = 0) -> Client:
        program = _PROGRAMS[name]
        told = device if program.tells and self._rng.random() >= HIDDEN else ""
        version = released(program.release, (at - START) // DAY - lag) if program.release else 0
        return Client(told, program.system, program.name.format(version), program.agent.format(version))


def released(browser: str, day: int) -> int:
    """The newest version of a browser on a day of the simulation, which may be before its first."""
    version, since, every = RELEASES[browser]
    return version + (day - since) // every


def _drawn(rng: np.random.Generator, shares: Mapping[str, float], count: int) -> list[str]:
    return [str(each) for each in rng.choice(list(shares), count, p=list(shares.values()))]


def _identities(rng: np.random.Generator, count: int, share: float) -> list[str]:
    """Identities of the devices that are registered; empty for the others."""
    registered = rng.random(count) < share
    return [str(uuid.UUID(bytes=rng.bytes(16), version=4)) if each else "" for each in registered]
