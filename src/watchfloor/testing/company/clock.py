"""Moments of a week, and what clocks of machines show at them; all moments are µs since 1970, as integers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Week:
    """The days that are generated.

    Attributes:
        zone: IANA name of the time zone in which people live.
        first: the first day.
        days: how many.
        holidays: days of these on which nobody works, counted from 0.
    """

    zone: str
    first: dt.date
    days: int
    holidays: frozenset[int] = frozenset()

    def at(self, day: int, time: str) -> int:
        """The moment at which clocks on the wall show `HH:MM` or `HH:MM:SS` on a day, counted from 0."""
        return _moment(self, day, time)

    def hour(self, day: int, hour: float) -> int:
        """The moment so many hours of wall-clock time into a day."""
        return self.at(day, "00:00") + int(hour * HOUR)

    @property
    def start(self) -> int:
        """The first moment."""
        return self.at(0, "00:00")

    @property
    def end(self) -> int:
        """The moment after the last one."""
        return self.at(self.days, "00:00")

    def works(self, day: int) -> bool:
        """Whether it is a day of work."""
        return (self.first + dt.timedelta(days=day)).weekday() < 5 and day not in self.holidays

    def workdays(self) -> list[int]:
        """All days of work."""
        return [day for day in range(self.days) if self.works(day)]


@lru_cache(maxsize=4096)
def _moment(week: Week, day: int, time: str) -> int:
    wall = dt.datetime.combine(week.first + dt.timedelta(days=day), dt.time.fromisoformat(time), ZoneInfo(week.zone))
    return (wall - _EPOCH) // dt.timedelta(microseconds=1)


class Clock:
    """What a machine's clock shows, in forms that programs write.

    Formatting is remembered by minute: a week has few of them and many lines.
    """

    def __init__(self, zone: str, skew: int = 0) -> None:
        """Set the clock.

        Args:
            zone: IANA name of its time zone.
            skew: how far it is ahead, in µs.
        """
        self._zone = ZoneInfo(zone)
        self._skew = skew
        self._minutes: dict[int, tuple[str, str, str, int]] = {}

    def _shown(self, at: int) -> tuple[tuple[str, str, str, int], int]:
        minute, rest = divmod(at + self._skew, MINUTE)
        known = self._minutes.get(minute)
        if known is None:
            wall = (_EPOCH + dt.timedelta(minutes=minute)).astimezone(self._zone)
            offset = wall.strftime("%z")
            known = (wall.strftime("%Y-%m-%d"), wall.strftime("%H:%M"), offset, wall.weekday())
            self._minutes[minute] = known
        return known, rest

    def iso(self, at: int) -> str:
        """As rsyslog's RFC 3339 form: `2026-10-21T08:05:11.123456+02:00`."""
        (date, time, offset, _), rest = self._shown(at)
        second, micro = divmod(rest, SECOND)
        return f"{date}T{time}:{second:02}.{micro:06}{offset[:3]}:{offset[3:]}"

    def bsd(self, at: int) -> str:
        """As RFC 3164: `Oct 21 08:05:11`, the day padded by a blank."""
        (date, time, _, _), rest = self._shown(at)
        day = int(date[8:])
        return f"{_MONTHS[int(date[5:7]) - 1]} {day:2} {time}:{rest // SECOND:02}"

    def common(self, at: int) -> str:
        """As web servers' common log: `21/Oct/2026:08:05:11 +0200`."""
        (date, time, offset, _), rest = self._shown(at)
        return f"{date[8:]}/{_MONTHS[int(date[5:7]) - 1]}/{date[:4]}:{time}:{rest // SECOND:02} {offset}"

    def plain(self, at: int) -> str:
        """`2026-10-21 08:05:11`."""
        (date, time, _, _), rest = self._shown(at)
        return f"{date} {time}:{rest // SECOND:02}"

    def millis(self, at: int) -> str:
        """`2026-10-21 08:05:11.123`."""
        (date, time, _, _), rest = self._shown(at)
        second, micro = divmod(rest, SECOND)
        return f"{date} {time}:{second:02}.{micro // 1000:03}"

    def micros(self, at: int) -> str:
        """`2026-10-21 08:05:11.123456`."""
        (date, time, _, _), rest = self._shown(at)
        second, micro = divmod(rest, SECOND)
        return f"{date} {time}:{second:02}.{micro:06}"

    def offset(self, at: int) -> str:
        """How far from UTC: `+0200`."""
        return self._shown(at)[0][2]

    def true(self, at: int) -> int:
        """The moment that this clock takes it for."""
        return at + self._skew


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
