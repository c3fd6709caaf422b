"""Maintenance windows: whose alerts, where and when, are part of announced work."""

from __future__ import annotations

import datetime as dt
import fnmatch
import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from watchfloor.core.clock import time_zone
from watchfloor.core.errors import UsageError
from watchfloor.policy.values import Networks, Texts, Word, listed, network

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTES = 24 * 60
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DAY = dt.timedelta(days=1)


class Who(NamedTuple):
    """Something that an alert is about: kind (`user`, `host`, `ip`) and value."""

    kind: str
    value: str


def _clock(value: Any) -> int:
    """Minutes since midnight.

    YAML reads an unquoted 22:00 as a number to the base of 60; from a file it comes as it was written, since 22 and 930
    are such numbers, too, and mean something else to whoever writes them.
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MINUTES:
        return value
    found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError("not a time of day: write 22:00")
    return int(found[1]) * 60 + int(found[2])


def _moment(value: Any) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    try:
        return dt.datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise ValueError("not a moment: write 2026-11-25 or 2026-11-25T22:00") from None


def _zone(value: Any) -> str:
    try:
        time_zone(str(value))
    except UsageError as error:
        raise ValueError(f"{error.thing}: {error.way_out}") from None
    if str(value).strip().lower() == "local":
        raise ValueError("the zone of this machine may be another one tomorrow: name it")
    return str(value)


def _days(value: Any) -> Any:
    named = {day: day for day in DAYS} | {f"{name}day": name[:3] for name in _STEMS}
    days = listed(value)
    return tuple(named.get(day.strip().lower(), day) if isinstance(day, str) else day for day in days)


_STEMS = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
Clock = Annotated[int, BeforeValidator(_clock)]
Moment = Annotated[dt.datetime, BeforeValidator(_moment)]


class Maintenance(BaseModel):
    """One window. Of users, hosts and networks each that is given must be met, and one of them must be given."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: Annotated[Word, Field(description="What the work is called; the reason why an alert is hidden.")]
    users: Annotated[Texts, Field(description="Who works; account names, `*` and `?` stand for any text.")] = ()
    hosts: Annotated[Texts, Field(description="Where; host names, `*` and `?` stand for any text.")] = ()
    networks: Annotated[Networks, Field(description="Where; addresses and networks.")] = ()
    zone: Annotated[str, BeforeValidator(_zone), Field(description="Time zone of the times; an IANA name.")] = "UTC"
    days: Annotated[
        tuple[Day, ...],
        BeforeValidator(_days),
        Field(min_length=1, description="Weekdays on which it begins: mon, tue, wed, thu, fri, sat, sun."),
    ] = DAYS
    start: Annotated[Clock | None, Field(description="Time of day at which it begins, such as 22:00.")] = None
    end: Annotated[
        Clock | None, Field(description="Time of day at which it ends; not later than `start` means the next day.")
    ] = None
    since: Annotated[
        Moment | None, Field(alias="from", description="First moment of all; a date means its beginning.")
    ] = None
    until: Annotated[Moment | None, Field(description="Moment before which all ends; a date means its beginning.")] = (
        None
    )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if faults := list(self._faults()):
            raise ValueError("; ".join(faults))
        return self

    def _faults(self) -> Iterator[str]:
        if not (self.users or self.hosts or self.networks):
            yield "names nobody and no place: give users, hosts or networks"
        if (self.start is None) != (self.end is None):
            yield "start and end belong together"
        elif self.start is None and (self.since is None or self.until is None):
            yield "never ends: give start and end of its hours, or from and until"
        since, until = self._limits()
        if since is not None and until is not None and since >= until:
            yield "ends before it begins"

    def covers(self, who: Iterable[Who], first: dt.datetime, last: dt.datetime) -> bool:
        """Whether something from `first` to `last` about these is inside one and the same window, from end to end."""
        return self._during(first, last) and self._about(tuple(who))

    def _about(self, who: tuple[Who, ...]) -> bool:
        return (
            (not self.users or any(_alike(each.value, self.users) for each in who if each.kind == "user"))
            and (not self.hosts or any(_alike(each.value, self.hosts) for each in who if each.kind == "host"))
            and (not self.networks or any(_within(each.value, self.networks) for each in who if each.kind == "ip"))
        )

    def _during(self, first: dt.datetime, last: dt.datetime) -> bool:
        since, until = self._limits()
        if (since is not None and first < since) or (until is not None and last >= until):
            return False
        if self.start is None or self.end is None:
            return True
        zone = time_zone(self.zone)
        try:
            today = first.astimezone(zone).date()
            return any(
                begin <= first and last < end
                for day in (today, today - _DAY)  # a window that began yesterday may still be open
                if DAYS[day.weekday()] in self.days
                for begin, end in [self._hours(day, self.start, self.end, zone)]
            )
        except OverflowError:  # the first and last days that there are
            return False

    def _hours(self, day: dt.date, start: int, end: int, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
        closing = day if end > start else day + _DAY
        return _at(day, start, zone), _at(closing, end, zone)

    def _limits(self) -> tuple[dt.datetime | None, dt.datetime | None]:
        zone = time_zone(self.zone)
        since, until = (
            moment.replace(tzinfo=zone).astimezone(dt.UTC) if moment is not None and moment.tzinfo is None else moment
            for moment in (self.since, self.until)
        )
        return since, until


def _at(day: dt.date, minutes: int, zone: dt.tzinfo) -> dt.datetime:
    """A time of day as clocks there show it; compared in UTC, since sums within a zone ignore its summer time."""
    return dt.datetime.combine(day, dt.time(minutes // 60, minutes % 60), zone).astimezone(dt.UTC)


def _alike(value: str, patterns: Iterable[str]) -> bool:
    folded = value.casefold()
    return any(fnmatch.fnmatchcase(folded, pattern.casefold().replace("[", "[[]")) for pattern in patterns)


def _within(value: str, networks: Iterable[str]) -> bool:
    try:
        address = ip_address(value)
    except ValueError:
        return False
    return any(address in network(text) for text in networks)
