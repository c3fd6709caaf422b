"""EventData from the rendered text of an event: what stands behind the labels that `messages.yml` lists."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

_LONGEST = 65_536
"""Characters of a text in which labels are looked for."""
_MOST_VALUES = 200
_LINE = re.compile(r"[ \t]*([A-Z][\w(). /-]{0,60}?) ?:(?:[ \t]+(.*))?")
_SCRIPT = re.compile(
    r"[^:(]{1,80}\((\d+) \S+ (\d+)\):\s{0,2}(.*?)\s*"
    r"(?:ScriptBlock ID:\s*([0-9A-Fa-f-]{36})\s*(?:Path:\s*(.*?)\s*)?)?\Z",
    re.DOTALL,
)
_ITEMS = re.compile(r"\s*[\r\n\t]\s*|\s\s+")
_SERVICES = {
    "7000": re.compile(r"The (?P<param1>.{1,256}?) service failed to start due to the following error:"),
    "7009": re.compile(
        r"A timeout was reached \((?P<param1>\d+) milliseconds\) while waiting for the "
        r"(?P<param2>.{1,256}?) service to connect"
    ),
    "7031": re.compile(r"The (?P<param1>.{1,256}?) service terminated unexpectedly"),
    "7034": re.compile(r"The (?P<param1>.{1,256}?) service terminated unexpectedly"),
    "7036": re.compile(r"The (?P<param1>.{1,256}?) service entered the (?P<param2>.{1,64}?) state\.?\s*\Z"),
    "7040": re.compile(
        r"The start type of the (?P<param1>.{1,256}?) service was changed "
        r"from (?P<param2>[\w ]{1,32}) to (?P<param3>[\w ]{1,32})"
    ),
}
"""Sentences of the service control manager."""


@dataclass(frozen=True, slots=True)
class _Texts:
    """What is known of the texts, ready to apply."""

    headings: dict[str, dict[str, str]]
    labels: dict[str, str]
    events: dict[str, dict[str, str]]
    user_sids: frozenset[str]
    last: frozenset[tuple[str, str]]
    values: dict[str, dict[str, str]]
    lists: dict[str, str]
    sids: dict[str, str]
    titles: dict[str, str]
    sentence: re.Pattern[str]
    wide: re.Pattern[str]
    narrow: re.Pattern[str]
    sysmon: re.Pattern[str]


@functools.cache
def _texts() -> _Texts:
    content: dict[str, Any] = yaml.load(
        resources.files(__package__).joinpath("messages.yml").read_text("utf-8"), Loader=yaml.CSafeLoader
    )
    sets = content["sets"]
    events = content["events"]
    names = {*content["headings"], *content["labels"]}
    names |= {name for each in (*sets.values(), *events.values()) for name in each}
    known = _any_of(names)
    return _Texts(
        headings={heading: sets[name] for heading, name in content["headings"].items()},
        labels=content["labels"],
        events=events,
        user_sids=frozenset(map(str, content["target_user_sid"])),
        last=frozenset((label, str(number)) for label, numbers in content["last"].items() for number in numbers),
        values=content["values"],
        lists=content["lists"],
        sids=content["sids"],
        titles=content["titles"],
        sentence=re.compile(rf"\s(?:{_any_of(content['sentences'])})\b"),
        wide=re.compile(rf"(?:^|[\t\n]|\s\s)({known}) ?:(?=\s|$)"),
        narrow=re.compile(rf"(?:^|\s)({known}) ?:(?=\s|$)"),
        sysmon=re.compile(rf"(?:^|\s)({_any_of(content['sysmon'])}):(?=\s|$)"),
    )


def _any_of(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))


def event_data(provider: str, event_id: str, text: str) -> dict[str, str]:
    """The values in a rendered text by their names in EventData; empty when the text has no known labels.

    Args:
        provider: who wrote the event, by its full name.
        event_id: the event's number.
        text: the message, with its line breaks and tabs or with blanks in their place.
    """
    text = text[:_LONGEST]
    if provider == "Microsoft-Windows-Sysmon":
        return _sysmon(text)
    if provider == "Service Control Manager" and event_id in _SERVICES:
        match = _SERVICES[event_id].match(text.strip())
        return match.groupdict() if match else {}
    special = _SPECIAL.get((provider, event_id))
    if special:
        return special(text)
    known = _texts()
    lines = "\n" in text.strip()
    values: dict[str, str] = {}
    for heading, label, value in _lines(text, event_id, known) if lines else _labels(text, event_id, known):
        name = _name(known, event_id, heading, label)
        if name and (name in values or len(values) < _MOST_VALUES):
            values[name] = _plain(known, name, value)
    return values


def titled(text: str) -> str | None:
    """The event id of a text of the Security log, by its first sentence."""
    sentence = re.split(r"[.\r\n]", text.strip()[:200].lower(), maxsplit=1)[0]
    return _texts().titles.get(sentence.strip())


def _name(known: _Texts, event_id: str, heading: str, label: str) -> str | None:
    """The name in EventData of what stands behind a label."""
    name = (
        known.events.get(event_id, {}).get(label)
        or known.headings.get(heading, {}).get(label)
        or known.labels.get(label)
    )
    return "TargetUserSid" if name == "TargetSid" and event_id in known.user_sids else name


def _plain(known: _Texts, name: str, value: str) -> str:
    """The value as EventData has it."""
    if name.endswith("Sid"):
        return known.sids.get(value.lower(), value)
    if value[:2] == "0x" and value[2:].isalnum():
        return value.lower()
    names = known.values.get(name, {})
    if name in known.lists:
        return known.lists[name].join(names.get(item.lower(), item) for item in _ITEMS.split(value))
    return names.get(value.lower(), value)


def _lines(text: str, event_id: str, known: _Texts) -> Iterator[tuple[str, str, str]]:
    """(heading, label, value) of each line that has a value; a list goes on over indented lines."""
    heading, label, values = "", "", list[str]()
    lines = text.replace("\r", "").split("\n")
    for number, line in enumerate(lines):
        match = _LINE.fullmatch(line)
        if match or not line.strip():
            if label and values:
                yield heading, label, "\n".join(values)
            label, values = "", []
        if match is None:
            if line.strip() in known.headings:
                heading = line.strip()
            elif label and line[:1] in "\t ":
                values.append(line.strip())
        elif (match[1], event_id) in known.last:
            rest = "\n".join([match[2] or "", *lines[number + 1 :]])
            yield heading, match[1], _cut(rest, known)
            return
        else:
            label, value = match[1], (match[2] or "").strip()
            if value:
                values = [value]
            elif label in known.headings:
                heading = label
    if label and values:
        yield heading, label, "\n".join(values)


def _labels(text: str, event_id: str, known: _Texts) -> Iterator[tuple[str, str, str]]:
    """(heading, label, value) of a text on one line; blanks stand where line breaks and tabs were."""
    text = text.strip()
    heading = ""
    found = list((known.wide if re.search(r":(?:\t|\s\s)", text) else known.narrow).finditer(text))
    for number, match in enumerate(found):
        label = match[1]
        if (label, event_id) in known.last:
            yield heading, label, _cut(text[match.end() :], known)
            return
        end = found[number + 1].start() if number + 1 < len(found) else len(text)
        value = _cut(text[match.end() : end], known)
        if value:
            yield heading, label, value
        elif label in known.headings:
            heading = label


def _cut(value: str, known: _Texts) -> str:
    """The value without the explanation behind it."""
    match = known.sentence.search(value)
    return (value[: match.start()] if match else value).strip()


def _sysmon(text: str) -> dict[str, str]:
    """Sysmon's labels are the names; the first value of a name counts, as what authors chose comes later."""
    values: dict[str, str] = {}
    known = _texts().sysmon
    if "\n" in text.strip():
        pairs: list[tuple[str, str]] = []
        for line in text.replace("\r", "").split("\n"):
            match = known.match(line.lstrip())
            if match:
                pairs.append((match[1], line.lstrip()[match.end() :].strip()))
            elif pairs:
                pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]}\n{line}".strip())
    else:
        found = list(known.finditer(text))
        ends = [*(match.start() for match in found[1:]), len(text)]
        pairs = [(match[1], text[match.end() : end].strip()) for match, end in zip(found, ends, strict=True)]
    for name, value in pairs:
        values.setdefault(name, value.lower() if value[:2] == "0x" else value)
    return values


def _script(text: str) -> dict[str, str]:
    """PowerShell's 4104: number, total, script, id and path."""
    match = _SCRIPT.match(text.strip())
    if not match:
        return {}
    names = ("MessageNumber", "MessageTotal", "ScriptBlockText", "ScriptBlockId", "Path")
    return {name: value for name, value in zip(names, match.groups(), strict=True) if value}


_SPECIAL: dict[tuple[str, str], Callable[[str], dict[str, str]]] = {
    ("Microsoft-Windows-PowerShell", "4104"): _script,
    ("PowerShellCore", "4104"): _script,
}
