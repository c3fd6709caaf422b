"""EventData from the rendered text of an event: what stands behind the labels that `messages.yml` lists."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from watchfloor.parsers.windows._sentences import sentence_of

_LONGEST = 65_536
"""Characters of a text in which labels are looked for."""
_MOST_VALUES = 200
_LINE = re.compile(r"[ \t]*([A-Z][\w(). /-]{0,60}?) ?:(?:[ \t]+(.*))?")
_PAIR = re.compile(r"\(0x([0-9A-Fa-f]{1,8}),\s?0x([0-9A-Fa-f]{1,8})\)")
"""A log-on id as Windows before Vista wrote it: high half, low half."""
_ITEMS = re.compile(r"[\r\n\t]\s*|\s\s+")


@dataclass(frozen=True, slots=True)
class _Texts:
    """What is known of the texts, ready to apply."""

    headings: dict[str, dict[str, str]]
    labels: dict[str, str]
    events: dict[str, dict[str, str]]
    user_sids: frozenset[str]
    last: dict[str, re.Pattern[str]]
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
        last={
            str(number): re.compile(rf"(?:^|\s)({re.escape(label)}) ?:(?=\s|$)")
            for label, numbers in content["last"].items()
            for number in numbers
        },
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
    sentence = sentence_of(provider, event_id)
    if sentence:
        return sentence(text)
    known = _texts()
    values: dict[str, str] = {}
    text, last = _parted(text, event_id, known)
    for heading, label, value in _lines(text, known) if "\n" in text.strip() else _labels(text, known):
        name = _name(known, event_id, heading, label)
        if name and (name in values or len(values) < _MOST_VALUES):
            values[name] = _plain(known, name, value)
    return values | last


def _parted(text: str, event_id: str, known: _Texts) -> tuple[str, dict[str, str]]:
    """The text up to a label behind which the value is its author's own, and that value."""
    last = known.last.get(event_id)
    found = last.search(text) if last else None
    if not found:
        return text, {}
    name = known.headings["Task Information"].get(found[1]) or known.labels[found[1]]
    value = _cut(text[found.end() :], known)
    return text[: found.start()], {name: value} if value else {}


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
    if value[:3] == "(0x" and (pair := _PAIR.fullmatch(value)):
        return hex(int(pair[1], 16) << 32 | int(pair[2], 16))
    names = known.values.get(name, {})
    if name in known.lists:
        return known.lists[name].join(names.get(item.lower(), item) for item in _ITEMS.split(value))
    return names.get(value.lower(), value)


def _lines(text: str, known: _Texts) -> Iterator[tuple[str, str, str]]:
    """(heading, label, value) of each line that has a value; a list goes on over indented lines."""
    heading = ""
    for label, values in _entries(text, known):
        if values:
            yield heading, label, "\n".join(values)
        elif label in known.headings:
            heading = label


def _entries(text: str, known: _Texts) -> Iterator[tuple[str, list[str]]]:
    """(label, its lines of values) up to the next label, or to the end of the paragraph."""
    label, values = "", list[str]()
    for line in text.replace("\r", "").split("\n"):
        match = _LINE.fullmatch(line)
        plain = line.strip()
        if match or not plain or plain in known.headings:
            yield label, values
            label, values = (match[1] if match else plain), []
            if match and match[2] and match[2].strip():
                values = [match[2].strip()]
        elif label and line[:1] in "\t ":
            values.append(plain)
    yield label, values


def _labels(text: str, known: _Texts) -> Iterator[tuple[str, str, str]]:
    """(heading, label, value) of a text on one line; blanks stand where line breaks and tabs were."""
    text = text.strip()
    heading = ""
    found = list((known.wide if re.search(r":(?:\t|\s\s)", text) else known.narrow).finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)]
    for match, end in zip(found, ends, strict=False):
        label, value = match[1], _cut(text[match.end() : end], known)
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
        pairs = [(match[1], text[match.end() : end].strip()) for match, end in zip(found, ends, strict=False)]
    for name, value in pairs:
        values.setdefault(name, value.lower() if value[:2] == "0x" else value)
    return values
