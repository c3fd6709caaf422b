"""What somebody logs in with, as far as records say: a device with a name of its own, else a kind of program.

Who logs in chooses what the program says of itself, so texts become one word of a short list each: whatever somebody
sends, an account has no more programs than the lists have pairs.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

LONGEST = 512
"""Characters of a text that are read: a browser's `User-Agent` has about 130, its own name towards the end."""
LONGEST_DEVICE = 100
"""Characters of a device's id: a UUID has 36, a digest 64. What is longer could not be told apart by its beginning."""

SYSTEMS = {
    "ios": r"\bios|iphone|ipad|ipod",
    "android": r"android",
    "chromeos": r"\bcros\b|chrome ?os|chromium ?os",
    "windows": r"windows",
    "macos": r"mac ?os|macintosh|darwin|\bos x\b",
    "linux": r"linux|x11|ubuntu|fedora|debian",
}
"""Word for a system -> what its names have in them; the first that fits."""
PHONES = ("ios", "android")
"""Words for the systems of telephones."""
BROWSERS = {
    "script": r"python|curl|wget|go-http|axios|okhttp|node|java/|powershell|httpclient|aiohttp|ruby|perl|headless",
    "edge": r"\bedg(?:e|a|ios)?\b",
    "opera": r"\bopr\b|opera",
    "samsung": r"samsung",
    "firefox": r"firefox|fxios",
    "chrome": r"chrom|crios",
    "ie": r"\bie\b|msie|trident|internet explorer",
    "client": r"rich client|outlook|mail|teams|office",
    "safari": r"safari",
}
"""Word for a family of programs -> what their names have in them; the first that fits.

Browsers name those that they are like as well (https://www.rfc-editor.org/rfc/rfc9110#name-user-agent).
"""
OTHER = "other"
"""Word for all other names."""
_UNSAID = frozenset(("", "unknown", "-", "n/a"))
_NO_DEVICE = re.compile(r"[0-]*")


_SYSTEMS = tuple((word, re.compile(expression)) for word, expression in SYSTEMS.items())
_BROWSERS = tuple((word, re.compile(expression)) for word, expression in BROWSERS.items())


class Client(NamedTuple):
    """A system and a family of programs; one of the words may be empty.

    Whether the device has a name is no part of it: private windows and many programs never name it.
    """

    system: str
    browser: str

    @property
    def text(self) -> str:
        """For people."""
        return " ".join(filter(None, (self.browser, self.system and f"on {self.system}")))


def system(text: str) -> str:
    """The word for a system's name; empty where there is none."""
    return _word(text[:LONGEST].lower(), _SYSTEMS)


def browser(text: str) -> str:
    """The word for a program's name, with its version or without; empty where there is none."""
    return _word(text[:LONGEST].lower(), _BROWSERS)


def agent(text: str) -> str:
    """Both words for a `User-Agent`; empty where there is none."""
    return f"{system(text)} {browser(text)}".strip()


def device(text: str) -> str:
    """The device's id; empty for those of which nothing can be said: none, all zeros, or too long."""
    return "" if len(text) > LONGEST_DEVICE or _NO_DEVICE.fullmatch(text) else text


PROGRAM: Mapping[str, Callable[[str], str]] = {
    "user_agent.os.name": system,
    "user_agent.name": browser,
    "user_agent.original": agent,
}
"""Fields of records that say the program -> what is kept of their texts."""


def client(system: str, browser: str, agent: str) -> Client | None:
    """What somebody logged in with, from what the functions of this file made of a record; None where it is silent.

    Args:
        system: the system.
        browser: the program.
        agent: both by the `User-Agent`, which fills what the others leave out.
    """
    if not (system or browser or agent):
        return None
    by_agent = agent.partition(" ")
    return Client(system or by_agent[0], browser or by_agent[2])


# One batch after the other has the same programs.
@functools.lru_cache(maxsize=10_000)
def _word(text: str, names: tuple[tuple[str, re.Pattern[str]], ...]) -> str:
    if text.strip() in _UNSAID:
        return ""
    return next((word for word, expression in names if expression.search(text)), OTHER)
