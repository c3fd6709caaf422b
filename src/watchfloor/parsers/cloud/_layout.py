"""JSON records laid out as columns: a table of names, fixed values, what a record tells beyond, times and addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import polars as pl

from watchfloor.parsers._address import ip_of
from watchfloor.parsers._mapping import EMPTY, Target, mapped, text
from watchfloor.parsers._times import epochs, parse_times
from watchfloor.parsers.cloud._verbs import OUTCOMES, meaning, words_of
from watchfloor.parsers.plugin import Fields, JsonParser
from watchfloor.schema.fields import declared

Record = dict[str, Any]
TIME = "_time"
"""Target of the names that hold the record's time."""
ACTION = "_action"
"""Target of a name whose words say what was done; `event.action` is the default."""
_ISO = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f %#z", "%Y-%m-%d %H:%M:%S%.f%#z")
_OTHERS = (
    "%a %b %d %H:%M:%S %Y UTC",
    "%a %b %d %H:%M:%S %Y",
    "%Y-%m-%d %H:%M:%S%.f (UTC)",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S",
)
_FAILURES = frozenset({"failed", "failure", "denied", "unsuccessfully"})
_SIDES = ("source", "destination", "client", "server", "source.nat", "destination.nat")
_WITH_PORT = r"^(?:\[([0-9A-Fa-f:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3})):(\d{1,5})$"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the records of one format become columns.

    Attributes:
        vendor: prefix of the verbatim fields.
        fields: the vendor's dotted name -> the field that it fills; of two that fill one the first counts.
        fixed: values of every record, where nothing else gives one.
        beyond: fields of a record that a table cannot give; they count before the table.
        categories: `event.category` where the words of the action name none; empty for formats with their own.
        times: further formats of `_time`, in chrono's syntax.
        empty: texts that are no value.
        folded: whether names at the top may come in lower case, as tables of data lakes have them.
    """

    vendor: str
    fields: Mapping[str, Target]
    fixed: Fields = field(default_factory=dict)
    beyond: Callable[[Record], Record] | None = None
    categories: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    empty: frozenset[str] = EMPTY
    folded: bool = False

    def parse(self, records: Sequence[Record], wanted: frozenset[str]) -> pl.DataFrame:
        """The records as columns, one row each, in order."""
        if self.folded:
            records = _unfolded(records, self.fields)
        frame = mapped(records, self.fields, vendor=self.vendor, wanted=wanted, empty=self.empty)
        frame = _deep(frame, records, [name for name in wanted if name.startswith(f"{self.vendor}.")], self.vendor)
        if self.beyond is not None:
            frame = _over(frame, [self.beyond(record) for record in records])
        frame = in_types(_joined(with_endpoints(with_people(with_time(frame, self.times)))))
        return _with_fixed(_with_meaning(frame, self.categories), self.fixed)


def parser(
    reference: str, claims: Callable[[Record], bool], layout: Layout, keys: tuple[str, ...] = (), datasets: str = ""
) -> JsonParser:
    """A parser of the JSON objects of one layout."""
    return JsonParser(reference=reference, claims=claims, parse=layout.parse, keys=keys, datasets=datasets)


def at(record: Any, *path: str | int) -> Any:
    """The value at a path of names and positions, None where there is none."""
    for step in path:
        if type(record) is dict and type(step) is str:
            record = record.get(step)
        elif type(record) is list and type(step) is int and -len(record) <= step < len(record):
            record = record[step]
        else:
            return None
    return record


def dicts(value: Any) -> list[Record]:
    """The objects among the members of a list; of anything else none."""
    return [each for each in value if type(each) is dict] if type(value) is list else []


def named(value: Any, name: str = "name", content: str = "value") -> Record:
    """A list of objects that each have a name and a value, as one object."""
    return {text(each.get(name)) or "": each.get(content) for each in dicts(value)}


def series(name: str, values: Sequence[Any]) -> pl.Series:
    """Values of any type as a column of text, or of lists of text where the field is a list."""
    known = declared().get(name)
    if known is None or not known.array:
        return pl.Series(name, [each if type(each) is str else text(each) for each in values], dtype=pl.String)
    lists = [None if value is None else _texts(value if type(value) is list else [value]) for value in values]
    return pl.Series(name, lists, dtype=pl.List(pl.String))


def _texts(values: list[Any]) -> list[str | None] | None:
    return [each if type(each) is str else text(each) for each in values if each is not None] or None


def _deep(frame: pl.DataFrame, records: Sequence[Record], wanted: Sequence[str], vendor: str) -> pl.DataFrame:
    """Verbatim fields that are asked for and lie inside lists, or are objects as a whole."""
    for name in sorted(set(wanted).difference(frame.columns)):
        path = name[len(vendor) + 1 :].split(".")
        found = [_through(record, path) if path[0] in record else [] for record in records]
        if any(found):
            frame = frame.with_columns(series(name, [each[0] if len(each) == 1 else each or None for each in found]))
    return frame


def _through(value: Any, path: Sequence[str]) -> list[Any]:
    """The values at a path that leads through lists of objects too."""
    if type(value) is list:
        return [each for member in value for each in _through(member, path)] if path else value
    if not path:
        return [] if value is None else [value]
    return _through(value[path[0]], path[1:]) if type(value) is dict and path[0] in value else []


def _unfolded(records: Sequence[Record], fields: Mapping[str, Target]) -> list[Record]:
    """The records with the names that the table knows, where they have them in lower case."""
    names = {name.split(".", 1)[0].lower(): name.split(".", 1)[0] for name in fields}
    return [
        record if names.keys().isdisjoint(record) else {names.get(name, name): value for name, value in record.items()}
        for record in records
    ]


def _over(frame: pl.DataFrame, found: Sequence[Record]) -> pl.DataFrame:
    """The frame with what was found laid over it; an empty text takes away what the frame has."""
    columns: dict[str, list[Any]] = {}
    emptied: dict[str, list[int]] = {}
    for row, each in enumerate(found):
        for name, value in each.items():
            if value is None:
                continue
            if type(value) is str and value in EMPTY:
                if not value:
                    emptied.setdefault(name, []).append(row)
                continue
            column = columns.get(name)
            if column is None:
                column = columns[name] = [None] * len(found)
            column[row] = value
    laid = {name: series(name, values) for name, values in columns.items()}
    for name in [name for name in laid if name in frame.columns]:
        laid[name] = laid[name].fill_null(frame[name])
    for name in [name for name in emptied if name in laid or name in frame.columns]:
        held = laid.get(name, frame[name] if name in frame.columns else None)
        if held is not None:
            gone = pl.int_range(len(found), eager=True).is_in(emptied[name])
            laid[name] = pl.select(pl.when(~gone).then(held)).to_series()
    return frame.with_columns(column.alias(name) for name, column in laid.items())


def _joined(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists of texts in fields that hold one text, as their members with commas between."""
    for name, dtype in frame.schema.items():
        if dtype != pl.String or name not in declared():
            continue
        lists = {text: _members(text) for text in frame[name].unique() if text and text.startswith('["')}
        if lists:
            frame = frame.with_columns(frame[name].replace(lists))
    return frame


