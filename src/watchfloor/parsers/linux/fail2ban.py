"""fail2ban's log: addresses that were found, banned and unbanned, by jail."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.linux._log import ENDED, STARTED
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_TIME = r"(?:(?P<_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) )?"
_HEAD = (
    rf"{_TIME}(?:fail2ban\.(?P<log.logger>\w+)(?:\.\w+)*\s*)?(?:\[(?P<process.pid>\d+)\]:? ?)?(?:: )?\s*"
    r"(?P<log.level>HEAVY|TRACE|DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL)\s+"
)
_JAIL = r"\[(?P<rule.name>[^\]]*)\] "
_ADDRESS = r"(?P<source.address>[0-9A-Fa-f.:]+)(?:/\d+)?"
_BAN: Fields = {"event.category": ["intrusion_detection"], "event.type": ["denied"]}
_SHAPES: tuple[tuple[str, Fields], ...] = (
    (
        rf"{_JAIL}Found {_ADDRESS}(?: - .*)?\s*$",
        {"event.category": ["intrusion_detection"], "event.type": ["info"], "event.action": "found"},
    ),
    (rf"{_JAIL}(?:Restore )?Ban {_ADDRESS}\s*$", {**_BAN, "event.action": "ban"}),
    (
        rf"{_JAIL}(?:Restore )?Unban {_ADDRESS}\s*$",
        {"event.category": ["intrusion_detection"], "event.type": ["allowed"], "event.action": "unban"},
    ),
    (
        rf"{_JAIL}{_ADDRESS} (?P<event.reason>already banned)\s*$",
        {"event.category": ["intrusion_detection"], "event.type": ["info"], "event.action": "already-banned"},
    ),
    (
        rf"{_JAIL}Ignore {_ADDRESS}(?: by (?P<event.reason>.*?))?\s*$",
        {"event.category": ["intrusion_detection"], "event.type": ["info"], "event.action": "ignore"},
    ),
    (rf"{_JAIL}(?P<event.reason>.*?)\s*$", {"event.category": ["intrusion_detection"], "event.type": ["info"]}),
    (r"(?P<event.reason>Jail '(?P<rule.name>[^']*)' started)\s*$", {**STARTED, "event.action": "jail-started"}),
    (r"(?P<event.reason>Jail '(?P<rule.name>[^']*)' stopped)\s*$", {**ENDED, "event.action": "jail-stopped"}),
    (r"(?P<event.reason>Starting Fail2ban.*)$", STARTED),
    (r"(?P<event.reason>(?:Exiting Fail2ban|Shutdown in progress).*)$", ENDED),
    (r"(?P<event.reason>.*?)\s*$", {"event.category": ["process"], "event.type": ["info"]}),
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses as IP."""
    return split_address(frame, "source")


PARSER = LineParser(
    reference="https://github.com/fail2ban/fail2ban/blob/master/fail2ban/server/actions.py",
    patterns=tuple(Pattern(f"^{_HEAD}(?P<message>{regex})", fields) for regex, fields in _SHAPES),
    times=("%Y-%m-%d %H:%M:%S,%3f",),
    sieve=(
        r"^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} )?(?:fail2ban\.\w+(?:\.\w+)*\s*(?:\[\d+\]:? ?)?(?:: )?\s*[A-Z]+\s"
        r"|(?:\[\d+\]: )?(?:INFO|NOTICE|WARNING)\s+\[[\w.-]+\] (?:Found|Ban|Unban|Restore|Ignore|Increase|"
        r"\S+ already) )"
    ),
    finish=_finish,
)
