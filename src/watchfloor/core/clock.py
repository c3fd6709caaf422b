"""Time zones and moments as users write them."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from watchfloor.core.errors import UsageError

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_OFFSET = re.compile(r"^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?$", re.IGNORECASE)
_RELATIVE = re.compile(r"^(\d+)\s*([smhdw])$")
_UNIT = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def utc_now() -> dt.datetime:
    """The present moment, UTC, microseconds."""
    return dt.datetime.now(dt.UTC)


def to_microseconds(moment: dt.datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def from_microseconds(count: int) -> dt.datetime:
    """The moment, UTC, so many microseconds after 1970 began."""
    return _EPOCH + count * _MICROSECOND


def iso(moment: dt.datetime) -> str:
    """The moment as ISO 8601, with a Z where it is in UTC."""
    return moment.isoformat().replace("+00:00", "Z")


def time_zone(text: str) -> dt.tzinfo:
    """A zone from an IANA name (`Europe/Vienna`), `UTC`, `local`, or an offset (`+02:00`, `-0230`, `UTC+1`).

    Raises:
        UsageError: the text is none of these.
    """
    name = text.strip()
    if name.upper() in {"", "Z", "UTC", "GMT"}:
        return dt.UTC
    if name.lower() == "local":
        return dt.datetime.now().astimezone().tzinfo or dt.UTC
    match = _OFFSET.match(name)
    if match:
        sign, hours, minutes = match[1], int(match[2]), int(match[3] or 0)
        if hours < 24 and minutes < 60:
            delta = dt.timedelta(hours=hours, minutes=minutes)
            return dt.timezone(-delta if sign == "-" else delta)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            "unknown time zone", place=repr(text), way_out="Give an IANA name (Europe/Vienna) or an offset (+02:00)"
        ) from None


def ahead(text: str, now: dt.datetime) -> dt.datetime:
    """A moment to come, as `moment` takes it, or how long from now (`30d`).

    Raises:
        UsageError: the text is none of these, or the moment is past.
    """
    given = moment(text, now)
    found = now + (now - given) if _RELATIVE.match(text.strip()) else given
    if found <= now:
        raise UsageError(
            "the end lies in the past", place=iso(found), way_out="Give a date to come, or 30d from now on"
        )
    return found


def moment(text: str, now: dt.datetime | None = None) -> dt.datetime:
    """A moment from ISO 8601 (UTC unless it has an offset), an epoch in seconds, or an age such as `24h` or `7d`.

    Raises:
        UsageError: the text is none of these.
    """
    value = text.strip()
    relative = _RELATIVE.match(value)
    try:
        if relative:
            return (now or utc_now()) - dt.timedelta(**{_UNIT[relative[2]]: int(relative[1])})
        if re.fullmatch(r"\d{9,11}(\.\d+)?", value):
            return dt.datetime.fromtimestamp(float(value), dt.UTC)
        parsed = dt.datetime.fromisoformat(value)
        return parsed.astimezone(dt.UTC) if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            "not a time", place=repr(text), way_out="Give ISO 8601 (2026-11-25T08:00:00Z) or an age (24h, 7d)"
        ) from None
