"""What a kind of behaviour is: one file in `kinds/` that defines `BEHAVIOR`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict

SECOND = 1_000_000
"""In the unit of all times here, microseconds."""
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Parameters(BaseModel):
    """Parameters of a kind, as its YAML gives them; every field has a description with its unit."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Times(NamedTuple):
    """The distinct moments that a row keeps.

    Attributes:
        resolution: microseconds to which moments are cut down; equal ones count once.
        most: moments that one row keeps, its earliest; the row's `events` says how many there were.
    """

    resolution: int = SECOND
    most: int = 512


@dataclass(frozen=True, slots=True)
class Keeps:
    """What a behaviour keeps of the events that its selection is true of.

    Events are summed up in rows, one per entity, slot and value. All fields are names as in Sigma detections.

    Attributes:
        entity: fields whose values together are the entity; none for the organisation as a whole. An event that lacks
            one of them is not kept.
        value: fields whose values together tell rows of an entity apart; none for one row per slot.
        amount: number field of which sum, least and most are kept; fractions are cut off, below zero is zero.
        reads: field of `value` -> what is kept of its texts instead of the whole: rows are found by their value, and
            what only helps to compare must neither swell it nor make many rows.
        smallest: of an event's several amounts only the least counts, not their sum.
        slot: length of a slot in microseconds, counted from 1970; 0 for one slot for all times.
        times: which moments a row keeps, None for its first and last only.
        optional: whether an event that lacks a field of `value` is kept, the missing one being empty.
    """

    entity: tuple[str, ...]
    value: tuple[str, ...] = ()
    amount: str = ""
    slot: int = DAY
    times: Times | None = None
    optional: bool = False
    smallest: bool = False
    crowd: int = 0
    reads: Mapping[str, Callable[[str], str]] = field(default_factory=dict)


class Place(NamedTuple):
    """An event and where it is; `time` in microseconds since 1970."""

    time: int
    event_id: str
    path: str
    line: int
    record_id: int | None = None
    channel: str | None = None


class Row(NamedTuple):
    """Events of one entity, slot and value. All times are microseconds since 1970.

    Attributes:
        slot: start of the slot, 0 where there is one slot.
        value: JSON array of folded texts, one per field of `Keeps.value`; `values()` reads it.
        events: how many.
        amount, least, most: of the amount field, over the events that have it; 0 where none has.
        times: the distinct moments, rising, as multiples of the resolution in microseconds; see `Times`.
        place: of the first event.
    """

    slot: int
    value: str
    first: int
    last: int
    events: int
    amount: int
    least: int
    most: int
    times: Sequence[int]
    place: Place


class Peers(NamedTuple):
    """Who has a value.

    Attributes:
        entities: how many.
        first: when the first of them had it, in microseconds since 1970.
    """

    entities: int
    first: int


class Others(Protocol):
    """What a kind may ask about the same behaviour's other entities; the asked one counts among them."""

    def peers(self, values: Iterable[str], after: int, until: int) -> Mapping[str, Peers]:
        """Per value, of those that somebody had after one moment and until another one (included).

        Rows count whose first event is not later than `until` and whose last one is later than `after`.
        """

    def sharing(self, beginning: str, after: int, until: int, also: str = "") -> Peers:
        """Who has a value that begins so, as `peers` counts them; the text is the beginning of a JSON array.

        With `also`, only those count that have a value that begins so, too, in the same time.
        """

    def rare(self, beginning: str, after: int, until: int, most: int) -> int:
        """How many values that begin so at most so many entities have, rows being counted as by `peers`."""

    def rows(self, after: int, until: int) -> Sequence[tuple[str, int, int, int, int]]:
        """Entity, slot, events, amount and number of distinct values of all slots that start in [after, until)."""


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one entity when it is judged.

    Attributes:
        entity: JSON array of folded texts, one per field of `Keeps.entity`.
        since: time of its first event ever, in microseconds since 1970, also where rows of that time are gone; of a
            behaviour that learns nothing, that of the rows.
        rows: by slot, then value.
        others: the same behaviour's other entities.
    """

    entity: str
    since: int
    rows: Sequence[Row]
    others: Others


class Finding(NamedTuple):
    """Something unusual; it depends on the set of events alone.

    Attributes:
        time: the moment that it is about, in microseconds since 1970: its UTC day is the alert's, and correlations
            take it as the time of a match. Entity, time and value tell findings apart.
        value: JSON array of texts for the fields of `Keeps.value`, or empty.
        first: when it began.
        events: how many events it stands for.
        measured: the measure with its unit and limit, short.
        why: one sentence in plain words, with the numbers.
        places: some of its events, the earliest; at least one.
        learning: too little is known of the past to be sure. An alert of such findings only is of level low at most.
        last: when it ended, of what goes on after `time`; None where that is its end.
    """

    time: int
    value: str
    first: int
    events: int
    measured: str
    why: str
    places: tuple[Place, ...]
    learning: bool = False
    last: int | None = None

    @property
    def end(self) -> int:
        """Time of the last event that it stands for."""
        return self.time if self.last is None else self.last


@dataclass(frozen=True, slots=True)
class Behavior:
    """One kind.

    Attributes:
        reference: URL of where the method, or the threat, is described.
        parameters: model of its parameters; its docstring is the kind's text in the reference.
        keeps: what is kept of events.
        reach: how far back, in microseconds, a finding at some moment looks: rows that end before are not needed.
        learning: for how long an entity is only learnt from, in microseconds; 0 where nothing is learnt.
        findings: judges one entity. Pure; `History.rows` may reach back further than `reach`, and no finding may
            depend on that.
        shared: a finding may depend on other entities (`History.others`).
        edition: of what a row means; one more when this changes, so that rows of before are forgotten, not misread.
    """

    reference: str
    parameters: type[Parameters]
    keeps: Callable[[Any], Keeps]
    reach: Callable[[Any], int]
    findings: Callable[[Any, History], Iterable[Finding]]
    learning: Callable[[Any], int] = field(default=lambda _: 0)
    shared: Callable[[Any], bool] = field(default=lambda _: False)
    edition: int = 0