def _members(text: str) -> str:
    try:
        members = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return ", ".join(map(str, members)) if type(members) is list else text


def with_time(frame: pl.DataFrame, formats: Sequence[str] = ()) -> pl.DataFrame:
    """`@timestamp`, or `@local` for a time without zone, from the text in `_time`."""
    if TIME not in frame.columns:
        return frame
    texts = frame[TIME]
    utc, local = parse_times(texts, (*_ISO, *formats))
    missing = utc.is_null() & local.is_null()
    if (missing & texts.is_not_null()).any():
        utc = utc.fill_null(pl.select(pl.when(missing).then(epochs(texts))).to_series())
        # Panther, AWS and others write UTC without saying so.
        _, plain = parse_times(texts, ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", *_OTHERS))
        utc = utc.fill_null(plain.dt.replace_time_zone("UTC"))
    columns = [utc.alias("@timestamp"), *([local.alias("@local")] if local.null_count() < len(local) else [])]
    return frame.drop(TIME).with_columns(columns)


def with_people(frame: pl.DataFrame) -> pl.DataFrame:
    """Name and domain of users who are known by their address alone."""
    for user in ("user", "user.target"):
        if f"{user}.email" not in frame.columns:
            continue
        parts = frame[f"{user}.email"].str.extract_groups(r"^([^@\s]+)@([^@\s]+)$").struct
        given = {part: frame[f"{user}.{part}"] for part in ("name", "domain") if f"{user}.{part}" in frame.columns}
        unnamed = given["name"].is_null() if "name" in given else None
        for place, part in (("1", "name"), ("2", "domain")):
            derived = parts.field(place)
            if unnamed is not None:
                derived = pl.select(pl.when(unnamed).then(derived)).to_series()
            column = given[part].fill_null(derived) if part in given else derived
            frame = frame.with_columns(column.alias(f"{user}.{part}"))
    return frame


def in_types(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts of dates, booleans and addresses as their fields have them; what is none becomes null."""
    for name, dtype in frame.schema.items():
        known = declared().get(name)
        if known is None:
            continue
        if known.array and known.type == "long" and dtype == pl.List(pl.String):
            frame = frame.with_columns(frame[name].cast(pl.List(pl.Int64), strict=False))
        if dtype != pl.String:
            continue
        if known.type == "date":
            frame = frame.with_columns(utc_of(frame[name]).alias(name))
        elif known.type == "boolean":
            lower = frame[name].str.to_lowercase()
            frame = frame.with_columns(
                lower.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean).alias(name)
            )
        elif known.type == "ip" and not known.array:
            frame = frame.with_columns(ip_of(frame[name]).alias(name))
    return frame


def utc_of(texts: pl.Series) -> pl.Series:
    """Times of any of the usual forms; those without a zone are UTC."""
    utc, local = parse_times(texts, (*_ISO, "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"))
    return utc.fill_null(local.dt.replace_time_zone("UTC")).fill_null(epochs(texts))


def with_endpoints(frame: pl.DataFrame) -> pl.DataFrame:
    """Address, port, IP or name of each side from its `.address`, which may be written `address:port`."""
    for side in _SIDES:
        name = f"{side}.address"
        if name not in frame.columns or frame[name].dtype != pl.String:
            continue
        parts = frame[name].str.extract_groups(_WITH_PORT).struct
        address = pl.select(
            pl.coalesce(parts.field("1"), parts.field("2"), frame[name].str.strip_chars(" "))
        ).to_series()
        found = ip_of(address)
        there = pl.select(pl.when(found.is_null() & ~address.str.contains(r"[:\s]")).then(address)).to_series()
        frame = frame.with_columns(address.alias(name))
        for part, column in {"ip": found, "port": parts.field("3"), "domain": there}.items():
            own = f"{side}.{part}"
            known = frame[own].cast(pl.String).fill_null(column) if own in frame.columns else column
            frame = frame.with_columns(known.alias(own))
    return frame


def _with_meaning(frame: pl.DataFrame, categories: tuple[str, ...]) -> pl.DataFrame:
    """Outcome in ECS's words, and category and type by the words of the action where the format gives none."""
    if "event.outcome" in frame.columns:
        outcomes = [None if value is None else OUTCOMES.get(value.lower()) for value in frame["event.outcome"]]
        frame = frame.with_columns(pl.Series("event.outcome", outcomes, dtype=pl.String))
    actions = [frame[name] for name in (ACTION, "event.action") if name in frame.columns]
    if not categories or not actions:
        return frame
    action = pl.select(pl.coalesce(actions)).to_series()
    found = [meaning(value or "", categories) for value in action]
    failed = [OUTCOMES["failed"] if _FAILURES.intersection(words_of(value or "")) else None for value in action]
    outcome = pl.Series("event.outcome", failed, dtype=pl.String)
    frame = frame.with_columns(
        frame["event.outcome"].fill_null(outcome) if "event.outcome" in frame.columns else outcome
    )
    for name, place in (("event.category", 0), ("event.type", 1)):
        column = series(name, [list(each[place]) for each in found])
        frame = frame.with_columns(frame[name].fill_null(column) if name in frame.columns else column)
    return frame


def _with_fixed(frame: pl.DataFrame, fixed: Fields) -> pl.DataFrame:
    size = len(frame)
    for name, value in fixed.items():
        column = series(name, [value] * size)
        frame = frame.with_columns(
            frame[name].cast(column.dtype).fill_null(column) if name in frame.columns else column
        )
    return frame.drop(ACTION, strict=False)
