"""Events of which a form has the rendered text instead of named values."""

from __future__ import annotations

import functools

from watchfloor.parsers.windows._events import Event
from watchfloor.parsers.windows._kinds import providers
from watchfloor.parsers.windows._message import event_data
from watchfloor.parsers.windows._times import written

_OUTCOMES = {
    "success audit": "success",
    "audit success": "success",
    "audit_success": "success",
    "successaudit": "success",
    "success": "success",
    "failure audit": "failure",
    "audit failure": "failure",
    "audit_failure": "failure",
    "failureaudit": "failure",
    "failure": "failure",
}
_NONE = frozenset({"", "-", "N/A", "n/a", "(null)", "None", "none"})
_OF_EVENTLOG = frozenset({"104", "1100", "1101", "1102", "1104", "1105", "1108"})
"""Events of Microsoft-Windows-Eventlog, which forms that shorten names give the name of another provider."""
_DIGITS = 4
"""Of ids in the Security log since Vista, whose provider has another name than the one before."""
_BY_STATUS = frozenset({"4768", "4769", "4776"})
_SUCCEEDED = frozenset(map(str, (4634, 4647, 4672, 4688, 4689, *range(4697, 4703), *range(4720, 4768), 4781)))
"""Events of the Security log that tell of what was done, so that there is no audit failure of them."""
_BY_CHANNEL = {"security": "Microsoft-Windows-Security-Auditing"}
_OTHER_NAMES = {
    "microsoft windows security auditing.": "Microsoft-Windows-Security-Auditing",
    "microsoft windows security auditing": "Microsoft-Windows-Security-Auditing",
}


def rendered(
    *,
    event_id: str,
    message: str,
    provider: str = "",
    channel: str = "",
    computer: str = "",
    time: str = "",
    kind: str = "",
    level: str = "",
    task: str = "",
    opcode: str = "",
    record: str = "",
    user: str = "",
    sid: str = "",
) -> Event:
    """The event that a form tells of; texts that mean "none" count as absent.

    Args:
        event_id: its number.
        message: its rendered text, as `_message.event_data` takes it.
        provider: its source, shortened as some forms do or not.
        channel: its log.
        computer: who wrote it.
        time: when, as `_times.written` takes it.
        kind: `Success Audit`, `AUDIT_FAILURE`, `Information` and the like.
        level: the severity in words, where the form has it apart.
        task: its category.
        opcode: its operation.
        record: its number in the log.
        user: the account of Security/UserID by name.
        sid: that account's SID.
    """
    name = full_provider(given(provider) or "", given(channel) or "")
    if not given(provider) and name and len(event_id) < _DIGITS:
        name = "Security"
    if name.lower() == "eventlog" and event_id in _OF_EVENTLOG:
        name = "Microsoft-Windows-Eventlog"
    data = event_data(name, event_id, message)
    moment, local = written(time)
    outcome = _OUTCOMES.get(kind.strip().lower())
    domain, _, account = (given(user) or "").rpartition("\\")
    return {
        "provider": name or None,
        "channel": given(channel),
        "event_id": event_id,
        "time": moment,
        "local": local,
        "level": given(level) or ("information" if outcome else given(kind)),
        "outcome": outcome or _outcome(name, event_id, data),
        "data": data,
        "message": message.strip() or None,
        "winlog.computer_name": given(computer),
        "winlog.task": given(task),
        "winlog.opcode": given(opcode),
        "winlog.record_id": given(record),
        "winlog.user.name": account or None,
        "winlog.user.domain": domain or None,
        "winlog.user.identifier": given(sid),
    }


def _outcome(provider: str, event_id: str, data: dict[str, str]) -> str | None:
    """What the event itself tells of success, where the form does not."""
    if provider != "Microsoft-Windows-Security-Auditing":
        return None
    if event_id in _BY_STATUS and "Status" in data:
        return "failure" if data["Status"].strip("0xX") else "success"
    return "success" if event_id in _SUCCEEDED else None


def given(value: str | None) -> str | None:
    """The text without blanks around it; None when it says that there is no value."""
    value = value.strip() if value else ""
    return None if value in _NONE else value


def full_provider(name: str, channel: str) -> str:
    """A provider's full name from what forms make of it: without `Microsoft-Windows-`, with `_` for blanks, in text."""
    plain = name.replace("_", " ")
    known = _names()
    found = _OTHER_NAMES.get(plain.lower()) or known.get(name.lower()) or known.get(plain.lower())
    return found or name or _BY_CHANNEL.get(channel.lower(), "")


@functools.cache
def _names() -> dict[str, str]:
    """Known providers by their lower-case names, full and short; full ones count first."""
    short = {name.removeprefix("Microsoft-Windows-").lower(): name for name in reversed(providers())}
    return short | {name.lower(): name for name in providers()}
