"""Where events of a Sigma log source are found and under which columns: `sigma_fields.yml`, read once."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import Any, NamedTuple

import yaml

from watchfloor.core.errors import SchemaError
from watchfloor.schema.fields import declared
from watchfloor.schema.sigma_derive import call

Fields = Mapping[str, tuple[str, ...]]


class LogSource(NamedTuple):
    """What a rule says about the events it is for; an empty part means any."""

    product: str = ""
    category: str = ""
    service: str = ""

    def __str__(self) -> str:
        return "/".join(part or "-" for part in self)


class EventKey(NamedTuple):
    """What decides which rules an event meets: channel and event id on Windows, else dataset and program.

    Texts are lower-case; a Windows event has no dataset here, all others have no channel.
    """

    channel: str = ""
    event_id: str = ""
    dataset: str = ""
    program: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """One place where the events of a log source are found.

    Attributes:
        windows: the events are Windows events (`channels` and `event_ids` count), else `datasets` and `programs` do.
        channels, event_ids, datasets, programs: lower-case; empty means any, except that a scope outside Windows
            without datasets holds no events yet.
        fields: Sigma field -> sources in order of preference.
        verbatim: prefix of the vendor's own names, under which a field that is not in `fields` is read.
        where: column -> values of which it must have one.
        sound: leave out rules that negate a field which these events never have.
        direct: rules name event fields themselves, not Sigma's names for them.
        keywords: prefixes of the text columns that a search without a field looks into, beside the raw text.
    """

    windows: bool
    channels: frozenset[str] = frozenset()
    event_ids: frozenset[str] = frozenset()
    datasets: frozenset[str] = frozenset()
    programs: frozenset[str] = frozenset()
    fields: Fields = field(default_factory=dict)
    verbatim: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sound: bool = False
    direct: bool = False

    @property
    def served(self) -> bool:
        """Whether events of this place can exist at all."""
        return self.windows or bool(self.datasets)

    @property
    def keywords(self) -> tuple[str, ...]:
        """Prefixes of the text columns that keywords search beside the raw text."""
        return ("winlog.", "message") if self.windows else ("message",)

    def holds(self, key: EventKey) -> bool:
        """Whether an event with this key belongs here (its `where` columns apart)."""
        if self.windows:
            return (
                not key.dataset
                and (not self.channels or key.channel in self.channels)
                and (not self.event_ids or key.event_id in self.event_ids)
            )
        return key.dataset in self.datasets and (not self.programs or key.program in self.programs)

    def sources(self, sigma_field: str) -> tuple[str, ...]:
        """Columns, or functions of columns, that carry a Sigma field, the first that has a value counting.

        A field that is itself the name of a declared event field is read as such; an unknown one has no source.
        """
        if self.direct:
            return () if call(sigma_field)[0] else (sigma_field,)  # a rule cannot call the functions of the map
        known = self.fields.get(sigma_field)
        if known is not None:
            return known
        if sigma_field in declared():
            return (sigma_field,)
        if self.windows and not self.sound:
            return (f"winlog.event_data.{sigma_field}", f"winlog.user_data.{sigma_field}")
        if self.verbatim and not call(sigma_field)[0]:
            return (f"{self.verbatim}.{sigma_field}",)
        return ()


@functools.cache
def scopes(logsource: LogSource, taxonomy: str = "sigma") -> tuple[Scope, ...]:
    """Every place where the events of a log source are found; empty when it is unknown.

    Args:
        logsource: of a rule.
        taxonomy: `sigma`, or `ecs` where the rule names event fields themselves.
    """
    if taxonomy == "ecs":
        return tuple(replace(scope, direct=True) for scope in scopes(logsource))
    document = _document()
    if logsource.product == "windows":
        return tuple(_windows_scopes(document["windows"], logsource))
    return tuple(
        _windows_scope(document["windows"], entry["windows"], entry) if "windows" in entry else _dataset_scope(entry)
        for entry in document["datasets"]
        if any(logsource)
        and all(not wanted or wanted == entry.get(part, "") for part, wanted in logsource._asdict().items())
    )


@functools.cache
def provider_channels() -> Mapping[str, str]:
    """Provider -> channel (both lower-case), for Windows records without a channel."""
    return {name.lower(): channel.lower() for name, channel in _document()["windows"]["providers"].items()}


def _windows_scopes(windows: Mapping[str, Any], logsource: LogSource) -> Iterable[Scope]:
    if logsource.category:
        for entry in windows["categories"].get(logsource.category, ()):
            if logsource.service in {"", entry["service"]}:
                yield _windows_scope(windows, entry["service"], entry)
    elif not logsource.service:
        yield _windows_scope(windows, "", {})
    elif logsource.service in windows["channels"]:
        # Event ids with fields of their own come first and are cut out of the rest.
        special = windows["services"].get(logsource.service, ())
        for entry in special:
            yield _windows_scope(windows, logsource.service, entry)
        if all("ids" in entry for entry in special):
            yield _windows_scope(windows, logsource.service, {})


def _windows_scope(windows: Mapping[str, Any], service: str, entry: Mapping[str, Any]) -> Scope:
    channels = windows["channels"].get(service, ()) if service else ()
    return Scope(
        windows=True,
        channels=frozenset(channel.lower() for channel in channels),
        event_ids=frozenset(str(event_id) for event_id in entry.get("ids", ())),
        fields=_fields({**windows["fields"], **entry.get("fields", {})}),
        where={column: tuple(values) for column, values in entry.get("where", {}).items()},
        sound=entry.get("sound", False),
    )


def _dataset_scope(entry: Mapping[str, Any]) -> Scope:
    return Scope(
        windows=False,
        datasets=frozenset(entry["datasets"]),
        programs=frozenset(entry.get("programs", ())),
        fields=_fields(entry.get("fields", {})),
        verbatim=entry.get("verbatim", ""),
    )


def _fields(raw: Mapping[str, Any]) -> Fields:
    return {name: tuple(sources) for name, sources in raw.items()}


@functools.cache
def _document() -> Mapping[str, Any]:
    text = resources.files("watchfloor.schema").joinpath("sigma_fields.yml").read_text("utf-8")
    document = yaml.load(text, Loader=yaml.CSafeLoader)
    for part in ("windows", "datasets"):
        if part not in document:
            raise SchemaError(f"no {part!r} section", place="sigma_fields.yml")
    return dict(document)
